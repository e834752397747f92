/**
 * Compiled matches.
 *
 * - Path: the normal forms of both are compared, without query (`routedPath`: the same that authorization looks at); a request without a
 *   normal form is refused before. `PathPrefix` compares whole elements, and a trailing slash of the prefix does not count.
 * - Header: names without case. A header sent several times is one value joined by ", ", as the instance would read it (RFC 9110, section 5.3).
 * - Query parameter: name and value decoded as `application/x-www-form-urlencoded`; a broken escape stands for itself; of several the first counts.
 * - Caller: by service, and by version where a range is given; traffic from outside has no version and is in no range.
 * - Regular expressions: RE2 syntax, anchored at both ends, linear in the length of the input whatever the expression.
 */
import { RE2JS } from "re2js";
import { type CallerMatch, type EdgeEnd, isInRange, type PathMatch, type RouteMatch, type ValueMatch } from "../model/index.ts";
import { LruMap } from "./lru-map.ts";
import { routedPath } from "./normalise-path.ts";
import { hasPrefix } from "./rewrite-path.ts";

/** What routing looks at of a request. */
export interface RequestHead {
  /** As in `Host` or the authority of the target. */
  readonly host: string;
  readonly method: string;
  /** As sent, without `?` and what follows; `*` in `OPTIONS *`. */
  readonly path: string;
  /** What follows `?`, as sent; "" without. */
  readonly query: string;
  /** Value of a header, by its name in lower case; several joined by ", "; undefined when absent. */
  header(name: string): string | undefined;
}

/** `path` is the request's `routedPath`, made once for all matches. */
export type Matcher = (request: RequestHead, path: string, caller: EdgeEnd) => boolean;

/** Compiles a match; throws for an expression that `checkRules` would have refused. */
export function compileMatch(match: RouteMatch): Matcher {
  const parts: Matcher[] = [];
  const { caller, method, path } = match;
  if (method !== undefined) parts.push((request) => request.method === method);
  if (path !== undefined) {
    const fitsPath = compilePath(path);
    parts.push((_, routed) => fitsPath(routed));
  }
  for (const header of match.headers ?? []) {
    const name = header.name.toLowerCase();
    const fits = compileValue(header);
    parts.push((request) => fits(request.header(name)));
  }
  for (const parameter of match.queryParams ?? []) {
    const fits = compileValue(parameter);
    parts.push((request) => fits(queryParameter(request.query, parameter.name)));
  }
  if (caller !== undefined) {
    const fitsCaller = compileCaller(caller);
    parts.push((_, __, end) => fitsCaller(end));
  }
  const [first, second] = parts;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (parts.length === 2) return (request, routed, end) => first(request, routed, end) && second(request, routed, end);
  return (request, routed, end) => parts.every((part) => part(request, routed, end));
}

/** Versions of callers come from the configuration, so few are ever asked for; the bound is for a mesh that changes for years. */
const CALLER_VERSIONS_MAX = 1_024;

function compileCaller({ service, range }: CallerMatch): (caller: EdgeEnd) => boolean {
  if (range === undefined) return (caller) => caller.service === service;
  const known = new LruMap<string, boolean>(CALLER_VERSIONS_MAX);
  return (caller) => {
    if (caller.service !== service || caller.version === null) return false;
    const answer = known.get(caller.version);
    if (answer !== undefined) return answer;
    const isIn = isInRange(caller.version, range);
    known.set(caller.version, isIn);
    return isIn;
  };
}

/** Largest compiled expression: matching takes time in proportion to this and to the length of the input. */
const EXPRESSION_INSTRUCTIONS_MAX = 1000;

/** Compiles an expression; throws when its syntax is not RE2's, or when it is too large to be run on every request. */
export function compileExpression(expression: string): (text: string) => boolean {
  const compiled = RE2JS.compile(expression);
  const instructions = compiled.programSize();
  if (instructions > EXPRESSION_INSTRUCTIONS_MAX) {
    throw new RangeError(`it compiles to ${instructions} instructions, and ${EXPRESSION_INSTRUCTIONS_MAX} are allowed`);
  }
  return (text) => compiled.testExact(text);
}

function compilePath({ type, value }: PathMatch): (path: string) => boolean {
  if (type === "RegularExpression") return compileExpression(value);
  const wanted = routedPath(value);
  if (type === "Exact") return (path) => path === wanted;
  const prefix = wanted.endsWith("/") ? wanted.slice(0, -1) : wanted;
  // The prefix `/` is every request, `OPTIONS *` included.
  if (prefix === "") return () => true;
  return (path) => hasPrefix(path, prefix);
}

function compileValue({ type, value }: ValueMatch): (text: string | undefined) => boolean {
  if (type !== "RegularExpression") return (text) => text === value;
  const fits = compileExpression(value);
  return (text) => text !== undefined && fits(text);
}

/** The first value of a query parameter; undefined when it is absent. */
export function queryParameter(query: string, name: string): string | undefined {
  for (let start = 0; start < query.length; ) {
    const ampersand = query.indexOf("&", start);
    const end = ampersand < 0 ? query.length : ampersand;
    const pair = query.slice(start, end);
    const equals = pair.indexOf("=");
    if (formDecode(equals < 0 ? pair : pair.slice(0, equals)) === name && pair !== "")
      return equals < 0 ? "" : formDecode(pair.slice(equals + 1));
    start = end + 1;
  }
  return undefined;
}

function formDecode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
