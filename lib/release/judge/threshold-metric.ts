import type { JudgeMetric } from "../../model/index.ts";
import type { ThresholdState } from "./judge-state.ts";

export type ThresholdMetric = Extract<JudgeMetric, { readonly kind: "threshold" }>;

/** Takes one more reading. No data neither counts as good nor ends a time beyond the bound; once broken it stays broken. */
export function thresholdBlock(state: ThresholdState, metric: ThresholdMetric, value: number | null, ms: number): ThresholdState {
  if (value === null || !Number.isFinite(value)) return { ...state, value: null };
  if (!isBeyond(metric, value)) return { ...state, value, beyondMs: null };
  const beyondMs = state.beyondMs === null ? 0 : state.beyondMs + ms;
  return { ...state, value, beyondMs, isBroken: state.isBroken || beyondMs >= metric.forMs };
}

/** Whether a figure is on the wrong side of a bound. */
export function isBeyond({ above, below }: ThresholdMetric, value: number): boolean {
  return (above !== undefined && value > above) || (below !== undefined && value < below);
}
