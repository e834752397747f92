/** Answers made by the proxy itself: status and title of their code, `x-interlock-code`, and a small problem document (RFC 9457). */
import { STATUS_CODES } from "node:http";
import { ERROR_CODES, type ErrorCode } from "../model/index.ts";
import type { HeaderPatch, RouteAnswer } from "../routing/index.ts";

/** How an answer of the proxy's own is to look on the caller's connection. */
export interface AnswerFrame {
  /** The caller's connection stays open. */
  readonly keepsAlive: boolean;
  /** It answers HEAD: the body is left out, its length is told. */
  readonly toHead: boolean;
  readonly toHttp10: boolean;
  /** Edits that the rule asks for. */
  readonly edits?: HeaderPatch | null;
}

export interface OwnAnswer extends AnswerFrame {
  readonly code: ErrorCode;
  /** One sentence for whoever reads the answer. */
  readonly detail: string;
}

const DETAILS: Partial<Record<ErrorCode, string>> = {
  "routing.no-healthy-instance": "The chosen version has no instance.",
  "routing.egress-denied": "The instance's port belongs to Interlock itself.",
  "upstream.connect-failure": "No instance accepts connections.",
  "upstream.try-timeout": "No try was answered in its time.",
  "overload.requests": "As many requests to the version are under way as its policy allows.",
  "overload.connections": "As many connections to the version are open as its policy allows.",
  "overload.pending": "Too many requests wait for a connection to the version, or this one waited too long.",
  "overload.concurrency": "The version queues: more requests would only wait.",
  "proxy.overloaded": "The proxy cannot keep up with all requests.",
  // Which rule, and what it asks for, is nobody's business out there.
  "authorization.denied": "The caller is not allowed to make this request.",
  "authorization.token-invalid": "The token is not valid.",
};

/** The sentence for codes that mean one thing only; "" for others. */
export function detailOf(code: ErrorCode): string {
  return DETAILS[code] ?? "";
}

/** The complete answer as latin1 text. */
export function writeOwnAnswer(answer: OwnAnswer): string {
  const { code, detail } = answer;
  const { status, title } = ERROR_CODES[code];
  return assemble(status, title, "", { code, body: problemOf(status, title, code, detail) }, answer);
}

/** What a rule answers: a redirect, or a fault made on purpose. */
export function writeRuleAnswer({ code, location, status }: RouteAnswer, frame: AnswerFrame): string {
  const title = STATUS_CODES[status] ?? "";
  const body = code === null ? "" : problemOf(status, ERROR_CODES[code].title, code, "A rule makes this fault on purpose.");
  return assemble(status, title, location === null ? "" : `location: ${location}\r\n`, { code, body }, frame);
}

function problemOf(status: number, title: string, code: ErrorCode, detail: string): string {
  return `${JSON.stringify({ type: "about:blank", title, status, code, detail })}\n`;
}

function assemble(
  status: number,
  title: string,
  lines: string,
  { body, code }: { readonly body: string; readonly code: ErrorCode | null },
  { edits = null, keepsAlive, toHead, toHttp10 }: AnswerFrame,
): string {
  const hasBody = status !== 204 && status !== 304;
  const connection = keepsAlive ? (toHttp10 ? "connection: keep-alive\r\n" : "") : "connection: close\r\n";
  const retry = status === 503 ? "retry-after: 1\r\n" : "";
  const type = body === "" || !hasBody ? "" : "content-type: application/problem+json\r\n";
  const length = hasBody ? `content-length: ${body.length}\r\n` : "";
  const codeLine = code === null ? "" : `x-interlock-code: ${code}\r\n`;
  const editable = withEdits(`${type}${lines}cache-control: no-store\r\n${retry}`, edits);
  const head = `HTTP/1.1 ${status} ${title}\r\n${editable}${length}${codeLine}${connection}\r\n`;
  return toHead || !hasBody ? head : head + body;
}

/** Lines of the proxy's own, each with its CR LF, after the edits of a rule. */
export function withEdits(lines: string, edits: HeaderPatch | null): string {
  return edits === null ? lines : withoutNames(lines, edits.dropped) + edits.text;
}

/** The lines whose name (in lower case) is not among these. */
export function withoutNames(lines: string, names: ReadonlySet<string>): string {
  return lines
    .split("\r\n")
    .filter((line) => line !== "" && !names.has(line.slice(0, line.indexOf(":"))))
    .map((line) => `${line}\r\n`)
    .join("");
}
