/**
 * One walk over the header lines of a head, shared by requests and answers: finds framing, `Connection` and its nominees, and the few
 * other headers that a proxy acts on, and notes which lines must not be passed on.
 *
 * In: a head whose lines are known to be well formed (`^token:value CRLF`). Out: `HeaderFacts`, with `cuts`, the ascending
 * [start, end) ranges of lines that are dropped. Framing headers are always cut: they are written anew, in one canonical form.
 * Source: RFC 9112 (sections 6, 7), RFC 9110 (section 7.6.1). Stricter than both where they let a recipient guess.
 */

/** What the walk found. `framingFault` is a sentence when the end of the body could be read in two ways. */
export interface HeaderFacts {
  count: number;
  /** -1 when absent. */
  contentLength: number;
  chunked: boolean;
  framingFault: string | null;
  connectionClose: boolean;
  connectionKeepAlive: boolean;
  connectionUpgrade: boolean;
  /** Whether a `Connection` header nominates other headers to be dropped. */
  nominees: string[] | null;
  upgrade: string;
  hostCount: number;
  host: string;
  expect: string | null;
  teTrailers: boolean;
  traceparentCount: number;
  traceparent: string;
  /** `Keep-Alive: timeout=…` in seconds; -1 when absent. */
  keepAliveTimeoutS: number;
  cuts: number[];
}

/** Which lines are dropped besides the hop-by-hop ones: `interlock` ours, `forwarded` those that only an edge may set. */
export interface WalkOptions {
  readonly cutInterlock: boolean;
  readonly cutForwarded: boolean;
}

type Known =
  | "te"
  | "host"
  | "expect"
  | "upgrade"
  | "forwarded"
  | "connection"
  | "keep-alive"
  | "traceparent"
  | "tracestate"
  | "content-length"
  | "transfer-encoding"
  | "proxy-connection"
  | "proxy-authenticate"
  | "proxy-authorization";

const KNOWN: readonly Known[] = [
  "te",
  "host",
  "expect",
  "upgrade",
  "forwarded",
  "connection",
  "keep-alive",
  "traceparent",
  "tracestate",
  "content-length",
  "transfer-encoding",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
];

/** Names by length: most headers are told apart from all of these by length and first letter, without a copy. */
const KNOWN_BY_LENGTH: readonly (readonly Known[] | undefined)[] = Array.from({ length: 20 }, (_, length) => {
  const names = KNOWN.filter((name) => name.length === length);
  return names.length === 0 ? undefined : names;
});

/** These make the message what it is; a `Connection` header cannot make a proxy drop them. */
const NEVER_NOMINATED = new Set(["host", "content-length", "transfer-encoding", "close", "keep-alive", "upgrade", "te", "connection", ""]);

const DECIMAL = /^(?:0|[1-9][0-9]{0,14})$/;
const LETTER_X = 120;
const HYPHEN = 45;

/** Walks the lines of `text` from `start` to its end. */
export function walkHeaders(text: string, start: number, options: WalkOptions): HeaderFacts {
  const facts = emptyFacts();
  for (let at = start; at < text.length; ) {
    const end = text.indexOf("\r\n", at);
    const colon = text.indexOf(":", at);
    facts.count++;
    const first = text.charCodeAt(at) | 0x20;
    const names = KNOWN_BY_LENGTH[colon - at];
    if (names !== undefined) noteIfKnown(facts, names, first, text, at, colon, end, options);
    if (first === LETTER_X && text.charCodeAt(at + 1) === HYPHEN && isOurs(text, at, colon, options)) facts.cuts.push(at, end + 2);
    at = end + 2;
  }
  if (facts.chunked && facts.contentLength >= 0) facts.framingFault ??= "Both Content-Length and Transfer-Encoding are given.";
  if (facts.nominees !== null) cutNominees(facts, facts.nominees, text, start);
  return facts;
}

function emptyFacts(): HeaderFacts {
  return {
    count: 0,
    contentLength: -1,
    chunked: false,
    framingFault: null,
    connectionClose: false,
    connectionKeepAlive: false,
    connectionUpgrade: false,
    nominees: null,
    upgrade: "",
    hostCount: 0,
    host: "",
    expect: null,
    teTrailers: false,
    traceparentCount: 0,
    traceparent: "",
    keepAliveTimeoutS: -1,
    cuts: [],
  };
}

function noteIfKnown(
  facts: HeaderFacts,
  names: readonly Known[],
  first: number,
  text: string,
  at: number,
  colon: number,
  end: number,
  options: WalkOptions,
): void {
  for (const name of names) {
    if (name.charCodeAt(0) !== first || text.slice(at, colon).toLowerCase() !== name) continue;
    if (noteHeader(facts, name, text.slice(colon + 1, end).trim(), options)) facts.cuts.push(at, end + 2);
    return;
  }
}

/** Takes down what one header says; true when its line must not be passed on. */
function noteHeader(facts: HeaderFacts, name: Known, value: string, options: WalkOptions): boolean {
  switch (name) {
    case "host":
      facts.hostCount++;
      facts.host = value;
      return false;
    case "content-length":
      noteContentLength(facts, value);
      return true;
    case "transfer-encoding":
      if (facts.chunked) facts.framingFault ??= "Transfer-Encoding is given twice.";
      else if (value.toLowerCase() !== "chunked") facts.framingFault ??= 'Transfer-Encoding is other than "chunked".';
      facts.chunked = true;
      return true;
    case "connection":
      noteConnection(facts, value);
      return true;
    case "keep-alive":
      facts.keepAliveTimeoutS = Number(/(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)?.[1] ?? -1);
      return true;
    case "upgrade":
      facts.upgrade = facts.upgrade === "" ? value : `${facts.upgrade}, ${value}`;
      return true;
    case "expect":
      facts.expect = facts.expect === null ? value : `${facts.expect}, ${value}`;
      return true;
    case "te":
      facts.teTrailers ||= /(?:^|[,\s])trailers(?:$|[,;\s])/i.test(value);
      return true;
    case "traceparent":
      facts.traceparentCount++;
      facts.traceparent = value;
      return false;
    case "tracestate":
      return false;
    case "forwarded":
      return options.cutForwarded;
    default:
      return true;
  }
}

function noteContentLength(facts: HeaderFacts, value: string): void {
  if (facts.contentLength >= 0) facts.framingFault ??= "Content-Length is given twice.";
  if (!DECIMAL.test(value)) facts.framingFault ??= "Content-Length is not one plain decimal number.";
  facts.contentLength = DECIMAL.test(value) ? Number(value) : 0;
}

function noteConnection(facts: HeaderFacts, value: string): void {
  if (value === "keep-alive") {
    facts.connectionKeepAlive = true;
    return;
  }
  for (const part of value.toLowerCase().split(",")) {
    const token = part.trim();
    if (token === "close") facts.connectionClose = true;
    else if (token === "keep-alive") facts.connectionKeepAlive = true;
    else if (token === "upgrade") facts.connectionUpgrade = true;
    else if (!NEVER_NOMINATED.has(token)) {
      facts.nominees ??= [];
      facts.nominees.push(token);
    }
  }
}

function isOurs(text: string, at: number, colon: number, { cutInterlock, cutForwarded }: WalkOptions): boolean {
  if (!cutInterlock && !cutForwarded) return false;
  const third = text.charCodeAt(at + 2) | 0x20;
  if (third === 0x69 && cutInterlock) return text.slice(at, Math.min(colon, at + 12)).toLowerCase() === "x-interlock-";
  return third === 0x66 && cutForwarded && text.slice(at, Math.min(colon, at + 12)).toLowerCase() === "x-forwarded-";
}

/** A second walk, taken only by the few messages whose `Connection` names other headers. */
function cutNominees(facts: HeaderFacts, nominees: readonly string[], text: string, start: number): void {
  const ranges = new Map<number, number>();
  for (let index = 0; index < facts.cuts.length; index += 2) ranges.set(facts.cuts[index] as number, facts.cuts[index + 1] as number);
  for (let at = start; at < text.length; ) {
    const end = text.indexOf("\r\n", at) + 2;
    if (nominees.includes(text.slice(at, text.indexOf(":", at)).toLowerCase())) ranges.set(at, end);
    at = end;
  }
  facts.cuts = [...ranges].sort(([left], [right]) => left - right).flat();
}

/** `text` from `start` without the ranges in `cuts`. */
export function withoutCuts(text: string, start: number, cuts: readonly number[]): string {
  if (cuts.length === 0) return start === 0 ? text : text.slice(start);
  let kept = "";
  let at = start;
  for (let index = 0; index < cuts.length; index += 2) {
    const from = cuts[index] as number;
    if (from > at) kept += text.slice(at, from);
    at = cuts[index + 1] as number;
  }
  return at < text.length ? kept + text.slice(at) : kept;
}

/** Adds the lines called `name` (lower case) to `cuts`, keeping them in order. */
export function cutAlso(facts: HeaderFacts, name: string, text: string, start: number): void {
  cutNominees(facts, [name], text, start);
}

/** The value of a header that is not cut, several joined by ", "; undefined when absent. `name` is in lower case. */
export function headerValue(text: string, start: number, cuts: readonly number[], name: string): string | undefined {
  let found: string | undefined;
  let cut = 0;
  for (let at = start; at < text.length; ) {
    const end = text.indexOf("\r\n", at);
    const isCut = cuts[cut] === at;
    if (isCut) cut += 2;
    const colon = at + name.length;
    if (!isCut && text.charCodeAt(colon) === 58 && text.slice(at, colon).toLowerCase() === name) {
      const value = text.slice(colon + 1, end).trim();
      found = found === undefined ? value : `${found}, ${value}`;
    }
    at = end + 2;
  }
  return found;
}
