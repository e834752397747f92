/**
 * Is the candidate as good as the baseline, within what is allowed? Null, "harm that matters": p_c ≥ ratio · p_b and p_c ≥ p_b + margin.
 * E = mean of two e-processes, one against each half; each is valid where both hold. The one against the ratio cannot move while nobody fails, the one against the
 * margin then needs ln(1/β)/margin requests of the candidate beside a large baseline. Alternative: both arms fail as often as the baseline did so far.
 */
import { type ArmCount, type Block, NO_REQUESTS, plus, shareOf } from "./block.ts";
import { additiveLogE, armLogRatio, ratioLogE } from "./block-e.ts";
import { logMeanExp } from "./log-mean-exp.ts";

/** From where on a candidate counts as worse: ratio above 1, margin above 0. */
export interface NonInferiorityOptions {
  readonly ratio: number;
  readonly margin: number;
}

/** What was seen so far. Plain data: it may be stored as JSON. */
export interface NonInferiorityState {
  readonly candidate: ArmCount;
  readonly baseline: ArmCount;
  readonly ratioLog: number;
  readonly marginLog: number;
}

/** Nothing seen yet. */
export function startNonInferiority(): NonInferiorityState {
  return { candidate: NO_REQUESTS, baseline: NO_REQUESTS, ratioLog: 0, marginLog: 0 };
}

/** Takes one more block. */
export function nonInferiorityBlock(state: NonInferiorityState, block: Block, options: NonInferiorityOptions): NonInferiorityState {
  const worth = nonInferiorityWorth(shareOf(state.baseline), block, options);
  return {
    candidate: plus(state.candidate, block.candidate),
    baseline: plus(state.baseline, block.baseline),
    ratioLog: state.ratioLog + worth.ratioLog,
    marginLog: state.marginLog + worth.marginLog,
  };
}

/** Log e of the two halves of the null. */
export type NonInferiorityWorth = Pick<NonInferiorityState, "ratioLog" | "marginLog">;

/** What a single block is worth. `share`: the share that the baseline's next requests are expected to have, from earlier blocks only. */
export function nonInferiorityWorth(share: number, block: Block, { ratio, margin }: NonInferiorityOptions): NonInferiorityWorth {
  const shares = { candidate: share, baseline: share };
  return {
    ratioLog: ratioLogE(block, shares, ratio),
    // Where the baseline fails almost always, nobody can be worse by the margin.
    marginLog: share + margin < 1 ? additiveLogE(block, shares, margin) : 0,
  };
}

/** What a block of the candidate alone is worth against the null p_c ≥ bound, when it is expected to fail with `share`. */
export function nonInferiorityWorthAlone(candidate: ArmCount, share: number, bound: number): number {
  return share < bound && bound < 1 ? armLogRatio(candidate, share, bound) : 0;
}

/** Log of the e-value: the candidate has passed at ln(1/β) and above. */
export function nonInferiorityLogE(state: NonInferiorityWorth): number {
  return logMeanExp([state.ratioLog, state.marginLog]);
}
