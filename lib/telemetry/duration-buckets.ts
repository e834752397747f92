/**
 * The coarse histogram of durations that is kept for ever and given out at `/metrics`: bounds are powers of two microseconds, which are bounds of the fine
 * histogram too, so that cutting it down loses no count and moves none across a bound.
 */
import { bucketOf, type SparseHistogram } from "./histogram.ts";

/** 2^8 µs (0.26 ms) to 2^24 µs (17 s), each double the one before. */
const BOUNDS_US: readonly number[] = Array.from({ length: 17 }, (_, index) => 2 ** (8 + index));

/** Upper bounds in seconds. */
export const DURATION_BOUNDS_S: readonly number[] = BOUNDS_US.map((us) => us / 1_000_000);

/** Number of counts: one for each bound and one for what is beyond. */
export const DURATION_BUCKETS: number = BOUNDS_US.length + 1;

const FINE_BOUNDS: readonly number[] = BOUNDS_US.map(bucketOf);

/** Adds a fine histogram to coarse counts, which begin at `offset` in `counts`. */
export function addDurations(counts: number[], offset: number, latency: SparseHistogram): void {
  let bucket = 0;
  for (let at = 0; at < latency.length; at += 2) {
    while (bucket < FINE_BOUNDS.length && (latency[at] as number) >= (FINE_BOUNDS[bucket] as number)) bucket++;
    counts[offset + bucket] = (counts[offset + bucket] as number) + (latency[at + 1] as number);
  }
}

/** The coarse bucket of a duration in seconds. */
export function durationBucketOf(seconds: number): number {
  const index = DURATION_BOUNDS_S.findIndex((bound) => seconds < bound);
  return index < 0 ? DURATION_BOUNDS_S.length : index;
}
