import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asymptoticP, effectSize, exactP, normalTail, pValue, shiftOf, statisticU } from "./mann-whitney.ts";
import { classify } from "./ranked-metric.ts";

// Permeability of human amnion, Hollander and Wolfe, the example of R's `wilcox.test`.
const AT_TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLY = [1.15, 0.88, 0.9, 0.74, 1.21];

describe("the example of R's wilcox.test", () => {
  test("has the statistic, both exact p-values and the shift that R prints", () => {
    expect(statisticU(AT_TERM, EARLY)).toBe(35);
    expect(exactP(AT_TERM, EARLY).greater).toBeCloseTo(0.1272061, 7);
    expect(exactP(AT_TERM, EARLY).twoSided).toBeCloseTo(0.2544123, 7);
    expect(pValue(AT_TERM, EARLY)).toBeCloseTo(0.2544123, 7);
    expect(shiftOf(AT_TERM, EARLY, 0.95)?.estimate).toBeCloseTo(0.305, 12);
  });
});

test("the normal tail is that of tables, near the middle and far out", () => {
  expect(normalTail(0)).toBeCloseTo(0.5, 15);
  expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 14);
  expect(normalTail(-1.2815515655446004)).toBeCloseTo(0.9, 13);
  expect(normalTail(6) / 9.865876450376946e-10).toBeCloseTo(1, 9);
});

const values = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 9 });

test("U and the effect size count pairs, a tie as half", () => {
  fc.assert(
    fc.property(values, values, (x, y) => {
      const pairs = x.flatMap((left) => y.map((right): number => (left > right ? 1 : left === right ? 0.5 : 0)));
      const counted = pairs.reduce((sum, pair) => sum + pair, 0);
      expect(statisticU(x, y)).toBeCloseTo(counted, 9);
      expect(effectSize(x, y)).toBeCloseTo(counted / pairs.length, 9);
    }),
  );
});

test("the exact p-value is that of counting all orders", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 4, maxLength: 9 }),
      fc.integer({ min: 1, max: 3 }),
      (all, size) => {
        const [x, y] = [all.slice(0, size), all.slice(size)];
        const seen = statisticU(x, y);
        const us = choose(all, size).map((chosen) =>
          statisticU(
            chosen,
            all.filter((value) => !chosen.includes(value)),
          ),
        );
        expect(exactP(x, y).greater).toBeCloseTo(us.filter((u) => u >= seen).length / us.length, 9);
      },
    ),
  );
});

function choose(from: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return from.flatMap((first, at) => choose(from.slice(at + 1), size - 1).map((rest) => [first, ...rest]));
}

test("exact and asymptotic p-values agree for samples of a few dozen", () => {
  const x = Array.from({ length: 30 }, (_, at) => Math.sin(at * 7.1) + 0.3);
  const y = Array.from({ length: 30 }, (_, at) => Math.cos(at * 3.7));
  expect(asymptoticP(x, y, true)).toBeCloseTo(exactP(x, y).twoSided, 2);
});

describe("classification as Kayenta's", () => {
  const around = (centre: number, phase: number) => Array.from({ length: 30 }, (_, at) => centre + 2 * Math.sin(at * 1.7 + phase));

  test("alike passes, twice as high is high, half as high is low", () => {
    expect(classify(around(10, 0), around(10, 1)).class).toBe("pass");
    expect(classify(around(20, 0), around(10, 1)).class).toBe("high");
    expect(classify(around(10, 0), around(20, 1)).class).toBe("low");
  });

  test("nothing to compare is no pass, and values that never differ are one", () => {
    expect(classify([], [1, 2]).class).toBe("nodata");
    expect(classify([3, 3, 3], [3, 3]).class).toBe("pass");
  });
});
