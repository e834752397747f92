/**
 * Heads as they are sent on: the lines that were kept, then framing and connection headers in one canonical form. Never a copy of
 * what came in where a recipient could read it differently.
 */
import { withoutCuts } from "./header-walk.ts";
import type { RequestHead } from "./request-head.ts";
import type { ResponseHead } from "./response-head.ts";

/** What a rule makes of the request line and its host; null: as it came. A new host needs the old one among the cuts. */
export interface TargetChange {
  readonly path: string | null;
  readonly host: string | null;
}

const UNCHANGED: TargetChange = { path: null, host: null };

/** The request as the instance gets it, in origin form and HTTP/1.1. `extra` are lines of the proxy's own, each with its CR LF. */
export function writeRequestHead(head: RequestHead, extra: string, change: TargetChange = UNCHANGED): string {
  const { facts, target } = head;
  const asIs = change === UNCHANGED && target.form === "origin" && !head.isHttp10;
  const kept = asIs ? withoutCuts(head.text, 0, facts.cuts) : rewrittenLines(head, change);
  let framing = "";
  if (facts.chunked) framing = "transfer-encoding: chunked\r\n";
  else if (facts.contentLength >= 0) framing = `content-length: ${facts.contentLength}\r\n`;
  if (head.isUpgrade) framing += `connection: upgrade\r\nupgrade: ${facts.upgrade}\r\n`;
  else if (facts.teTrailers) framing += "te: trailers\r\nconnection: te\r\n";
  if (head.expectsContinue) framing += "expect: 100-continue\r\n";
  return `${kept}${extra}${framing}\r\n`;
}

function rewrittenLines(head: RequestHead, { host, path }: TargetChange): string {
  // HTTP/1.1 is not without Host; where no authority is known its value is empty (RFC 9112, section 3.2).
  const hostLine = head.facts.hostCount === 0 || host !== null ? `host: ${host ?? head.host}\r\n` : "";
  const headers = withoutCuts(head.text, head.headersStart, head.facts.cuts);
  const target = path === null ? head.target.path : path + head.target.path.slice(head.path.length);
  return `${head.method} ${target} HTTP/1.1\r\n${hostLine}${headers}`;
}

/** What the caller's side of an answer needs to know. */
export interface AnswerShape {
  /** Lines of the proxy's own, each with its CR LF. */
  readonly extra: string;
  readonly toHttp10: boolean;
  /** The caller's connection stays open after this answer. */
  readonly keepsAlive: boolean;
}

/** The answer as the caller gets it. */
export function writeResponseHead(head: ResponseHead, { extra, toHttp10, keepsAlive }: AnswerShape): string {
  const { facts, text } = head;
  const kept = text.charCodeAt(7) === 0x31 ? withoutCuts(text, 0, facts.cuts) : `HTTP/1.1${withoutCuts(text, 0, facts.cuts).slice(8)}`;
  let framing = "";
  // RFC 9112, section 6: 204 has neither.
  if (head.status === 204) framing = "";
  else if (facts.chunked) framing = toHttp10 ? "" : "transfer-encoding: chunked\r\n";
  else if (facts.contentLength >= 0) framing = `content-length: ${facts.contentLength}\r\n`;
  if (!keepsAlive) framing += "connection: close\r\n";
  else if (toHttp10) framing += "connection: keep-alive\r\n";
  return `${kept}${extra}${framing}\r\n`;
}

/** 100, 102, 103 and 101 as the caller gets them. */
export function writeInterimHead(head: ResponseHead, extra: string): string {
  const switching = head.status === 101 ? `connection: upgrade\r\nupgrade: ${head.facts.upgrade}\r\n` : "";
  return `${withoutCuts(head.text, 0, head.facts.cuts)}${extra}${switching}\r\n`;
}
