/**
 * Is the candidate worse than the baseline by more than is allowed? Null: p_c ≤ ratio · p_b, or p_c ≤ p_b + margin.
 * E = mean over multiples L of Π_blocks e(L): each L supposes that the candidate fails L times as often as the null allows at most.
 */
import { type ArmCount, type Block, NO_REQUESTS, plus, shareOf } from "./block.ts";
import { additiveLogE, armLogRatio, ratioLogE } from "./block-e.ts";
import { logMeanExp } from "./log-mean-exp.ts";

/** What the null allows. */
export type HarmOptions = { readonly ratio: number } | { readonly margin: number };

/** What was seen so far. Plain data: it may be stored as JSON. */
export interface HarmState {
  readonly candidate: ArmCount;
  readonly baseline: ArmCount;
  /** Log of the running product, one per multiple in `HARM_MULTIPLES`. */
  readonly logs: readonly number[];
}

export const HARM_MULTIPLES: readonly number[] = [1.5, 2, 3, 5, 10, 30];

/** No alternative supposes that more than this share fails. */
const SHARE_MAX = 0.98;

/** Nothing seen yet. */
export function startHarm(): HarmState {
  return { candidate: NO_REQUESTS, baseline: NO_REQUESTS, logs: HARM_MULTIPLES.map(() => 0) };
}

/** Takes one more block. */
export function harmBlock(state: HarmState, block: Block, options: HarmOptions): HarmState {
  const worth = harmWorth(shareOf(state.baseline), block, options);
  return {
    candidate: plus(state.candidate, block.candidate),
    baseline: plus(state.baseline, block.baseline),
    logs: state.logs.map((log, at) => log + (worth[at] ?? 0)),
  };
}

/** What a single block is worth: log e, one per multiple. `baseline`: the share that the baseline's next requests are expected to have, from earlier blocks only. */
export function harmWorth(baseline: number, block: Block, options: HarmOptions): readonly number[] {
  const allowed = "ratio" in options ? options.ratio * baseline : baseline + options.margin;
  return HARM_MULTIPLES.map((multiple) => {
    const candidate = Math.min(multiple * allowed, SHARE_MAX);
    // An alternative that the null allows bets on nothing.
    if (candidate <= allowed) return 0;
    const shares = { candidate, baseline };
    return "ratio" in options ? ratioLogE(block, shares, options.ratio) : additiveLogE(block, shares, options.margin);
  });
}

/** What a block of the candidate alone is worth against the null p_c ≤ bound: for where there is no baseline beside it any more. */
export function harmWorthAlone(candidate: ArmCount, bound: number): readonly number[] {
  return HARM_MULTIPLES.map((multiple) => {
    const supposed = Math.min(multiple * bound, SHARE_MAX);
    return supposed <= bound ? 0 : armLogRatio(candidate, supposed, bound);
  });
}

/** Log of the e-value: harm is shown at ln(1/α) and above. */
export function harmLogE(state: HarmState): number {
  return logMeanExp(state.logs);
}
