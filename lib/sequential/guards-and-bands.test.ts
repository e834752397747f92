import { describe, expect, test } from "vitest";
import { createXorshift } from "../std/index.ts";
import { bestRho, mixtureLogE } from "./bernoulli-band.ts";
import {
  bernoulliBand,
  detectorBlock,
  detectorLog,
  dispersionBlock,
  dispersionIndex,
  excessVariance,
  harmWatchBlock,
  harmWatchLogE,
  harmWorth,
  harmWorthAlone,
  nonInferiorityWorthAlone,
  plus,
  shareOf,
  splitBlock,
  splitLogE,
  startDispersion,
  startHarmWatch,
  startSplit,
} from "./index.ts";
import { shareLogE } from "./split-test.ts";

const uniform = (random: ReturnType<typeof createXorshift>) => random.nextUint32() / 2 ** 32;

/** How many of n come out. */
function draw(random: ReturnType<typeof createXorshift>, n: number, p: number): number {
  let hits = 0;
  for (let at = 0; at < n; at++) if (uniform(random) < p) hits++;
  return hits;
}

describe("the band of a share has the figures of confseq", () => {
  test.each([
    [700, 1_000, 100, 0.651629, 0.745949],
    [15, 50, 50, 0.129556, 0.511896],
    [5, 50, 50, 0.013021, 0.269264],
    [1, 50, 50, 0, 0.13489],
    [100, 200, 1, 0.328923, 0.671076],
  ])("%d of %d, tightest at %d", (bad, n, tightAt, low, high) => {
    const band = bernoulliBand({ n, bad }, { level: 0.05, tightAt });
    expect(band.low).toBeCloseTo(low, 5);
    expect(band.high).toBeCloseTo(high, 5);
  });

  test("the best precision of a mixture", () => {
    expect(bestRho(100, 0.05)).toBeCloseTo(12.60056, 5);
  });

  test("nothing seen leaves everything open", () => {
    expect(bernoulliBand({ n: 0, bad: 0 }, { level: 0.05, tightAt: 100 })).toEqual({ low: 0, high: 1 });
  });

  test("expects exactly 1 under the share that it tests", () => {
    for (const p of [0.02, 0.3, 0.9]) {
      let sum = 0;
      let ways = 1;
      for (let bad = 0; bad <= 40; bad++) {
        if (bad > 0) ways = (ways * (41 - bad)) / bad;
        sum += ways * p ** bad * (1 - p) ** (40 - bad) * Math.exp(mixtureLogE({ n: 40, bad }, p, 100));
      }
      expect(sum).toBeCloseTo(1, 9);
    }
  });
});

describe("the test of a split", () => {
  test.each([
    [5, 20, 0.05, 3.0546850117],
    [3, 60, 0.05, -2.6405248109],
    [10, 60, 0.05, 3.3651196919],
    [12, 40, 0.1, 4.4238614057],
    [600, 1_000, 0.5, 16.8862806551],
  ])("%d of %d against %d has its reference value", (hits, total, share, expected) => {
    expect(shareLogE(hits, total, share)).toBeCloseTo(expected, 9);
  });

  test("does not mind in which pieces the same requests come", () => {
    const whole = splitBlock(startSplit(), 0.1, { candidate: 30, total: 200 });
    const pieces = [3, 20, 7].reduce(
      (state, candidate, at) => splitBlock(state, 0.1, { candidate, total: [40, 100, 60][at] ?? 0 }),
      startSplit(),
    );
    expect(splitLogE(pieces, 0)).toBe(splitLogE(whole, 0));
  });

  test("warns of a split that is as configured no more often than its level, over several weights", () => {
    const random = createXorshift(3);
    let alarms = 0;
    for (let run = 0; run < 1_000; run++) {
      let state = startSplit();
      let isAlarmed = false;
      for (let look = 0; look < 60; look++) {
        const share = [0.05, 0.25, 0.5][Math.floor(look / 20)] ?? 0.5;
        state = splitBlock(state, share, { candidate: draw(random, 40, share), total: 40 });
        isAlarmed ||= splitLogE(state, 0) >= Math.log(100);
      }
      if (isAlarmed) alarms++;
    }
    expect(alarms / 1_000).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / 1_000));
  });

  test("finds a split that is off by twice, and lets one pass that is off by less than its tolerance", () => {
    const twice = splitBlock(startSplit(), 0.05, { candidate: 200, total: 2_000 });
    expect(splitLogE(twice, 0.1)).toBeGreaterThan(Math.log(1_000));
    const little = splitBlock(startSplit(), 0.05, { candidate: 52_000, total: 1_000_000 });
    expect(splitLogE(little, 0)).toBeGreaterThan(Math.log(1_000));
    expect(splitLogE(little, 0.1)).toBeLessThan(0);
  });
});

describe("how much a share varies", () => {
  test("is about 1 for independent requests, and nothing is added to it", () => {
    const random = createXorshift(4);
    let state = startDispersion();
    for (let at = 0; at < 200; at++) state = dispersionBlock(state, { n: 300, bad: draw(random, 300, 0.05) });
    expect(dispersionIndex(state)).toBeGreaterThan(0.7);
    expect(dispersionIndex(state)).toBeLessThan(1.3);
    expect(excessVariance(state)).toBe(0);
  });

  test("tells the variance of a share that jumps between two values", () => {
    const random = createXorshift(5);
    let state = startDispersion();
    for (let at = 0; at < 400; at++) state = dispersionBlock(state, { n: 500, bad: draw(random, 500, at % 2 === 0 ? 0.02 : 0.06) });
    // Relative to its mean of 0.04 the share is off by a half either way: variance a quarter.
    expect(excessVariance(state)).toBeGreaterThan(0.18);
    expect(excessVariance(state)).toBeLessThan(0.32);
  });

  test("says nothing of a dozen blocks or of an arm that never fails", () => {
    let state = startDispersion();
    for (let at = 0; at < 100; at++) state = dispersionBlock(state, { n: 100, bad: 0 });
    expect(dispersionIndex(state)).toBeNull();
    expect(excessVariance(state)).toBe(0);
  });
});

test("the detector has its reference values", () => {
  const seen: number[] = [];
  let logs: readonly number[] = [];
  for (const e of [1.2, 0.8, 2, 1.5, 3, 0.5]) {
    logs = detectorBlock(logs, [Math.log(e)]);
    seen.push(Math.exp(detectorLog(logs)));
  }
  for (const [at, expected] of [1.2, 1.76, 5.52, 9.78, 32.34, 16.67].entries()) expect(seen[at]).toBeCloseTo(expected, 9);
});

describe("harm that may begin later", () => {
  const outcomes = (n: number, p: number) =>
    Array.from({ length: n + 1 }, (_, bad) => {
      let ways = 1;
      for (let at = 1; at <= bad; at++) ways = (ways * (n - bad + at)) / at;
      return { bad, chance: ways * p ** bad * (1 - p) ** (n - bad) };
    });

  test.each([
    [0.05, 0.05],
    [0.25, 0.2],
    [0.01, 0.5],
    [1e-6, 1e-6],
  ])("expects no more than 1 over three blocks where the shares are %d and %d", (candidate, baseline) => {
    const walk = (state: ReturnType<typeof startHarmWatch>, past: { n: number; bad: number }, left: number): number => {
      if (left === 0) return Math.exp(harmWatchLogE(state));
      let sum = 0;
      for (const one of outcomes(2, candidate)) {
        for (const other of outcomes(4, baseline)) {
          const block = { candidate: { n: 2, bad: one.bad }, baseline: { n: 4, bad: other.bad } };
          const next = harmWatchBlock(state, harmWorth(shareOf(past), block, { ratio: 1.25 }));
          sum += one.chance * other.chance * walk(next, plus(past, block.baseline), left - 1);
        }
      }
      return sum;
    };
    expect(walk(startHarmWatch(), { n: 30, bad: 3 }, 3)).toBeLessThanOrEqual(1 + 1e-9);
  });

  test.each([0.02, 0.1])("a candidate alone expects no more than 1 up to its bound of 0.1, at %d", (share) => {
    for (const [at] of harmWorthAlone({ n: 0, bad: 0 }, 0.1).entries()) {
      let sum = 0;
      for (const { bad, chance } of outcomes(12, share)) sum += chance * Math.exp(harmWorthAlone({ n: 12, bad }, 0.1)[at] ?? 0);
      expect(sum).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  test.each([0.1, 0.4])("and expects no more than 1 of its safety from the bound of 0.1 on, at %d", (share) => {
    let sum = 0;
    for (const { bad, chance } of outcomes(12, share)) sum += chance * Math.exp(nonInferiorityWorthAlone({ n: 12, bad }, 0.02, 0.1));
    expect(sum).toBeLessThanOrEqual(1 + 1e-9);
  });
});
