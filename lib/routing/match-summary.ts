/**
 * Precedence of matches. A match is summed up in a few figures, and matches are ordered by comparing these one after the other:
 *
 *   path      Exact before RegularExpression before PathPrefix; among prefixes more elements first, then more characters
 *   method    named before any
 *   headers   more conditions first
 *   query     more conditions first
 *   caller    service with a range before service before any
 *   text      canonical JSON of the match, by code unit
 *
 * No path is the prefix `/`. The spelling of a path (`/%7ea` is `/~a`) and of a range, a trailing slash of a prefix, the case of header names, the order
 * of conditions and defaults left out do not count, so two matches tie in all of them exactly when they mean the same; such twins are refused (`routes.duplicate-match`), and the order is total.
 * Invariant: the order of rules in the input never matters.
 */
import semver from "semver";
import type { CallerMatch, PathMatch, RouteMatch, RouteRule, ValueMatch } from "../model/index.ts";
import { canonicalJson } from "../std/index.ts";
import { routedPath } from "./normalise-path.ts";

export interface MatchSummary {
  /** 0 Exact, 1 RegularExpression, 2 PathPrefix. */
  readonly pathRank: 0 | 1 | 2;
  /** Prefixes only; 0 otherwise. */
  readonly prefixElements: number;
  readonly prefixLength: number;
  readonly hasMethod: boolean;
  readonly headers: number;
  readonly queryParams: number;
  /** 0 any caller, 1 a service, 2 a service with a range. */
  readonly callerParts: 0 | 1 | 2;
  /** Equal texts mean equal matches. */
  readonly text: string;
}

const PATH_RANKS = { Exact: 0, RegularExpression: 1, PathPrefix: 2 } as const;

export function summariseMatch(match: RouteMatch): MatchSummary {
  const path = plainPath(match.path);
  const headers = plainConditions(match.headers, (name) => name.toLowerCase());
  const queryParams = plainConditions(match.queryParams, (name) => name);
  const prefix = path.type === "PathPrefix" ? pathElements(path.value) : [];
  return {
    pathRank: PATH_RANKS[path.type],
    prefixElements: prefix.length,
    prefixLength: prefix.join("/").length,
    hasMethod: match.method !== undefined,
    headers: headers.length,
    queryParams: queryParams.length,
    callerParts: match.caller === undefined ? 0 : match.caller.range === undefined ? 1 : 2,
    text: canonicalJson({ path, method: match.method, headers, queryParams, caller: plainCaller(match.caller) }),
  };
}

/** What two matches are compared by, in this order; `text` only where they tie in everything before. */
export type PrecedenceFigure = "path" | "elements" | "length" | "method" | "headers" | "queryParams" | "caller" | "text";

/** Negative when `left` is tried before `right`. */
export const PRECEDENCE: readonly (readonly [PrecedenceFigure, (left: MatchSummary, right: MatchSummary) => number])[] = [
  ["path", (left, right) => left.pathRank - right.pathRank],
  ["elements", (left, right) => right.prefixElements - left.prefixElements],
  ["length", (left, right) => right.prefixLength - left.prefixLength],
  ["method", (left, right) => Number(right.hasMethod) - Number(left.hasMethod)],
  ["headers", (left, right) => right.headers - left.headers],
  ["queryParams", (left, right) => right.queryParams - left.queryParams],
  ["caller", (left, right) => right.callerParts - left.callerParts],
  ["text", (left, right) => (left.text < right.text ? -1 : left.text > right.text ? 1 : 0)],
];

/** Negative when `left` is tried before `right`; 0 only for matches that mean the same. */
export function compareMatches(left: MatchSummary, right: MatchSummary): number {
  for (const [, compare] of PRECEDENCE) {
    const difference = compare(left, right);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Rules by their best match, and the matches of each rule, in order of precedence. (A router tries single matches in that order, whatever rule they belong to.) */
export function orderRules(rules: readonly RouteRule[]): readonly RouteRule[] {
  return rules
    .map((rule) => {
      const matches = rule.matches
        .map((match) => ({ match, summary: summariseMatch(match) }))
        .sort((a, b) => compareMatches(a.summary, b.summary));
      return { rule: { ...rule, matches: matches.map(({ match }) => match) }, best: matches[0]?.summary };
    })
    .sort((left, right) => {
      if (left.best !== undefined && right.best !== undefined) return compareMatches(left.best, right.best);
      // Rules that take only what is in their lane come last; a lane has one rule.
      const [ours, theirs] = [left.rule.lane ?? "", right.rule.lane ?? ""];
      return Number(left.best === undefined) - Number(right.best === undefined) || (ours < theirs ? -1 : ours > theirs ? 1 : 0);
    })
    .map(({ rule }) => rule);
}

/** The elements of a path, without an empty one at its end: `/a/b/` → `a`, `b`; `/` → none. Empty elements within count. */
export function pathElements(path: string): readonly string[] {
  const trimmed = path.endsWith("/") ? path.slice(0, -1) : path;
  return trimmed === "" ? [] : trimmed.slice(1).split("/");
}

function plainPath(path: PathMatch | undefined): PathMatch {
  if (path === undefined) return { type: "PathPrefix", value: "/" };
  if (path.type === "RegularExpression") return path;
  const value = routedPath(path.value);
  const isTrimmed = path.type === "PathPrefix" && value !== "/" && value.endsWith("/");
  return { type: path.type, value: isTrimmed ? value.slice(0, -1) : value };
}

function plainCaller(caller: CallerMatch | undefined): { readonly service: string; readonly range?: string } | undefined {
  if (caller?.range === undefined) return caller;
  return { service: caller.service, range: semver.validRange(caller.range) ?? caller.range };
}

/** Conditions with defaults written out, in one order, each once. */
function plainConditions(conditions: readonly ValueMatch[] | undefined, nameOf: (name: string) => string): readonly ValueMatch[] {
  const byText = new Map<string, ValueMatch>();
  for (const { type = "Exact", name, value } of conditions ?? []) {
    const condition = { type, name: nameOf(name), value };
    byText.set(canonicalJson(condition), condition);
  }
  return [...byText].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, condition]) => condition);
}
