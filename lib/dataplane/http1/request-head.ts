/**
 * Strict parser of a request head (RFC 9112). In: the head as latin1 text, from the request line to the CRLF of its last header.
 * Out: `RequestHead`, or the code and sentence of the refusal.
 *
 * Invariants: what routing looks at, what framing follows and what is sent on come from the same walk over the same bytes; a request
 * whose end could be read in two ways is refused (RELIABILITY: no request smuggling): Content-Length with Transfer-Encoding, repeated or
 * odd lengths, codings other than chunked, Transfer-Encoding in HTTP/1.0, folded lines, whitespace before the colon, bare LF, control
 * characters, no or several Host, a fragment in the target, a target and a Host that disagree, Upgrade or CONNECT with a body.
 */

import { ok, type Result } from "../../std/index.ts";
import { fault, type HeadFault } from "./head-fault.ts";
import { cutAlso, type HeaderFacts, headerValue, type WalkOptions, walkHeaders } from "./header-walk.ts";
import { isAuthority, parseRequestTarget, type RequestTarget, sameAuthority } from "./request-target.ts";

/** Who sent it decides which of its headers are believed. */
export type HeadScope = "ingress" | "outbound" | "inbound";

const WALK: Readonly<Record<HeadScope, WalkOptions>> = {
  // A range asked for from outside: `writeOutgoingHead` takes it off where it counts for nothing.
  ingress: { keepsRange: true, keepsMirror: false, forwarded: "all" },
  outbound: { keepsRange: true, keepsMirror: false, forwarded: "identity" },
  // What the caller's proxy says of the request; it has cut what callers made up.
  inbound: { keepsRange: true, keepsMirror: true, forwarded: "identity" },
};

const WELL_FORMED =
  /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32} [\x21\x22\x24-\x7e]+ HTTP\/1\.[01]\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?=$|-)/;

const TRACE_HEADERS: ReadonlySet<string> = new Set(["traceparent", "tracestate"]);

/** A request's head, ready to be routed and written. Also what `lib/routing` decides on. */
export class RequestHead {
  readonly text: string;
  readonly headersStart: number;
  readonly method: string;
  readonly target: RequestTarget;
  readonly isHttp10: boolean;
  /** Authority of the target, or the `Host` header; "" when HTTP/1.0 gave neither. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly facts: HeaderFacts;

  constructor(text: string, headersStart: number, method: string, target: RequestTarget, facts: HeaderFacts) {
    this.text = text;
    this.headersStart = headersStart;
    this.method = method;
    this.target = target;
    this.facts = facts;
    this.isHttp10 = text.charCodeAt(headersStart - 3) === 0x30;
    this.host = target.authority === "" ? facts.host : target.authority;
    const question = target.path.indexOf("?");
    this.path = question < 0 ? target.path : target.path.slice(0, question);
    this.query = question < 0 ? "" : target.path.slice(question + 1);
  }

  /** Value of a header that is passed on, by its name in lower case; several joined by ", "; undefined when absent. */
  header(name: string): string | undefined {
    // Routing asks every request for these two, and the walk knows them already; what `Connection` takes off the request it does not.
    if (this.facts.nominees === null) {
      if (name === "x-interlock-range") return this.facts.range ?? undefined;
      if (name === "baggage") return this.facts.baggage ?? undefined;
    }
    return headerValue(this.text, this.headersStart, this.facts.cuts, name);
  }

  get hasBody(): boolean {
    return this.facts.chunked || this.facts.contentLength > 0;
  }

  /** The connection may carry another request once this one is answered (RFC 9112, section 9.3). */
  get keepsAlive(): boolean {
    return !this.facts.connectionClose && (!this.isHttp10 || this.facts.connectionKeepAlive);
  }

  get isUpgrade(): boolean {
    return this.facts.upgrade !== "" && this.facts.connectionUpgrade && !this.isHttp10 && !isHttp2(this.facts.upgrade);
  }

  /**
   * What is to become a tunnel does not take a connection out of a pool and never goes back into it, granted or not; nor does its
   * caller's go on, since what the caller has sent in advance is no request (RELIABILITY 26).
   */
  get asksForTunnel(): boolean {
    return this.isUpgrade || this.method === "CONNECT";
  }

  get expectsContinue(): boolean {
    return this.facts.expect !== null && !this.isHttp10;
  }
}

/** Parses a head whose end was found by `findHeadEnd`; `headersMax` is the number of header lines allowed. */
export function parseRequestHead(text: string, scope: HeadScope, headersMax: number): Result<RequestHead, HeadFault> {
  if (!WELL_FORMED.test(text)) return fault("request.malformed", whyMalformed(text));
  const headersStart = text.indexOf("\n") + 1;
  const methodEnd = text.indexOf(" ");
  const method = text.slice(0, methodEnd);
  const target = parseRequestTarget(method, text.slice(methodEnd + 1, headersStart - 11));
  if (!target.ok) return target;
  const facts = walkHeaders(text, headersStart, WALK[scope], headersMax);
  if (facts.count > headersMax) return fault("request.head-too-large", `There are more than ${headersMax} headers.`);
  const head = new RequestHead(text, headersStart, method, target.value, facts);
  const refusal = checkHost(head) ?? checkFraming(head) ?? checkExpectation(head);
  if (refusal !== null) return { ok: false, error: refusal };
  dropUntrustedTrace(head);
  return ok(head);
}

function checkHost({ facts, isHttp10, target }: RequestHead): HeadFault | null {
  if (facts.hostCount > 1) return { code: "request.malformed", detail: "There are several Host headers." };
  if (facts.hostCount === 0) return isHttp10 ? null : { code: "request.malformed", detail: "There is no Host header." };
  if (!isAuthority(facts.host)) return { code: "request.malformed", detail: "The Host header is not a host with at most a port." };
  if (target.authority === "" || target.form === "authority" || sameAuthority(target.authority, facts.host)) return null;
  return { code: "request.malformed", detail: "The request target and the Host header name different hosts." };
}

function checkFraming({ facts, isHttp10, method }: RequestHead): HeadFault | null {
  const ambiguous = (detail: string): HeadFault => ({ code: "request.ambiguous-framing", detail });
  if (facts.framingFault !== null) return ambiguous(facts.framingFault);
  if (facts.chunked && isHttp10) return ambiguous("HTTP/1.0 has no Transfer-Encoding.");
  const announcesBody = facts.chunked || facts.contentLength > 0;
  if (facts.upgrade !== "" && facts.connectionUpgrade && announcesBody) return ambiguous("An upgrade is asked for together with a body.");
  if (method === "CONNECT" && (facts.chunked || facts.contentLength >= 0)) return ambiguous("CONNECT has no body.");
  return null;
}

function checkExpectation({ facts }: RequestHead): HeadFault | null {
  if (facts.expect === null || facts.expect.toLowerCase() === "100-continue") return null;
  return { code: "request.expectation", detail: "Only 100-continue may be expected." };
}

/**
 * W3C Trace Context, section 4.3: an invalid or repeated traceparent is replaced, and its tracestate means nothing then. So is one that
 * `Connection` takes off the request.
 */
function dropUntrustedTrace(head: RequestHead): void {
  const { facts, headersStart, text } = head;
  const isNominated = facts.nominees?.has("traceparent") === true;
  if (facts.traceparentCount === 0 || (facts.traceparentCount === 1 && !isNominated && isTraceparent(facts.traceparent))) return;
  facts.traceparentCount = 0;
  cutAlso(facts, TRACE_HEADERS, text, headersStart);
}

function isTraceparent(value: string): boolean {
  return TRACEPARENT.test(value) && (value.length === 55 || !value.startsWith("00"));
}

/** `Upgrade: h2c` would carry requests past the proxy's eyes, so it is not passed on; the request is answered without it (RFC 9110, 7.8). */
function isHttp2(upgrade: string): boolean {
  return /(?:^|[,\s])(?:h2c?|HTTP\/2(?:\.0)?)(?:$|[,\s])/i.test(upgrade);
}

function whyMalformed(text: string): string {
  if (/(?:^|[^\r])\n|\r(?!\n)/.test(text)) return "A line does not end with CR LF.";
  if (/[^\t\r\n\x20-\x7e\x80-\xff]/.test(text)) return "The head contains a control character.";
  const lineEnd = text.indexOf("\r\n");
  if (!/^\S+ \S+ HTTP\/1\.[01]$/.test(text.slice(0, lineEnd))) return "The request line is not method, target and HTTP/1.1.";
  if (text.slice(0, lineEnd).includes("#")) return "The request target contains a fragment.";
  if (/\r\n[ \t]/.test(text)) return "A header is folded over several lines.";
  if (/\r\n[^\s:]+[ \t]+:/.test(text)) return "There is whitespace between a header's name and its colon.";
  return "The method, the target or a header is not valid.";
}
