import type { SplitPhaseView } from "./views.ts";

/**
 * The first phase that a wave still needs; undefined where it is settled. That weights went out before the instances were acknowledged cannot be made good,
 * and does not matter any more once every proxy serves the weights: it then has the instances too.
 */
export function openPhase(phases: readonly SplitPhaseView[]): SplitPhaseView | undefined {
  const isServed = phases.some(({ phase, state }) => phase === "weight" && state === "done");
  return phases.find(({ phase, state }) => state !== "done" && !(isServed && phase === "acknowledged"));
}
