import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coverageOf, requestsOf, sliceOf, sliceTimes } from "./batch-slices.ts";
import { countOf, mergeSparse } from "./histogram.ts";
import { testEdge } from "./test-batch.fixture.ts";

const NOW = 1_700_000_000_000;

describe("slices of a batch", () => {
  test("add up to the batch, and none has more failures than requests", () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.nat(500),
        fc.uniqueArray(fc.nat(800), { maxLength: 20 }),
        fc.integer({ min: 1, max: 4_000_000 }),
        (ok, failed, buckets, lengthMs) => {
          const latency = buckets.sort((left, right) => left - right).flatMap((bucket, index) => [bucket, (index * 7) % 13 || 1]);
          const others = { retries: ok % 17, denied: failed % 11, failovers: ok % 5, encrypted: ok };
          const edge = { ...testEdge({}, { ok, failed, ...others }), latency };
          const count = sliceTimes({ fromMs: NOW - lengthMs, toMs: NOW }, 50).length;
          const slices = Array.from({ length: count }, (_, index) => sliceOf(edge, index, count));
          expect(slices.reduce((sum, { requests }) => sum + requests, 0)).toBe(requestsOf(edge));
          expect(slices.reduce((sum, slice) => sum + slice.failed, 0)).toBe(failed);
          for (const figure of ["retries", "denied", "failovers", "encrypted"] as const) {
            expect(slices.reduce((sum, slice) => sum + slice[figure], 0)).toBe(edge[figure]);
          }
          expect(slices.reduce<readonly number[]>((sum, slice) => mergeSparse(sum, slice.latency), [])).toEqual(latency);
          expect(slices.every((slice) => slice.failed <= slice.requests && slice.requests >= 0)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("are even to within two requests", () => {
    const edge = testEdge({}, { ok: 1_000, failed: 37 });
    const requests = Array.from({ length: 20 }, (_, index) => sliceOf(edge, index, 20).requests);
    expect(Math.max(...requests) - Math.min(...requests)).toBeLessThanOrEqual(2);
    const durations = Array.from({ length: 20 }, (_, index) => countOf(sliceOf(edge, index, 20).latency));
    expect(Math.max(...durations) - Math.min(...durations)).toBeLessThanOrEqual(1);
  });

  test("lie within the time that the batch covers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000 }), fc.integer({ min: 0, max: 20_000 }), (lengthMs, edges) => {
        const times = sliceTimes({ fromMs: NOW - lengthMs, toMs: NOW }, edges);
        expect(times.length).toBeGreaterThan(0);
        expect(Math.min(...times)).toBeGreaterThan(NOW - lengthMs);
        expect(Math.max(...times)).toBeLessThan(NOW);
        expect(times.length * edges).toBeLessThanOrEqual(100_000);
      }),
    );
  });
});

describe("the time that a batch covers", () => {
  test.each([
    ["the usual half second, when it is a boot's first", NOW - 20, undefined, { fromMs: NOW - 520, toMs: NOW - 20 }],
    ["the time since the batch before", NOW, NOW - 8_000, { fromMs: NOW - 8_000, toMs: NOW }],
    ["an hour at most", NOW, NOW - 9_000_000, { fromMs: NOW - 3_600_000, toMs: NOW }],
    ["the past, when the proxy's clock is a little ahead", NOW + 3_000, undefined, { fromMs: NOW - 500, toMs: NOW }],
    ["the time of arrival, when the proxy's clock is wrong", NOW - 7_200_000, undefined, { fromMs: NOW - 500, toMs: NOW }],
    ["half a second, when the clock went back since the batch before", NOW, NOW + 60_000, { fromMs: NOW - 500, toMs: NOW }],
  ])("is %s", (_, atMs, previousToMs, coverage) => {
    expect(coverageOf(atMs, NOW, previousToMs)).toEqual(coverage);
  });
});
