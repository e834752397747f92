/**
 * Is one arm's share of bad requests below a fixed bound? Null: p ≥ bound. For where there is nobody to compare with.
 * E = mean over parts of the bound of Π_blocks (likelihood with that part of the bound ÷ likelihood with the bound itself).
 */
import { type ArmCount, NO_REQUESTS, plus } from "./block.ts";
import { armLogRatio } from "./block-e.ts";
import { logMeanExp } from "./log-mean-exp.ts";

/** The share that an arm has to stay below, strictly between 0 and 1. */
export interface BoundOptions {
  readonly bound: number;
}

/** What was seen so far. Plain data: it may be stored as JSON. */
export interface BoundState {
  readonly arm: ArmCount;
  readonly logs: readonly number[];
}

/** Parts of the bound that the alternatives suppose. */
export const BOUND_PARTS: readonly number[] = [0.01, 0.1, 0.3, 0.6];

/** Nothing seen yet. */
export function startBound(): BoundState {
  return { arm: NO_REQUESTS, logs: BOUND_PARTS.map(() => 0) };
}

/** Takes one more block. */
export function boundBlock(state: BoundState, arm: ArmCount, { bound }: BoundOptions): BoundState {
  return { arm: plus(state.arm, arm), logs: state.logs.map((log, at) => log + armLogRatio(arm, bound * (BOUND_PARTS[at] ?? 1), bound)) };
}

/** Log of the e-value: the arm is shown to stay below the bound at ln(1/β) and above. */
export function boundLogE(state: BoundState): number {
  return logMeanExp(state.logs);
}
