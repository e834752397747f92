/**
 * Has the candidate *become* worse than the baseline? The harm test of `harm-test.ts`, begun anew with every block and mixed over all its beginnings, so that a long good
 * past does not outweigh what starts to fail now:
 *   E_t = Σ_{k ≤ t} w_k Π_{k ≤ s ≤ t} e_s + Σ_{k > t} w_k,   w_k = 1 / (k (k + 1)),   so M_t = (M_{t-1} + w_t) e_t and E_t = M_t + 1 / (t + 1)
 * Weights sum to 1: the mixture is an e-process, and the chance of a false alarm at any time at all stays α (unlike Shiryaev-Roberts, which alarms every 1/α blocks on
 * average). The price of harm that begins with block k is 2 ln k nats. The multiples of `harm-test.ts` are mixed on top.
 */
import { type ArmCount, type Block, NO_REQUESTS, plus, shareOf } from "./block.ts";
import { HARM_MULTIPLES, type HarmOptions, harmWorth } from "./harm-test.ts";
import { logMeanExp, logSumExp } from "./log-mean-exp.ts";

/** What was seen so far. Plain data: it may be stored as JSON. */
export interface OnsetState {
  readonly blocks: number;
  readonly baseline: ArmCount;
  /** Log of M_t, one per multiple; null before the first block. */
  readonly logs: readonly number[] | null;
  /** Both arms since harm may have begun: since the last block before which a fresh test would have been worth more than all that went on. */
  readonly since: Block;
}

/** Nothing seen yet. */
export function startOnset(): OnsetState {
  return { blocks: 0, baseline: NO_REQUESTS, logs: null, since: { candidate: NO_REQUESTS, baseline: NO_REQUESTS } };
}

/** Takes one more block. */
export function onsetBlock({ blocks, baseline, logs, since }: OnsetState, block: Block, options: HarmOptions): OnsetState {
  const number = blocks + 1;
  const weight = -Math.log(number * (number + 1));
  // Alternatives come from all of the past; what a single block is worth is the log of a test that begins with it.
  const worth = harmWorth(shareOf(baseline), block, options);
  const isFresh = logs === null || Math.max(...logs) < weight;
  return {
    blocks: number,
    baseline: plus(baseline, block.baseline),
    logs: worth.map((log, at) => log + logSumExp(logs?.[at] ?? Number.NEGATIVE_INFINITY, weight)),
    since: isFresh ? block : { candidate: plus(since.candidate, block.candidate), baseline: plus(since.baseline, block.baseline) },
  };
}

/** Log of the e-value: harm is shown at ln(1/α) and above. */
export function onsetLogE({ blocks, logs }: OnsetState): number {
  const rest = -Math.log(blocks + 1);
  return logMeanExp((logs ?? HARM_MULTIPLES.map(() => Number.NEGATIVE_INFINITY)).map((log) => logSumExp(log, rest)));
}
