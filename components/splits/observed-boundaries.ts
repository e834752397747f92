import { shareLow } from "@/components/live/health.ts";
import type { Observed } from "@/lib/client/index.ts";

/** A boundary of the split as measured, with the 95 % interval of its place; shares of the bar, 0 to 1. */
export interface ObservedBoundary {
  /** The version right of it. */
  readonly version: string;
  readonly low: number;
  readonly high: number;
}

/**
 * The boundaries between versions that requests went to, in the bar's order. A boundary stands where the versions left of it end, so its interval
 * is that of their requests taken together (Wilson 1927), which for two versions is the interval of either.
 */
export function observedBoundaries(order: readonly string[], observed: Observed | undefined): readonly ObservedBoundary[] {
  const counts = order.map((version) => observed?.versions[version]?.requests ?? 0);
  const whole = counts.reduce((sum, count) => sum + count, 0);
  let left = 0;
  return order.flatMap((version, index) => {
    const before = left;
    left += counts[index] ?? 0;
    if (before === 0 || before === left) return [];
    return [{ version, low: shareLow(before, whole), high: 1 - shareLow(whole - before, whole) }];
  });
}
