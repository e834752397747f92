/**
 * How requests are spread over priority levels by their health: gently there, and back by itself.
 *
 * A level can take min(1, 2 × its healthy fraction) of the requests: it spills over when more than half of it is unhealthy (Envoy's priority
 * load calculation with an over-provisioning factor of 2 in place of 1.4). Each level takes what those before it leave.
 * When all together cannot take everything:
 * - panic, where less than `panicThresholdPercent` of the version's own instances is healthy: other versions take what they can on healthy
 *   instances, the rest goes to all own instances alike, healthy or not, in every zone;
 * - else the shares are scaled up to 1, and still only healthy instances get requests.
 *
 * Invariants: shares sum to 1, or are all 0 when nothing is healthy and panic is off (threshold 0); a level without healthy instances gets
 * requests only in panic; while everything preferred is healthy its share is exactly 1. A pure function: the same health gives the same spread.
 */
import type { LevelKind } from "./plan-levels.ts";

export interface LevelHealth {
  readonly kind: LevelKind;
  readonly total: number;
  readonly healthy: number;
}

export interface Spread {
  /** In [0, 1], by level. */
  readonly shares: readonly number[];
  /** The version's own instances get requests whether they are healthy or not. */
  readonly isPanic: boolean;
}

export function spreadOver(levels: readonly LevelHealth[], panicThresholdPercent: number): Spread {
  const capacities = levels.map(({ healthy, total }) => (total === 0 ? 0 : Math.min(1, (2 * healthy) / total)));
  const capacity = sumOf(capacities);
  if (capacity >= 1) return { shares: fillInOrder(capacities), isPanic: false };
  const own = levels.filter(isOwn);
  const total = sumOf(own.map((level) => level.total));
  const healthy = sumOf(own.map((level) => level.healthy));
  if (total > 0 && healthy * 100 < panicThresholdPercent * total) {
    const foreign = sumOf(capacities.filter((_, index) => !isOwn(levels[index])));
    const shares = levels.map((level, index) => (isOwn(level) ? ((1 - foreign) * level.total) / total : (capacities[index] ?? 0)));
    return { shares, isPanic: true };
  }
  return { shares: capacities.map((each) => (capacity === 0 ? 0 : each / capacity)), isPanic: false };
}

function isOwn(level: LevelHealth | undefined): boolean {
  return level !== undefined && level.kind !== "version";
}

function fillInOrder(capacities: readonly number[]): readonly number[] {
  let left = 1;
  return capacities.map((capacity) => {
    const share = Math.min(left, capacity);
    left -= share;
    return share;
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
