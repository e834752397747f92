/**
 * Log-linear histogram of durations: every octave of microseconds is cut into 32 buckets of equal width.
 *
 * Layout: a duration below 64 µs has a bucket of its own (bucket = µs). From 64 µs on, with k = floor(log2 µs), the bucket is
 * (k − 5)·32 + (µs >> (k − 5)), so buckets are contiguous and ascending. The middle of a bucket is at most 1/64 (1.6 %) away from any value in it.
 * Durations from `HISTOGRAM_US_MAX` (2^30 − 1 µs, 17.9 min) on are counted in the last bucket.
 *
 * On the wire a histogram is sparse: [bucket, count, bucket, count, …] with ascending buckets and counts above 0.
 * Invariants: merging adds counts and loses nothing; merge(a, b) = merge(b, a); the sum of the counts is the number of recorded durations.
 * It knows no time and no names. The layout is part of the protocol between proxy and engine and of the stored roll-ups: changing it is a migration.
 */

/** How many buckets there are; a bucket is 0 to `HISTOGRAM_BUCKETS` − 1. */
export const HISTOGRAM_BUCKETS = 832;

/** Longest duration that is told apart, in whole microseconds; longer ones count as this one. */
export const HISTOGRAM_US_MAX = 2 ** 30 - 1;

/** A histogram as [bucket, count, bucket, count, …], buckets ascending, counts above 0. */
export type SparseHistogram = readonly number[];

/** The bucket of a duration in microseconds. Fractions are cut off, negative and NaN count as 0, too long ones as the longest. */
export function bucketOf(us: number): number {
  const whole = us >= HISTOGRAM_US_MAX ? HISTOGRAM_US_MAX : us | 0;
  if (whole < 64) return Math.max(whole, 0);
  const shift = 26 - Math.clz32(whole);
  return (shift << 5) + (whole >>> shift);
}

/** The middle of a bucket, in microseconds: what a quantile that falls into it is reported as. */
export function bucketMidUs(bucket: number): number {
  if (bucket < 64) return bucket;
  return ((bucket & 31) + 32.5) * 2 ** ((bucket >>> 5) - 1);
}

/** The dense form, for recording: one count per bucket. */
export class Histogram {
  // Doubles: exact to 2^53, where 32 bits would wrap around in a month's sum of a busy mesh.
  readonly #counts = new Float64Array(HISTOGRAM_BUCKETS);
  #lowest = HISTOGRAM_BUCKETS;
  #highest = -1;
  #count = 0;

  /** Number of durations recorded since the last `clear`. */
  get count(): number {
    return this.#count;
  }

  /** Counts one duration in microseconds. */
  record(us: number): void {
    const bucket = bucketOf(us);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#count++;
    if (bucket < this.#lowest) this.#lowest = bucket;
    if (bucket > this.#highest) this.#highest = bucket;
  }

  /** Adds a sparse histogram to this one. Its buckets must be in range (`isSparseHistogram`). */
  add(sparse: SparseHistogram): void {
    for (let index = 0; index < sparse.length; index += 2) {
      const bucket = sparse[index] as number;
      const count = sparse[index + 1] as number;
      this.#counts[bucket] = (this.#counts[bucket] as number) + count;
      this.#count += count;
      if (bucket < this.#lowest) this.#lowest = bucket;
      if (bucket > this.#highest) this.#highest = bucket;
    }
  }

  /** The sparse form; `[]` when empty. */
  encode(): number[] {
    const sparse: number[] = [];
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      const count = this.#counts[bucket] as number;
      if (count > 0) sparse.push(bucket, count);
    }
    return sparse;
  }

  /** The duration in microseconds that a share `p` (0 to 1) of all do not exceed, to the nearest bucket; null when empty. */
  quantileUs(p: number): number | null {
    if (this.#count === 0) return null;
    const rank = rankOf(p, this.#count);
    let seen = 0;
    for (let bucket = this.#lowest; bucket < this.#highest; bucket++) {
      seen += this.#counts[bucket] as number;
      if (seen >= rank) return bucketMidUs(bucket);
    }
    return bucketMidUs(this.#highest);
  }

  /** Forgets everything; the memory is kept. */
  clear(): void {
    if (this.#highest >= 0) this.#counts.fill(0, this.#lowest, this.#highest + 1);
    this.#lowest = HISTOGRAM_BUCKETS;
    this.#highest = -1;
    this.#count = 0;
  }
}

/** An empty histogram. */
export function createHistogram(): Histogram {
  return new Histogram();
}

/** The sum of two sparse histograms, as a new sparse histogram. */
export function mergeSparse(left: SparseHistogram, right: SparseHistogram): number[] {
  const merged: number[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const leftBucket = left[l] as number;
    const rightBucket = right[r] as number;
    const bucket = Math.min(leftBucket, rightBucket);
    let count = 0;
    if (leftBucket === bucket) {
      count += left[l + 1] as number;
      l += 2;
    }
    if (rightBucket === bucket) {
      count += right[r + 1] as number;
      r += 2;
    }
    merged.push(bucket, count);
  }
  for (; l < left.length; l++) merged.push(left[l] as number);
  for (; r < right.length; r++) merged.push(right[r] as number);
  return merged;
}

/** The duration in microseconds that a share `p` (0 to 1) of a sparse histogram do not exceed; null when it is empty. */
export function quantileUs(sparse: SparseHistogram, p: number): number | null {
  const rank = rankOf(p, countOf(sparse));
  let seen = 0;
  for (let index = 0; index < sparse.length; index += 2) {
    seen += sparse[index + 1] as number;
    if (seen >= rank) return bucketMidUs(sparse[index] as number);
  }
  return null;
}

/** Number of durations in a sparse histogram. */
export function countOf(sparse: SparseHistogram): number {
  let count = 0;
  for (let index = 1; index < sparse.length; index += 2) count += sparse[index] as number;
  return count;
}

/** Whether numbers from outside are a sparse histogram: pairs, buckets in range and ascending, counts whole and above 0. */
export function isSparseHistogram(numbers: readonly number[]): boolean {
  if (numbers.length % 2 !== 0) return false;
  let previous = -1;
  for (let index = 0; index < numbers.length; index += 2) {
    const bucket = numbers[index] as number;
    const count = numbers[index + 1] as number;
    if (!Number.isInteger(bucket) || bucket <= previous || bucket >= HISTOGRAM_BUCKETS) return false;
    if (!Number.isSafeInteger(count) || count <= 0) return false;
    previous = bucket;
  }
  return true;
}

function rankOf(p: number, count: number): number {
  return Math.max(1, Math.ceil(p * count));
}
