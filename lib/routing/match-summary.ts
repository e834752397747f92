/**
 * Precedence of matches. A match is summed up in a few figures, and matches are ordered by comparing these one after the other:
 *
 *   path      Exact before RegularExpression before PathPrefix; among prefixes more elements first, then more characters
 *   method    named before any
 *   headers   more conditions first
 *   query     more conditions first
 *   text      canonical JSON of the match, by code unit
 *
 * No path is the prefix `/`. A trailing slash of a prefix, the case of header names, the order of conditions and defaults left out do not count,
 * so two matches tie in all five exactly when they mean the same; such twins are refused (`routes.duplicate-match`), and the order is total.
 * Invariant: the order of rules in the input never matters.
 */
import type { PathMatch, RouteMatch, RouteRule, ValueMatch } from "../model/index.ts";
import { canonicalJson } from "../std/index.ts";

export interface MatchSummary {
  /** 0 Exact, 1 RegularExpression, 2 PathPrefix. */
  readonly pathRank: 0 | 1 | 2;
  /** Prefixes only; 0 otherwise. */
  readonly prefixElements: number;
  readonly prefixLength: number;
  readonly hasMethod: boolean;
  readonly headers: number;
  readonly queryParams: number;
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
    text: canonicalJson({ path, method: match.method, headers, queryParams }),
  };
}

/** Negative when `left` is tried before `right`; 0 only for matches that mean the same. */
export function compareMatches(left: MatchSummary, right: MatchSummary): number {
  return (
    left.pathRank - right.pathRank ||
    right.prefixElements - left.prefixElements ||
    right.prefixLength - left.prefixLength ||
    Number(right.hasMethod) - Number(left.hasMethod) ||
    right.headers - left.headers ||
    right.queryParams - left.queryParams ||
    (left.text < right.text ? -1 : left.text > right.text ? 1 : 0)
  );
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
      if (left.best === undefined || right.best === undefined) return Number(left.best === undefined) - Number(right.best === undefined);
      return compareMatches(left.best, right.best);
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
  if (path.type !== "PathPrefix" || path.value === "/" || !path.value.endsWith("/")) return path;
  return { type: "PathPrefix", value: path.value.slice(0, -1) };
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
