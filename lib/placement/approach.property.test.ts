import fc from "fast-check";
import { expect, test } from "vitest";
import { approach } from "./index.ts";

const counts = fc.integer({ min: 0, max: 1_000 });
const shares = fc.double({ min: 0.01, max: 1, noNaN: true });

test("a round moves unless it is there, never beyond the target, and by the share at least", () => {
  fc.assert(
    fc.property(counts, counts, shares, (from, to, share) => {
      const next = approach(from, to, share);
      expect(Math.abs(to - next)).toBeLessThanOrEqual(Math.abs(to - from) * (1 - share) + 1e-6);
      expect(Math.sign(to - next) * Math.sign(to - from)).toBeGreaterThanOrEqual(0);
      expect(next === from).toBe(from === to);
    }),
  );
});

test("it gets there in a number of rounds that grows with the logarithm of the distance", () => {
  fc.assert(
    fc.property(counts, counts, shares, (from, to, share) => {
      let rounds = 0;
      for (let at = from; at !== to; at = approach(at, to, share)) rounds += 1;
      // Down to a distance of 1/share by the share, from there one by one.
      const bound =
        Math.ceil(Math.log(Math.max(1, Math.abs(to - from))) / -Math.log(1 - Math.min(share, 0.999_999))) + Math.ceil(1 / share) + 1;
      expect(rounds).toBeLessThanOrEqual(bound);
    }),
  );
});

test.each([
  [0, 10, 0.1, 1],
  [0, 8, 0.5, 4],
  [8, 2, 0.5, 5],
  [3, 3, 1, 3],
  [7, 0, 0.25, 5],
])("from %i towards %i by %f comes %i", (from, to, share, next) => {
  expect(approach(from, to, share)).toBe(next);
});
