/**
 * The request that an operator asks about, as it stands in the tester's fields and in the page's address.
 *
 * Invariant: `questionOfUrl` of what `urlOfQuestion` gives is the same question, so that a link shows what its sender saw.
 */

export interface Question {
  /** `checkout@1.4.0`; "" for a request from outside. */
  readonly from: string;
  readonly method: string;
  readonly path: string;
  /** As typed: one header per line. */
  readonly headers: string;
  /** Of a verified token, as typed: one per line. */
  readonly claims: string;
}

export const NO_QUESTION: Question = { from: "", method: "GET", path: "/", headers: "", claims: "" };

export function questionOfUrl(params: URLSearchParams): Question {
  return {
    from: params.get("from") ?? NO_QUESTION.from,
    method: params.get("method") ?? NO_QUESTION.method,
    path: params.get("path") ?? NO_QUESTION.path,
    headers: params.get("headers") ?? NO_QUESTION.headers,
    claims: params.get("claims") ?? NO_QUESTION.claims,
  };
}

/** Parameters of the address; what is as at the beginning is left out, as an empty text. */
export function urlOfQuestion(question: Question): Readonly<Record<keyof Question, string>> {
  const unless = (key: keyof Question) => (question[key] === NO_QUESTION[key] ? "" : question[key]);
  return { from: unless("from"), method: unless("method"), path: unless("path"), headers: unless("headers"), claims: unless("claims") };
}

/** The caller of a question; undefined for one from outside. */
export function callerOf({ from }: Question): { readonly service: string; readonly version: string } | undefined {
  const at = from.indexOf("@");
  return at < 0 ? undefined : { service: from.slice(0, at), version: from.slice(at + 1) };
}

export interface ParsedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** Number of the first line that is no header; null where all are. */
  readonly badLine: number | null;
}

/** One header per line, `name: value`; the values of a name that comes again are joined, as a recipient may join them (RFC 9110, section 5.3). */
export function parseHeaders(text: string): ParsedHeaders {
  const headers = new Map<string, string>();
  let badLine: number | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    if (colon < 1) {
      badLine ??= index + 1;
      continue;
    }
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { headers: Object.fromEntries(headers), badLine };
}

export interface ParsedClaims {
  readonly claims: Readonly<Record<string, readonly string[]>>;
  /** Number of the first line that is no claim; null where all are. */
  readonly badLine: number | null;
}

/** One claim per line, `name: value`; one that comes again has both values. Names have case. */
export function parseClaims(text: string): ParsedClaims {
  const claims = new Map<string, string[]>();
  let badLine: number | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [name, value] = partsOfClaim(line);
    if (name === "") badLine ??= index + 1;
    else claims.set(name, [...(claims.get(name) ?? []), value]);
  }
  return { claims: Object.fromEntries(claims), badLine };
}

/** Claims may be named by an address (`https://example.com/role: admin`), so the name ends at the first colon with a space after it, if there is one. */
function partsOfClaim(line: string): readonly [name: string, value: string] {
  const spaced = line.search(/:\s/);
  const colon = spaced > 0 ? spaced : line.indexOf(":");
  return colon < 1 ? ["", ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}
