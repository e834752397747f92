/** Requests of one arm that ended, and those of them that were bad. */
export interface ArmCount {
  readonly n: number;
  readonly bad: number;
}

/** What both arms did in the same stretch of time. */
export interface Block {
  readonly candidate: ArmCount;
  readonly baseline: ArmCount;
}

export const NO_REQUESTS: ArmCount = { n: 0, bad: 0 };

/** Pseudo-counts of the share of bad requests before anything was seen: half a bad one in a hundred and a half. */
const PRIOR_BAD = 0.5;
const PRIOR_N = 100.5;

/** Both together. */
export function plus(left: ArmCount, right: ArmCount): ArmCount {
  return { n: left.n + right.n, bad: left.bad + right.bad };
}

/** What share of an arm's next requests will be bad, judged by its past ones: strictly between 0 and 1. */
export function shareOf(past: ArmCount): number {
  return (past.bad + PRIOR_BAD) / (past.n + PRIOR_N);
}
