import fc from "fast-check";
import { expect, test } from "vitest";
import { createXorshift } from "../std/index.ts";
import { sampleLatencyMs } from "./sample-latency.ts";

test("half of the service times are below the median, and none is negative or above 2 s", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.double({ min: 1, max: 100, noNaN: true }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      (seed, medianMs, sigma) => {
        const random = createXorshift(seed);
        const times = Array.from({ length: 2_000 }, () => sampleLatencyMs({ medianMs, sigma }, random));
        expect(Math.min(...times)).toBeGreaterThan(0);
        expect(Math.max(...times)).toBeLessThanOrEqual(2_000);
        const below = times.filter((timeMs) => timeMs < medianMs).length / times.length;
        // Five standard deviations of a fair coin over 2 000 throws.
        expect(Math.abs(below - 0.5)).toBeLessThan(0.056);
      },
    ),
    { numRuns: 50 },
  );
});
