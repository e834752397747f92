import { describe, expect, test } from "vitest";
import { createXorshift } from "../../std/index.ts";
import { blockWith, draw, judgeOf, LEVELS, normal, settingsOf } from "./judge.fixture.ts";
import type { JudgeState } from "./judge-state.ts";
import { judgeBlock } from "./judge-step.ts";
import { verdictOf } from "./judge-verdict.ts";

const RUNS = 2_000;
/** The level, and three standard errors of what so many runs can show. */
const allowed = (level: number, runs = RUNS) => level + 3 * Math.sqrt((level * (1 - level)) / runs);

interface World {
  readonly runs: number;
  readonly looks: number;
  readonly seed: number;
  readonly sizes: readonly [candidate: number, baseline: number];
  /** Shares of both arms in a block. */
  readonly shares: (normals: readonly [number, number]) => readonly [number, number];
  readonly tolerance?: number;
  readonly stopAt: "fail" | "pass";
}

/** In which part of the runs the verdict was ever `stopAt`, looking at every block, and after how many blocks in the median. */
function everSeen({ looks, runs, seed, shares, sizes, stopAt, tolerance = 0.25 }: World): {
  readonly part: number;
  readonly median: number;
} {
  const random = createXorshift(seed);
  const settings = settingsOf([{ kind: "errors", ...LEVELS, tolerance }]);
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    let state: JudgeState = judgeOf(settings);
    for (let look = 1; look <= looks; look++) {
      const [candidate, baseline] = shares([normal(random), normal(random)]);
      state = judgeBlock(state, blockWith(draw(random, sizes[0], candidate), draw(random, sizes[1], baseline)));
      if (verdictOf(state).verdict !== stopAt) continue;
      found.push(look);
      break;
    }
  }
  const sorted = found.toSorted((left, right) => left - right);
  return { part: found.length / runs, median: sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY };
}

describe("a harmless candidate, looked at after every block", () => {
  test("fails with the stated chance at most, with no tolerance at all", () => {
    const { part } = everSeen({
      runs: RUNS,
      looks: 120,
      seed: 11,
      sizes: [20, 180],
      shares: () => [0.01, 0.01],
      tolerance: 0,
      stopAt: "fail",
    });
    expect(part).toBeLessThanOrEqual(allowed(0.01));
  }, 60_000);

  test("fails with the stated chance at most on the very edge of the tolerance", () => {
    const { part } = everSeen({ runs: RUNS, looks: 120, seed: 12, sizes: [20, 180], shares: () => [0.0125, 0.01], stopAt: "fail" });
    expect(part).toBeLessThanOrEqual(allowed(0.01));
  }, 60_000);

  test("fails with the stated chance at most while shocks hit both arms alike", () => {
    const shares = ([shock]: readonly [number, number]) => [0.01 * Math.exp(0.8 * shock), 0.01 * Math.exp(0.8 * shock)] as const;
    const { part } = everSeen({ runs: 500, looks: 120, seed: 13, sizes: [20, 180], shares, stopAt: "fail" });
    expect(part).toBeLessThanOrEqual(allowed(0.01, 500));
  }, 60_000);

  test("fails with the stated chance at most where each arm has shocks of its own", () => {
    const shares = ([one, other]: readonly [number, number]) => [0.01 * Math.exp(0.5 * one), 0.01 * Math.exp(0.5 * other)] as const;
    const { part } = everSeen({ runs: 500, looks: 120, seed: 14, sizes: [75, 675], shares, stopAt: "fail" });
    expect(part).toBeLessThanOrEqual(allowed(0.01, 500));
  }, 60_000);
});

test("a candidate that is worse by what matters passes with the stated chance at most", () => {
  // Half as many again, and half a per cent more: on both edges at once.
  const { part } = everSeen({ runs: 1_000, looks: 120, seed: 15, sizes: [100, 400], shares: () => [0.015, 0.01], stopAt: "pass" });
  expect(part).toBeLessThanOrEqual(allowed(0.05, 1_000));
}, 60_000);

describe("power", () => {
  test("five times the errors is found in nearly every release, within a minute of 1,000 requests a second at 5 %", () => {
    const { median, part } = everSeen({ runs: 100, looks: 40, seed: 16, sizes: [250, 4_750], shares: () => [0.01, 0.002], stopAt: "fail" });
    expect(part).toBeGreaterThan(0.95);
    expect(median).toBeLessThanOrEqual(12);
  }, 60_000);

  test("a candidate as good as the baseline passes in nearly every release", () => {
    const { part } = everSeen({ runs: 100, looks: 240, seed: 17, sizes: [75, 225], shares: () => [0.002, 0.002], stopAt: "pass" });
    expect(part).toBeGreaterThan(0.9);
  }, 60_000);
});
