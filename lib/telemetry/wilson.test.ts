import fc from "fast-check";
import { expect, test } from "vitest";
import { wilsonInterval } from "./wilson.ts";

test.each([
  // Reference values: R, binom::binom.wilson(x, n).
  [5, 100, 0.0215437, 0.1117505],
  [50, 100, 0.4038315, 0.5961685],
  [0, 10, 0, 0.2775328],
  [10, 10, 0.7224672, 1],
  [1, 1_000, 0.0001766, 0.0056425],
])("%d of %d lies between %d and %d", (part, whole, low, high) => {
  const interval = wilsonInterval(part, whole);
  expect(interval?.low).toBeCloseTo(low, 5);
  expect(interval?.high).toBeCloseTo(high, 5);
});

test("nothing observed gives no interval", () => {
  expect(wilsonInterval(0, 0)).toBeNull();
});

test("the interval holds the share, stays within 0 and 1, and narrows with more of the same", () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 1_000 }), (part, extra) => {
      const whole = part + extra;
      const few = wilsonInterval(part, whole);
      const many = wilsonInterval(part * 10, whole * 10);
      if (few === null || many === null) throw new Error("an interval was expected");
      expect(few.low).toBeGreaterThanOrEqual(0);
      expect(few.high).toBeLessThanOrEqual(1);
      expect(few.low).toBeLessThanOrEqual(few.share);
      expect(few.high).toBeGreaterThanOrEqual(few.share);
      expect(many.high - many.low).toBeLessThan(few.high - few.low);
    }),
  );
});
