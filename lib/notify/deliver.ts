import { isIP } from "node:net";
import { createTransport, type SentMessageInfo } from "nodemailer";
import { type Guard, type GuardedAnswer, sendGuarded } from "../guarded-request/index.ts";
import type { ChannelTarget } from "../model/index.ts";
import { type Clock, err, ok, type Result } from "../std/index.ts";
import { mailForm, slackForm } from "./forms.ts";
import type { Notification } from "./notification.ts";
import { signatureOf } from "./signature.ts";

/** What the other side said, in one line: of an answer that takes the message, or of one that does not. */
export type Delivered = Result<string, string>;

/** Sends one message to one target, once. */
export type Deliver = (target: ChannelTarget, notification: Notification, signal: AbortSignal) => Promise<Delivered>;

export interface DeliverOptions {
  readonly guard: Guard;
  readonly clock: Clock;
  /** Null where there is none under that name. */
  readonly secret: (ref: string) => string | null;
  /** Of Interlock, for `user-agent`. */
  readonly version: string;
  readonly withinMs?: number;
  /** An authority to trust beside the system's, PEM. */
  readonly ca?: string;
}

const HTTP_MS = 5_000;
const MAIL_MS = 15_000;
/** Bytes of an answer that are looked at: it is only shown. */
const ANSWER_BYTES_MAX = 16_384;
const SAID_MAX = 300;
const CONTROL = /\p{Cc}+/gu;
const NO_SECRET = "Its secret cannot be read any more: set it again.";
/** TLS from the start; every other port begins in plain text and changes over. */
const SMTPS_PORT = 465;

/** Delivers by webhook, Slack-compatible webhook and SMTP. */
export function createDeliver(options: DeliverOptions): Deliver {
  const secretOf = (ref: string | undefined): string | null | undefined => (ref === undefined ? undefined : options.secret(ref));
  return async (target, notification, signal) => {
    const secret = secretOf(target.secretRef);
    if (secret === null) return err(NO_SECRET);
    switch (target.kind) {
      case "webhook": {
        const body = JSON.stringify(notification);
        const signed: Record<string, string> =
          secret === undefined ? {} : { "x-interlock-signature": signatureOf(secret, body, options.clock.wallMs()) };
        return post(options, target.url, { body, headers: { "x-interlock-id": notification.id, ...signed }, signal });
      }
      case "slack":
        return secret === undefined ? err(NO_SECRET) : post(options, secret, { body: slackForm(notification), headers: {}, signal });
      default:
        return mail(options, target, secret, notification, signal);
    }
  };
}

interface Posted {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function post(
  { ca, guard, version, withinMs = HTTP_MS }: DeliverOptions,
  url: string,
  { body, headers, signal }: Posted,
): Promise<Delivered> {
  const sent = await sendGuarded(guard, url, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": `Interlock/${version}`, ...headers },
    body,
    withinMs,
    bytesMax: ANSWER_BYTES_MAX,
    signal,
    ...(ca === undefined ? {} : { ca }),
  });
  if (!sent.ok) return sent;
  const said = saidBy(sent.value);
  return sent.value.status < 300 ? ok(said) : err(said);
}

function saidBy({ status, text }: GuardedAnswer): string {
  const words = oneLine(text);
  return words === "" ? `It answered ${status}.` : `It answered ${status}: ${words}`;
}

async function mail(
  { ca, guard, withinMs = MAIL_MS }: DeliverOptions,
  { from, host, port, to, user }: Extract<ChannelTarget, { readonly kind: "smtp" }>,
  password: string | undefined,
  notification: Notification,
  signal: AbortSignal,
): Promise<Delivered> {
  const checked = await guard.checkHost(host, port);
  if (!checked.ok) return checked;
  const { address, isAllowed, name } = checked.value;
  const transport = createTransport({
    host: address,
    port,
    secure: port === SMTPS_PORT,
    // A password never goes over the wire in plain text, not even inside.
    requireTLS: !isAllowed || password !== undefined,
    connectionTimeout: withinMs,
    greetingTimeout: withinMs,
    socketTimeout: withinMs,
    dnsTimeout: withinMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: { ...(isIP(name) === 0 ? { servername: name } : {}), ...(ca === undefined ? {} : { ca }) },
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
  });
  const giveUp = () => transport.close();
  signal.addEventListener("abort", giveUp);
  try {
    const headers = { "x-interlock-id": notification.id };
    const domain = from.slice(from.lastIndexOf("@") + 1);
    const sent: SentMessageInfo = await withLimit(
      transport.sendMail({ from, to: [...to], ...mailForm(notification), headers, messageId: `<${notification.id}@${domain}>` }),
      withinMs,
      signal,
    );
    const rejected = (sent.rejected ?? []).map(String);
    const refused = rejected.length === 0 ? "" : ` It refused ${rejected.join(", ")}.`;
    return ok(`It answered ${oneLine(String(sent.response))}.${refused}`);
  } catch (error) {
    return err(`${oneLine(error instanceof Error ? error.message : String(error))}.`);
  } finally {
    signal.removeEventListener("abort", giveUp);
    transport.close();
  }
}

/** The library bounds each of its waits, a slow server can have it wait many times. */
async function withLimit<T>(work: Promise<T>, withinMs: number, ended: AbortSignal): Promise<T> {
  const late = AbortSignal.timeout(withinMs);
  const signal = AbortSignal.any([late, ended]);
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error(late.aborted ? `It did not answer within ${withinMs} ms` : "It was ended"));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  return Promise.race([work, promise]);
}

function oneLine(text: string): string {
  const line = text.replace(CONTROL, " ").trim();
  return line.length <= SAID_MAX ? line : `${line.slice(0, SAID_MAX - 1)}…`;
}
