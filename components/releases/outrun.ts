import { FULL_WEIGHT_BP } from "@/lib/model/index.ts";
import type { StrategyStep } from "./release-view.ts";

/**
 * After how long a release has all of the traffic, where that is sooner than a good version is likely to be shown safe; null where a gate holds it
 * until somebody or something says so, where nothing can be said, and where there is time enough.
 */
export function outrunAfterMs(steps: readonly StrategyStep[], passMs: number | null): number | null {
  const last = steps.findIndex(({ weightBp }) => weightBp === FULL_WEIGHT_BP);
  if (last < 0 || passMs === null) return null;
  const before = steps.slice(0, last);
  if (before.some(({ gate, pauseMs }) => gate !== undefined || pauseMs === undefined)) return null;
  const fullMs = before.reduce((sum, { pauseMs = 0 }) => sum + pauseMs, 0);
  return fullMs < passMs ? fullMs : null;
}
