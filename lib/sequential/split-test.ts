/**
 * Is an observed split the one that was configured? (Sample ratio mismatch.) Null: each request goes to the candidate with its configured share, give or take a
 * tolerance. E = beta-binomial marginal likelihood (prior Beta(1, 1)) ÷ the likelihood at the best point of the null.
 * Periods of one share each have a test of their own, the k-th at level/(k (k + 1)), so that the chance of a false alarm in all of them together stays at the level.
 * Source: Lindon, Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022.
 */
import { logBeta } from "./log-beta.ts";

/** Requests that followed the split, and those of them that went to the candidate. Plain data. */
export interface SplitState {
  /** Configured share of the present period, between 0 and 1; null before the first. */
  readonly share: number | null;
  readonly period: number;
  readonly candidate: number;
  readonly total: number;
}

/** Nothing seen yet. */
export function startSplit(): SplitState {
  return { share: null, period: 0, candidate: 0, total: 0 };
}

/** Takes one more block. A share other than before begins a period. */
export function splitBlock(state: SplitState, share: number, { candidate, total }: Pick<SplitState, "candidate" | "total">): SplitState {
  const isSame = state.share === share;
  return {
    share,
    period: isSame ? state.period : state.period + 1,
    candidate: (isSame ? state.candidate : 0) + candidate,
    total: (isSame ? state.total : 0) + total,
  };
}

/** Log of the present period's e-value, corrected for the periods before it: a mismatch is shown at ln(1/level) and above. `tolerance`: part of the smaller side. */
export function splitLogE({ candidate, period, share, total }: SplitState, tolerance: number): number {
  if (share === null || share <= 0 || share >= 1 || total === 0) return 0;
  const slack = tolerance * Math.min(share, 1 - share);
  const nearest = Math.min(Math.max(candidate / total, share - slack), share + slack);
  return shareLogE(candidate, total, nearest) - Math.log((period * (period + 1)) / 2);
}

/** Log of the beta-binomial e-value, prior Beta(1, 1), against one share. */
export function shareLogE(hits: number, total: number, share: number): number {
  return logBeta(1 + hits, 1 + total - hits) - hits * Math.log(share) - (total - hits) * Math.log(1 - share);
}
