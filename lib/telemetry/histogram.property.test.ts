import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bucketMidUs,
  bucketOf,
  countOf,
  createHistogram,
  HISTOGRAM_BUCKETS,
  HISTOGRAM_US_MAX,
  isSparseHistogram,
  mergeSparse,
  quantileUs,
} from "./histogram.ts";
import { decodeSparse, encodeSparse } from "./sparse-codec.ts";

const duration = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 0, max: 5_000_000 }),
  fc.integer({ min: 0, max: HISTOGRAM_US_MAX - 1 }),
);
const durations = fc.array(duration, { maxLength: 200 });

function recorded(values: readonly number[]): number[] {
  const histogram = createHistogram();
  for (const value of values) histogram.record(value);
  return histogram.encode();
}

describe("buckets", () => {
  test("are contiguous, ascending and cover every duration", () => {
    let previous = -1;
    for (let us = 0; us < 300_000; us++) {
      const bucket = bucketOf(us);
      expect(bucket - previous === 0 || bucket - previous === 1).toBe(true);
      previous = bucket;
    }
    expect(bucketOf(HISTOGRAM_US_MAX)).toBe(HISTOGRAM_BUCKETS - 1);
  });

  test("are exact below 64 µs and at most 1.6 % off above", () => {
    fc.assert(
      fc.property(duration, (us) => {
        const error = Math.abs(bucketMidUs(bucketOf(us)) - us);
        expect(error).toBeLessThanOrEqual(us < 64 ? 0 : us / 64);
      }),
    );
  });

  test.each([
    [-1, 0],
    [Number.NaN, 0],
    [0.9, 0],
    [63.9, 63],
    [2 ** 31, HISTOGRAM_BUCKETS - 1],
    [Number.POSITIVE_INFINITY, HISTOGRAM_BUCKETS - 1],
  ])("%d µs goes to bucket %d", (us, bucket) => {
    expect(bucketOf(us)).toBe(bucket);
  });
});

describe("histograms", () => {
  test("lose no duration, in any order, and merge to what recording all would have given", () => {
    fc.assert(
      fc.property(durations, durations, (left, right) => {
        const all = recorded([...left, ...right]);
        expect(countOf(all)).toBe(left.length + right.length);
        expect(mergeSparse(recorded(left), recorded(right))).toEqual(all);
        expect(mergeSparse(recorded(right), recorded(left))).toEqual(all);
        const dense = createHistogram();
        dense.add(recorded(left));
        dense.add(recorded(right));
        expect(dense.encode()).toEqual(all);
        expect(isSparseHistogram(all)).toBe(true);
      }),
    );
  });

  test("quantiles are at most 2 % off the sorted durations", () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 300 }), fc.constantFrom(0, 0.5, 0.9, 0.99, 1), (values, p) => {
        const sorted = [...values].sort((left, right) => left - right);
        const exact = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] as number;
        const sparse = recorded(values);
        const dense = createHistogram();
        dense.add(sparse);
        expect(dense.quantileUs(p)).toBe(quantileUs(sparse, p));
        expect(Math.abs((quantileUs(sparse, p) as number) - exact)).toBeLessThanOrEqual(exact * 0.02);
      }),
    );
  });

  test("are empty again after clear, whatever was in them", () => {
    fc.assert(
      fc.property(durations, durations, (first, second) => {
        const histogram = createHistogram();
        for (const value of first) histogram.record(value);
        histogram.clear();
        expect([histogram.count, histogram.encode(), histogram.quantileUs(0.5)]).toEqual([0, [], null]);
        for (const value of second) histogram.record(value);
        expect(histogram.encode()).toEqual(recorded(second));
      }),
    );
  });

  test("come back from storage as they were, counts beyond 32 bits included", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: HISTOGRAM_BUCKETS - 1 })),
        fc.infiniteStream(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
        (buckets, counts) => {
          const sparse = buckets.sort((left, right) => left - right).flatMap((bucket) => [bucket, counts.next().value as number]);
          expect(decodeSparse(encodeSparse(sparse))).toEqual(sparse);
        },
      ),
    );
  });

  test.each([
    [[1]],
    [[5, 1, 4, 1]],
    [[5, 1, 5, 1]],
    [[HISTOGRAM_BUCKETS, 1]],
    [[-1, 1]],
    [[0.5, 1]],
    [[1, 0]],
    [[1, 1.5]],
    [[1, Number.NaN]],
  ])("%j is no histogram", (numbers) => {
    expect(isSparseHistogram(numbers)).toBe(false);
  });
});
