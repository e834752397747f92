/**
 * Strict parser of an answer's head (RFC 9112). A refusal means that the instance cannot be trusted to say where its answers end:
 * its connection is closed and the caller gets 502 `upstream.protocol-error`.
 */
import { err, ok, type Result } from "../../std/index.ts";
import { type HeaderFacts, walkHeaders } from "./header-walk.ts";

const WELL_FORMED =
  /^HTTP\/1\.[01] [1-5][0-9]{2}(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;
const CUT = { keepsRange: false, keepsMirror: false, forwarded: "none" } as const;

/** How the end of an answer's body is found. `close`: the instance closes the connection. */
export type AnswerFraming = "none" | "length" | "chunked" | "close";

export class ResponseHead {
  readonly text: string;
  readonly headersStart: number;
  readonly status: number;
  readonly framing: AnswerFraming;
  readonly facts: HeaderFacts;
  /** The connection may carry another request after this answer. */
  readonly keepsAlive: boolean;

  constructor(text: string, headersStart: number, status: number, framing: AnswerFraming, facts: HeaderFacts) {
    this.text = text;
    this.headersStart = headersStart;
    this.status = status;
    this.framing = framing;
    this.facts = facts;
    const isHttp10 = text.charCodeAt(7) === 0x30;
    // A 204 that announces a body may send one, which would be taken for the next answer.
    const mayTrail = status === 204 && (facts.chunked || facts.contentLength > 0);
    this.keepsAlive = framing !== "close" && !mayTrail && !facts.connectionClose && (!isHttp10 || facts.connectionKeepAlive);
  }
}

/** Parses a head whose end was found by `findHeadEnd`. `toHead`: it answers HEAD, so that no body follows. */
export function parseResponseHead(text: string, toHead: boolean, headersMax: number): Result<ResponseHead, string> {
  if (!WELL_FORMED.test(text)) return err("the head is not valid HTTP/1.1");
  const headersStart = text.indexOf("\n") + 1;
  const status = (text.charCodeAt(9) - 48) * 100 + (text.charCodeAt(10) - 48) * 10 + text.charCodeAt(11) - 48;
  const facts = walkHeaders(text, headersStart, CUT, headersMax);
  if (facts.count > headersMax) return err(`there are more than ${headersMax} headers`);
  if (facts.framingFault !== null) return err(`the framing is ambiguous: ${facts.framingFault}`);
  if (facts.chunked && text.charCodeAt(7) === 0x30) return err("an HTTP/1.0 answer has a Transfer-Encoding");
  return ok(new ResponseHead(text, headersStart, status, framingOf(status, toHead, facts), facts));
}

/** RFC 9112, section 6.3. */
function framingOf(status: number, toHead: boolean, facts: HeaderFacts): AnswerFraming {
  if (status < 200 || status === 204 || status === 304 || toHead) return "none";
  if (facts.chunked) return "chunked";
  return facts.contentLength >= 0 ? "length" : "close";
}
