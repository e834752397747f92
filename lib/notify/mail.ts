/**
 * Mail through one server (RFC 5321). A server with several addresses is tried at one after the other, until one is reached. A recipient that is refused for now
 * (4xx) is tried again alone, one that is refused for good (5xx) is given up; where all are refused, it is the channel that has to be set right.
 */
import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { createTransport, type SentMessageInfo } from "nodemailer";
import type { CheckedHost, Guard } from "../guarded-request/index.ts";
import type { ChannelTarget } from "../model/index.ts";
import { err, ok } from "../std/index.ts";
import type { Delivered } from "./delivered.ts";
import { mailForm } from "./forms.ts";
import type { Notification } from "./notification.ts";
import { oneLine } from "./one-line.ts";

export interface MailOptions {
  readonly guard: Guard;
  readonly withinMs?: number;
  /** An authority to trust beside the system's, PEM. */
  readonly ca?: string;
}

type MailTarget = Extract<ChannelTarget, { readonly kind: "smtp" }>;

interface Mailing {
  readonly password: string | undefined;
  /** Null: all recipients. */
  readonly left: readonly string[] | null;
  readonly signal: AbortSignal;
}

/** What the library throws, and tells of recipients. */
interface MailFault {
  readonly message: string;
  readonly code?: string;
  readonly command?: string;
  readonly syscall?: string;
  readonly timeoutType?: string;
  readonly responseCode?: number;
  readonly recipient?: string;
  readonly response?: string;
  readonly rejectedErrors?: readonly MailFault[];
}

const MAIL_MS = 15_000;
/** TLS from the start; every other port begins in plain text and changes over. */
const SMTPS_PORT = 465;

/** Sends one message by mail, once. */
export async function sendMail(options: MailOptions, target: MailTarget, notification: Notification, mailing: Mailing): Promise<Delivered> {
  const { withinMs = MAIL_MS } = options;
  const { left, signal } = mailing;
  const to = left === null ? target.to : target.to.filter((address) => left.includes(address));
  if (to.length === 0) return ok({ said: "Nobody is left whom it has to reach." });
  const checked = await options.guard.checkHost(target.host, target.port);
  if (!checked.ok) return err({ said: checked.error });
  const { addresses } = checked.value;
  const late = AbortSignal.timeout(withinMs);
  let fault: unknown;
  for (const [index, address] of addresses.entries()) {
    const connectMs = index === addresses.length - 1 ? withinMs : Math.ceil(withinMs / addresses.length);
    const transport = transportTo(options, target, mailing.password, { ...checked.value, address, connectMs, withinMs });
    try {
      const domain = target.from.slice(target.from.lastIndexOf("@") + 1);
      const headers = { "x-interlock-id": notification.id };
      const mail = { from: target.from, to: [...to], ...mailForm(notification), headers, messageId: `<${notification.id}@${domain}>` };
      return outcomeOf(await withLimit(transport.sendMail(mail), late, signal, withinMs), to);
    } catch (error) {
      fault = error;
      if (signal.aborted || late.aborted || !wasNotReached(error)) break;
    } finally {
      transport.close();
    }
  }
  return faultOf(fault, left !== null, to);
}

function transportTo(
  { ca }: MailOptions,
  { port, user }: MailTarget,
  password: string | undefined,
  {
    address,
    connectMs,
    isAllowed,
    name,
    withinMs,
  }: CheckedHost & { readonly address: string; readonly connectMs: number; readonly withinMs: number },
) {
  // A password never goes over the wire in plain text, not even inside.
  const needsTls = !isAllowed || password !== undefined;
  return createTransport({
    host: address,
    port,
    secure: port === SMTPS_PORT,
    requireTLS: needsTls,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: withinMs,
    dnsTimeout: withinMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: {
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(ca === undefined ? {} : { ca }),
      // A relay that may be spoken to in plain text is no worse with a certificate that nobody vouches for.
      rejectUnauthorized: needsTls,
    },
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
  });
}

/** Whether nothing was said to the server at all, so that another of its addresses may be tried. */
function wasNotReached(error: unknown): boolean {
  const { syscall, timeoutType } = error as MailFault;
  return syscall === "connect" || timeoutType === "CONNECT_TIMEOUT" || timeoutType === "GREETING_TIMEOUT";
}

/** Of a mail that at least one recipient has. */
function outcomeOf(sent: SentMessageInfo, to: readonly string[]): Delivered {
  const rejected: readonly MailFault[] = sent.rejectedErrors ?? [];
  const said = `It answered ${oneLine(String(sent.response))}.`;
  const forGood = rejected.filter(isForGood);
  const accepted = new Set((sent.accepted ?? []).map((address: unknown) => plain(String(address))));
  const refused = new Set(forGood.map(({ recipient = "" }) => plain(recipient)));
  const left = to.filter((address) => !accepted.has(plain(address)) && !refused.has(plain(address)));
  const lost = forGood.length === 0 ? {} : { lost: `It refuses ${wordsOf(forGood)}.` };
  const gone = forGood.length === 0 ? "" : ` ${lost.lost}`;
  if (left.length === 0) return ok({ said: `${said}${gone}`, ...lost });
  const later = rejected.filter((each) => !isForGood(each));
  return err({ said: `${said}${gone} It does not take it yet for ${wordsOf(later) || left.join(", ")}.`, left, ...lost });
}

/** Of a mail that nobody has. `isRest`: it was for those alone that did not take it before. */
function faultOf(error: unknown, isRest: boolean, to: readonly string[]): Delivered {
  const fault = error as MailFault;
  const said = `${oneLine(error instanceof Error ? error.message : String(error))}.`;
  const rejected = fault.rejectedErrors ?? [];
  if (isRest && rejected.length > 0) {
    const refused = new Set(rejected.filter(isForGood).map(({ recipient = "" }) => plain(recipient)));
    const lost = refused.size === 0 ? {} : { lost: `It refuses ${wordsOf(rejected.filter(isForGood))}.` };
    return err({ said, left: to.filter((address) => !refused.has(plain(address))), ...lost });
  }
  const isRefused = fault.command === "DATA" && isForGood(fault);
  return err({ said, ...(isRefused && { isRefused }) });
}

function isForGood({ responseCode }: MailFault): boolean {
  return responseCode !== undefined && responseCode >= 500;
}

function wordsOf(faults: readonly MailFault[]): string {
  return faults.map(({ message, recipient = "", response }) => `${recipient} (${oneLine(response ?? message)})`).join(", ");
}

/** An address as the library has it in the envelope: its domain in lower case, and in ASCII. */
function plain(address: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`;
}

/** The library bounds each of its waits, a slow server can have it wait many times. */
async function withLimit<T>(work: Promise<T>, late: AbortSignal, ended: AbortSignal, withinMs: number): Promise<T> {
  const signal = AbortSignal.any([late, ended]);
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error(late.aborted ? `It did not answer within ${withinMs} ms` : "It was ended"));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  return Promise.race([work, promise]);
}
