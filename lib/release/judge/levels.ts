/**
 * How the error levels of a release are shared out. `alpha` and `beta` of a metric are what its operator was promised for the whole release.
 * - α: each of the K metrics that are tested gets α/K, so that all of them together stay within it. Of that, a tenth is kept for the last step, where
 *   the baseline's share is no longer measured but known from a band that fails with that chance.
 * - β: a pass needs every metric, so none has to share; the same tenth is kept.
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

export function levelsOf(settings: JudgeSettings, { alpha, beta }: TestedMetric): Levels {
  const share = alpha / testedCount(settings);
  return { harm: share * (1 - FOR_BAND), harmBand: share * FOR_BAND, safe: beta * (1 - FOR_BAND), safeBand: beta * FOR_BAND };
}

/** Metrics that share one α. */
export function testedCount({ metrics }: JudgeSettings): number {
  return metrics.filter(({ kind }) => kind !== "threshold").length;
}
