import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LevelKind } from "./plan-levels.ts";
import { type LevelHealth, spreadOver } from "./spread.ts";

function level(healthy: number, total: number, kind: LevelKind = "preferred"): LevelHealth {
  return { kind, healthy, total };
}

describe("3 primary instances and 1 secondary in another zone (RELIABILITY 21)", () => {
  test.each([
    [3, [1, 0]],
    [2, [1, 0]],
    [1, [2 / 3, 1 / 3]],
    [0, [0, 1]],
  ])("with %i primary healthy the shares are %j", (healthy, expected) => {
    const { shares, isPanic } = spreadOver([level(healthy, 3), level(1, 1, "zone")], 50);
    expect(isPanic).toBe(false);
    for (const [index, share] of shares.entries()) expect(share).toBeCloseTo(expected[index] ?? -1, 12);
  });
});

describe("10 instances and a panic threshold of 50 % (RELIABILITY 19)", () => {
  test.each([
    [4, false],
    [5, false],
    [6, true],
    [10, true],
  ])("with %i bad ones: panic %j", (bad, isPanic) => {
    expect(spreadOver([level(10 - bad, 10)], 50)).toEqual({ shares: [1], isPanic });
  });
});

test("panic reaches every zone of the version, in proportion to its instances", () => {
  expect(spreadOver([level(0, 2), level(2, 8, "zone")], 50)).toEqual({ shares: [0.2, 0.8], isPanic: true });
});

test("in panic another version takes what it can on healthy instances, and the rest stays", () => {
  expect(spreadOver([level(0, 4), level(1, 8, "version")], 50)).toEqual({ shares: [0.75, 0.25], isPanic: true });
});

test("no panic while another version can take everything", () => {
  expect(spreadOver([level(0, 4), level(2, 4, "version")], 50)).toEqual({ shares: [0, 1], isPanic: false });
});

test("with panic switched off nothing unhealthy is asked, even when nothing is healthy", () => {
  expect(spreadOver([level(0, 4)], 0)).toEqual({ shares: [0], isPanic: false });
  expect(spreadOver([level(1, 4)], 0)).toEqual({ shares: [1], isPanic: false });
});

test("nothing to spread over is nothing", () => {
  expect(spreadOver([], 50)).toEqual({ shares: [], isPanic: false });
});

const kinds = fc.constantFrom<LevelKind>("preferred", "zone", "version");
const someLevels = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.nat(20), kinds)
    .map(([total, healthy, kind]) => level(Math.min(healthy, total), total, kind)),
  { minLength: 1, maxLength: 5 },
);

describe("the spread over levels", () => {
  test("sums to 1, or is all 0 when nothing is healthy and nothing panics", () => {
    fc.assert(
      fc.property(someLevels, fc.nat(100), (levels, threshold) => {
        const { shares, isPanic } = spreadOver(levels, threshold);
        const sum = shares.reduce((total, share) => total + share, 0);
        const expected = isPanic || levels.some(({ healthy }) => healthy > 0) ? 1 : 0;
        expect(sum).toBeCloseTo(expected, 9);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("gives nothing to a level without healthy instances, panic apart", () => {
    fc.assert(
      fc.property(someLevels, fc.nat(100), (levels, threshold) => {
        const { shares, isPanic } = spreadOver(levels, threshold);
        const wasted = shares.filter(
          (share, index) => share > 0 && levels[index]?.healthy === 0 && !(isPanic && levels[index]?.kind !== "version"),
        );
        expect(wasted).toEqual([]);
      }),
    );
  });

  test("never lowers the first level's share when one of its instances recovers, panic apart", () => {
    fc.assert(
      fc.property(someLevels, (levels) => {
        const [first, ...others] = levels;
        const shareOf = (healthy: number) => spreadOver([level(healthy, first?.total ?? 1), ...others], 0).shares[0] ?? 0;
        const shares = Array.from({ length: (first?.total ?? 1) + 1 }, (_, healthy) => shareOf(healthy));
        expect(shares).toEqual(shares.toSorted((left, right) => left - right));
        expect(shares.at(-1)).toBe(1);
      }),
    );
  });
});
