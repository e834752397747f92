/**
 * One walk over the header lines of a head, shared by requests and answers: finds framing, `Connection` and its nominees, and the few
 * other headers that a proxy acts on, and notes which lines must not be passed on.
 *
 * In: a head whose lines are known to be well formed (`^token:value CRLF`). Out: `HeaderFacts`, with `cuts`, the ascending
 * [start, end) ranges of lines that are dropped. Framing headers are always cut: they are written anew, in one canonical form.
 * Invariant: the work is linear in the length of the head; a head with too many lines is left at the first one too many.
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
  /** Other headers that a `Connection` header nominates to be dropped. */
  nominees: Set<string> | null;
  upgrade: string;
  hostCount: number;
  host: string;
  expect: string | null;
  teTrailers: boolean;
  traceparentCount: number;
  traceparent: string;
  /** Several joined by ", "; null when absent. */
  baggage: string | null;
  /** `x-interlock-range` where it is believed, several joined by ", "; null when absent. */
  range: string | null;
  /** `x-interlock-code`, which is always cut; "" when absent. It means something only from a peer that proved to be a proxy. */
  interlockCode: string;
  /** `Keep-Alive: timeout=…` in seconds; -1 when absent. */
  keepAliveTimeoutS: number;
  cuts: number[];
}

/**
 * Which lines are dropped besides the hop-by-hop ones. `x-interlock-*` always are, but for `x-interlock-range` with `keepsRange` and `x-interlock-mirror` with `keepsMirror`. `forwarded`: `all` that
 * only an edge may set, `identity` those of them that name a certificate (`x-forwarded-client-cert`), or `none`.
 */
export interface WalkOptions {
  readonly keepsRange: boolean;
  readonly keepsMirror: boolean;
  readonly forwarded: "all" | "identity" | "none";
}

type Known =
  | "te"
  | "host"
  | "expect"
  | "baggage"
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
  "baggage",
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

/** Names by length: most headers are told apart from all of these by first letter and length, without a copy. */
const KNOWN_BY_LENGTH: readonly (readonly Known[])[] = Array.from({ length: 20 }, (_, length) =>
  KNOWN.filter((name) => name.length === length),
);

/** First letters, in both cases, that a header may have that matters here; `x` for `x-interlock-*` and `x-forwarded-*`. */
const MAY_MATTER = new Uint8Array(256);
for (const name of [...KNOWN, "x"]) {
  MAY_MATTER[name.charCodeAt(0)] = 1;
  MAY_MATTER[name.charCodeAt(0) - 32] = 1;
}

/** These make the message what it is; a `Connection` header cannot make a proxy drop them. */
const NEVER_NOMINATED = new Set(["host", "content-length", "transfer-encoding", "close", "keep-alive", "upgrade", "te", "connection", ""]);

const DECIMAL = /^(?:0|[1-9][0-9]{0,14})$/;
const LETTER_A = 97;
const LETTER_X = 120;
const LETTER_Z = 122;
const HYPHEN = 45;
const UNDERSCORE = 95;

/** Walks the lines of `text` from `start` to its end, or to the first one beyond `countMax`: `count` is greater then, and nothing else counts. */
export function walkHeaders(text: string, start: number, options: WalkOptions, countMax: number): HeaderFacts {
  const facts = emptyFacts();
  for (let at = start; at < text.length; ) {
    // A head that is well formed has LF at line ends only, and one character is found much faster than two.
    const next = text.indexOf("\n", at) + 1;
    const first = text.charCodeAt(at);
    if (++facts.count > countMax) return facts;
    if (MAY_MATTER[first] === 1) noteLine(facts, text, at, next, options);
    at = next;
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
    baggage: null,
    range: null,
    interlockCode: "",
    keepAliveTimeoutS: -1,
    cuts: [],
  };
}

/** Looks at one line, [at, next), whose first letter may matter. */
function noteLine(facts: HeaderFacts, text: string, at: number, next: number, options: WalkOptions): void {
  const first = text.charCodeAt(at) | 0x20;
  if (first === LETTER_X) {
    if (isJoint(text.charCodeAt(at + 1)) && noteExtension(facts, text, at, next, options)) facts.cuts.push(at, next);
    return;
  }
  const colon = text.indexOf(":", at);
  for (const name of KNOWN_BY_LENGTH[colon - at] ?? []) {
    if (name.charCodeAt(0) !== first || !hasName(text, at, name)) continue;
    if (noteHeader(facts, name, trimmed(text, colon + 1, next - 2), options)) facts.cuts.push(at, next);
    return;
  }
}

/** Whether the text at a position is `name` (lower case); letters compare without case. */
function hasName(text: string, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const wanted = name.charCodeAt(index);
    const found = text.charCodeAt(at + index);
    if (found === wanted) continue;
    if (wanted < LETTER_A || wanted > LETTER_Z || (found | 0x20) !== wanted) return false;
  }
  return true;
}

/** The same for servers that turn both `-` and `_` into `_` (CGI, RFC 3875 section 4.1.18): `X_Forwarded-For` speaks for `X-Forwarded-For` there. */
function hasFoldedName(text: string, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const wanted = name.charCodeAt(index);
    const found = text.charCodeAt(at + index);
    if (found !== wanted && (found | 0x20) !== wanted && !(wanted === HYPHEN && isJoint(found))) return false;
  }
  return true;
}

function isJoint(code: number): boolean {
  return code === HYPHEN || code === UNDERSCORE;
}

/** [start, end) without the whitespace around it. */
function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
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
    case "baggage":
      facts.baggage = facts.baggage === null ? value : `${facts.baggage}, ${value}`;
      return false;
    case "forwarded":
      return options.forwarded === "all";
    default:
      return true;
  }
}

function noteContentLength(facts: HeaderFacts, value: string): void {
  const isPlain = DECIMAL.test(value);
  if (facts.contentLength >= 0) facts.framingFault ??= "Content-Length is given twice.";
  if (!isPlain) facts.framingFault ??= "Content-Length is not one plain decimal number.";
  facts.contentLength = isPlain ? Number(value) : 0;
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
      facts.nominees ??= new Set();
      facts.nominees.add(token);
    }
  }
}

/** A line that begins with `x-` or `x_`: true when it must not be passed on. */
function noteExtension(
  facts: HeaderFacts,
  text: string,
  at: number,
  next: number,
  { forwarded, keepsMirror, keepsRange }: WalkOptions,
): boolean {
  if (hasFoldedName(text, at, "x-forwarded-"))
    return forwarded === "all" || (forwarded === "identity" && hasFoldedName(text, at, "x-forwarded-client-cert:"));
  if (!hasFoldedName(text, at, "x-interlock-")) return false;
  const value = trimmed(text, text.indexOf(":", at) + 1, next - 2);
  if (keepsRange && hasName(text, at, "x-interlock-range:")) {
    facts.range = facts.range === null ? value : `${facts.range}, ${value}`;
    return false;
  }
  if (keepsMirror && hasName(text, at, "x-interlock-mirror:")) return false;
  if (hasName(text, at, "x-interlock-code:")) facts.interlockCode = value;
  return true;
}

/** A second walk, taken only by the few messages whose `Connection` names other headers. */
function cutNominees(facts: HeaderFacts, nominees: ReadonlySet<string>, text: string, start: number): void {
  const ranges = new Map<number, number>();
  for (let index = 0; index < facts.cuts.length; index += 2) ranges.set(facts.cuts[index] as number, facts.cuts[index + 1] as number);
  for (let at = start; at < text.length; ) {
    const end = text.indexOf("\n", at) + 1;
    if (nominees.has(text.slice(at, text.indexOf(":", at)).toLowerCase())) ranges.set(at, end);
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

/** Adds the lines with these names (lower case) to `cuts`, keeping them in order. */
export function cutAlso(facts: HeaderFacts, names: ReadonlySet<string>, text: string, start: number): void {
  cutNominees(facts, names, text, start);
}

/** The value of a header that is not cut, several joined by ", "; undefined when absent. `name` is in lower case. */
export function headerValue(text: string, start: number, cuts: readonly number[], name: string): string | undefined {
  let found: string | undefined;
  let cut = 0;
  for (let at = start; at < text.length; ) {
    const next = text.indexOf("\n", at) + 1;
    const isCut = cuts[cut] === at;
    if (isCut) cut += 2;
    const colon = at + name.length;
    if (!isCut && text.charCodeAt(colon) === 58 && hasName(text, at, name)) {
      const value = trimmed(text, colon + 1, next - 2);
      found = found === undefined ? value : `${found}, ${value}`;
    }
    at = next;
  }
  return found;
}
