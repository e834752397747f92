import { type Guard, type GuardedAnswer, sendGuarded } from "../guarded-request/index.ts";
import { type Clock, err, ok } from "../std/index.ts";
import type { Deliver, Delivered } from "./delivered.ts";
import { slackForm } from "./forms.ts";
import { sendMail } from "./mail.ts";
import { oneLine } from "./one-line.ts";
import { signatureOf } from "./signature.ts";

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
/** Bytes of an answer that are looked at: it is only shown. */
const ANSWER_BYTES_MAX = 16_384;
const NO_SECRET = { said: "Its secret cannot be read any more: set it again." };
/** Answers of 4xx that are about the address, the secret or the moment, and not about this message. */
const NOT_OF_THE_MESSAGE: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 408, 410, 421, 425, 429]);

/** Delivers by webhook, Slack-compatible webhook and SMTP. */
export function createDeliver(options: DeliverOptions): Deliver {
  const secretOf = (ref: string | undefined): string | null | undefined => (ref === undefined ? undefined : options.secret(ref));
  return async (target, notification, signal, left = null) => {
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
        return sendMail(options, target, notification, { password: secret, left, signal });
    }
  };
}

interface Posted {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function post(
  { ca, clock, guard, version, withinMs = HTTP_MS }: DeliverOptions,
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
  if (!sent.ok) return err({ said: sent.error });
  const { retryAfter, status } = sent.value;
  const said = saidBy(sent.value);
  if (status < 300) return ok({ said });
  const afterMs = retryAfter === undefined ? null : pauseMs(retryAfter, clock.wallMs());
  return err({
    said,
    ...(status >= 400 && status < 500 && !NOT_OF_THE_MESSAGE.has(status) && { isRefused: true }),
    ...(afterMs !== null && { afterMs }),
  });
}

function saidBy({ status, text }: GuardedAnswer): string {
  const words = oneLine(text);
  return words === "" ? `It answered ${status}.` : `It answered ${status}: ${words}`;
}

/** `retry-after` is a number of seconds or a date (RFC 9110, 10.2.3); null where it is neither. */
function pauseMs(retryAfter: string, nowMs: number): number | null {
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - nowMs;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
