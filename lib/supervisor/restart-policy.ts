/**
 * When a child that died is started again. States of one life: started → ready → dead, or started → dead.
 *
 * Invariants: a child that was ready is started again at once; one that died before it was ready waits 100 ms, twice as long each
 * time, at most 5 s; the wait is forgotten as soon as it is ready. A child that gets ready and dies more than 10 times within
 * 10 s waits as well, because at once would then be a busy loop.
 */
const WAIT_MS_FIRST = 100;
const WAIT_MS_MAX = 5_000;
const DEATHS_MAX = 10;
const DEATHS_WINDOW_MS = 10_000;

export interface RestartPolicy {
  /** The child became ready. */
  ready(): void;
  /** The child died at `nowMs`; returns how long to wait before it is started again. */
  died(nowMs: number): number;
  /** Deaths in a row without having been ready. */
  failedStarts(): number;
}

/** The policy of one child; `nowMs` is monotonic. */
export function createRestartPolicy(): RestartPolicy {
  let failedStarts = 0;
  let wasReady = false;
  let deaths: number[] = [];
  return {
    ready() {
      wasReady = true;
      failedStarts = 0;
    },
    died(nowMs) {
      deaths = [...deaths.filter((atMs) => nowMs - atMs < DEATHS_WINDOW_MS), nowMs];
      const atOnce = wasReady && deaths.length <= DEATHS_MAX;
      failedStarts = wasReady ? 0 : failedStarts + 1;
      wasReady = false;
      if (atOnce) return 0;
      return Math.min(WAIT_MS_MAX, WAIT_MS_FIRST * 2 ** Math.max(0, Math.min(failedStarts - 1, 10)));
    },
    failedStarts: () => failedStarts,
  };
}
