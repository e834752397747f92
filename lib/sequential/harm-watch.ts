/**
 * Harm that was there from the beginning, or that begins later: the mean, nine to one, of the plain product over all blocks and of products that begin anew with every
 * block (as in `onset-test.ts`). Both are e-processes, so their mean is one. It costs a tenth of a nat against the plain test, and a long good past no longer outweighs
 * what starts to fail now. Blocks come as their worth, log e per multiple of `HARM_MULTIPLES`, so that one block may be made of several strata: their worths add up.
 */
import { HARM_MULTIPLES } from "./harm-test.ts";
import { logMeanExp, logSumExp } from "./log-mean-exp.ts";

/** What was seen so far. Plain data: it may be stored as JSON. */
export interface HarmWatchState {
  readonly blocks: number;
  /** Log of the product over all blocks, one per multiple. */
  readonly logs: readonly number[];
  /** Log of the mixture of later beginnings, one per multiple; null before the first block. */
  readonly late: readonly number[] | null;
}

const LOG_FROM_START = Math.log(0.9);
const LOG_LATER = Math.log(0.1);

/** Nothing seen yet. */
export function startHarmWatch(): HarmWatchState {
  return { blocks: 0, logs: HARM_MULTIPLES.map(() => 0), late: null };
}

/** Takes one more block by its worth. */
export function harmWatchBlock({ blocks, late, logs }: HarmWatchState, worth: readonly number[]): HarmWatchState {
  const number = blocks + 1;
  const weight = -Math.log(number * (number + 1));
  return {
    blocks: number,
    logs: logs.map((log, at) => log + (worth[at] ?? 0)),
    late: logs.map((_, at) => (worth[at] ?? 0) + (late === null ? weight : logSumExp(late[at] ?? Number.NEGATIVE_INFINITY, weight))),
  };
}

/** Log of the e-value: harm is shown at ln(1/α) and above. */
export function harmWatchLogE({ blocks, late, logs }: HarmWatchState): number {
  const rest = -Math.log(blocks + 1);
  return logMeanExp(
    logs.map((log, at) => {
      const later = late === null ? 0 : logSumExp(late[at] ?? Number.NEGATIVE_INFINITY, rest);
      return logSumExp(LOG_FROM_START + log, LOG_LATER + later);
    }),
  );
}
