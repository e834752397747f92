/**
 * Error levels. The α of a release is the sum of those of its metrics, whatever depends on whatever; a pass needs every metric, so that each has its β for itself.
 * A tenth of each level is kept for the last step, where the baseline's share is no longer measured but known from a band that fails with that chance.
 */
import type { JudgeMetric, JudgeSettings } from "../../model/index.ts";

export type TestedMetric = Exclude<JudgeMetric, { readonly kind: "threshold" }>;

/** From where on a candidate is worse in a way that matters where the baseline hardly ever fails: half a per cent of requests. */
export const PASS_MARGIN = 0.005;

const FOR_BAND = 0.1;

/** Chances of being wrong that one metric may use up. */
export interface Levels {
  readonly harm: number;
  readonly harmBand: number;
  readonly safe: number;
  readonly safeBand: number;
}

export function levelsOf({ alpha, beta }: TestedMetric): Levels {
  return { harm: alpha * (1 - FOR_BAND), harmBand: alpha * FOR_BAND, safe: beta * (1 - FOR_BAND), safeBand: beta * FOR_BAND };
}

/** The chance that a harmless release fails by its tests, at any time at all. */
export function falseAlarmLevel({ metrics }: JudgeSettings): number {
  return metrics.reduce((sum, metric) => sum + (metric.kind === "threshold" ? 0 : metric.alpha), 0);
}
