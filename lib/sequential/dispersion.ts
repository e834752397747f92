/**
 * How much more an arm's share of bad requests varies from block to block than chance alone would make it. 1: as chance does. A test that supposes independent requests
 * is too sure of itself where this is large: what varies on each arm by itself looks like a difference between them.
 */
import type { ArmCount } from "./block.ts";

/** Sums over the blocks of one arm. Plain data. */
export interface DispersionState {
  readonly blocks: number;
  readonly n: number;
  readonly bad: number;
  /** Σ n². */
  readonly nSquares: number;
  /** Σ bad² / n. */
  readonly badSquares: number;
}

/** Fewer blocks or bad requests say nothing. */
const BLOCKS_MIN = 12;
const BAD_MIN = 20;
/** So many standard errors above 1 is more than chance. */
const ERRORS_MIN = 3;

/** Nothing seen yet. */
export function startDispersion(): DispersionState {
  return { blocks: 0, n: 0, bad: 0, nSquares: 0, badSquares: 0 };
}

/** Takes one more block; one without requests says nothing. */
export function dispersionBlock(state: DispersionState, { n, bad }: ArmCount): DispersionState {
  if (n === 0) return state;
  return {
    blocks: state.blocks + 1,
    n: state.n + n,
    bad: state.bad + bad,
    nSquares: state.nSquares + n * n,
    badSquares: state.badSquares + (bad * bad) / n,
  };
}

/** Pearson's index; null while too little was seen. */
export function dispersionIndex({ bad, badSquares, blocks, n }: DispersionState): number | null {
  if (blocks < BLOCKS_MIN || bad < BAD_MIN || bad === n) return null;
  const share = bad / n;
  return Math.max(0, badSquares - bad * share) / (share * (1 - share)) / (blocks - 1);
}

/** By how much the share itself varies, as a variance relative to its square; 0 where chance explains what was seen. */
export function excessVariance(state: DispersionState): number {
  const index = dispersionIndex(state);
  if (index === null || index <= 1 + ERRORS_MIN * Math.sqrt(2 / (state.blocks - 1))) return 0;
  const share = state.bad / state.n;
  const typicalN = (state.n - state.nSquares / state.n) / (state.blocks - 1);
  return ((index - 1) * (1 - share)) / (share * typicalN);
}
