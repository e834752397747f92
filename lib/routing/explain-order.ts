/**
 * Why matches are tried in the order in which they are: each with the figure that put it before the next. For whoever shows rules; the figures
 * are those that routing itself compares (`PRECEDENCE`), so what is shown cannot differ from what is done.
 */
import type { RouteRule } from "../model/index.ts";
import { compareMatches, type MatchSummary, PRECEDENCE, type PrecedenceFigure, summariseMatch } from "./match-summary.ts";

/** One match, at its place in the order in which a request tries them. */
export interface TriedMatch {
  /** Place of its rule, and its own place within it, in the list that was given. */
  readonly rule: number;
  readonly match: number;
  /** Null for the last one. `ours` and `theirs` are what was compared: a rank for `path` and `caller`, a count otherwise, 0 and 1 for `method`. */
  readonly before: { readonly figure: PrecedenceFigure; readonly ours: number; readonly theirs: number } | null;
}

const VALUES: Readonly<Record<PrecedenceFigure, (summary: MatchSummary) => number>> = {
  path: ({ pathRank }) => pathRank,
  elements: ({ prefixElements }) => prefixElements,
  length: ({ prefixLength }) => prefixLength,
  method: ({ hasMethod }) => Number(hasMethod),
  headers: ({ headers }) => headers,
  queryParams: ({ queryParams }) => queryParams,
  caller: ({ callerParts }) => callerParts,
  text: () => 0,
};

/** All matches of `rules` in the order in which a request tries them, whatever rule they belong to. */
export function explainOrder(rules: readonly RouteRule[]): readonly TriedMatch[] {
  return rules
    .flatMap((rule, index) => rule.matches.map((match, each) => ({ rule: index, match: each, summary: summariseMatch(match) })))
    .sort((left, right) => compareMatches(left.summary, right.summary))
    .map(({ rule, match, summary }, place, tried) => ({ rule, match, before: decidedBy(summary, tried[place + 1]?.summary) }));
}

function decidedBy(ours: MatchSummary, theirs: MatchSummary | undefined): TriedMatch["before"] {
  const figure = theirs && PRECEDENCE.find(([, compare]) => compare(ours, theirs) !== 0)?.[0];
  return figure === undefined || theirs === undefined ? null : { figure, ours: VALUES[figure](ours), theirs: VALUES[figure](theirs) };
}
