import { describe, expect, test } from "vitest";
import { createXorshift, type Random } from "../std/index.ts";
import {
  type ArmCount,
  boundBlock,
  boundLogE,
  boundRequests,
  harmBlock,
  harmGrowth,
  harmLogE,
  logMeanExp,
  nonInferiorityBlock,
  nonInferiorityLogE,
  nonInferiorityRequests,
  onsetBlock,
  onsetLogE,
  startBound,
  startHarm,
  startNonInferiority,
  startOnset,
} from "./index.ts";

/** How many of n independent trials come out, by jumping from one to the next. */
function draw(random: Random, n: number, p: number): ArmCount {
  const perStep = Math.log(1 - p);
  let bad = -1;
  let at = 0;
  do {
    bad++;
    at += 1 + Math.floor(Math.log((random.nextUint32() + 1) / 2 ** 32) / perStep);
  } while (at <= n);
  return { n, bad };
}

const RUNS = 2_000;
const LOOKS = 480;
/** Highest share of runs that may alarm: the level, and three standard errors of what 2 000 runs can show. */
const allowed = (level: number) => level + 3 * Math.sqrt((level * (1 - level)) / RUNS);

describe("looking at every block", () => {
  test("blames a harmless candidate no more often than the level says, on the worst point of the null too", () => {
    const random = createXorshift(5);
    const count = (pc: number, pb: number, ratio: number) => {
      let alarms = 0;
      for (let run = 0; run < RUNS; run++) {
        let state = startHarm();
        for (let look = 0; look < LOOKS; look++) {
          state = harmBlock(state, { candidate: draw(random, 75, pc), baseline: draw(random, 675, pb) }, { ratio });
          if (harmLogE(state) < Math.log(100)) continue;
          alarms++;
          break;
        }
      }
      return alarms / RUNS;
    };
    expect(count(0.002, 0.002, 1)).toBeLessThanOrEqual(allowed(0.01));
    expect(count(0.0125, 0.01, 1.25)).toBeLessThanOrEqual(allowed(0.01));
  }, 30_000);

  test("lets a candidate pass that is worse by what matters no more often than the level says", () => {
    const random = createXorshift(6);
    let passes = 0;
    for (let run = 0; run < RUNS; run++) {
      let state = startNonInferiority();
      for (let look = 0; look < 60; look++) {
        // On both halves of the boundary at once: 0.01 · 1.5 = 0.01 + 0.005.
        const block = { candidate: draw(random, 100, 0.015), baseline: draw(random, 400, 0.01) };
        state = nonInferiorityBlock(state, block, { ratio: 1.5, margin: 0.005 });
        if (nonInferiorityLogE(state) < Math.log(20)) continue;
        passes++;
        break;
      }
    }
    expect(passes / RUNS).toBeLessThanOrEqual(allowed(0.05));
  }, 30_000);

  test("shows a share below a bound no more often than the level says when it is not", () => {
    const random = createXorshift(7);
    let shown = 0;
    for (let run = 0; run < RUNS; run++) {
      let state = startBound();
      for (let look = 0; look < LOOKS; look++) {
        state = boundBlock(state, draw(random, 50, 0.01), { bound: 0.01 });
        if (boundLogE(state) < Math.log(100)) continue;
        shown++;
        break;
      }
    }
    expect(shown / RUNS).toBeLessThanOrEqual(allowed(0.01));
  }, 30_000);
});

describe("the harm test", () => {
  test("finds a candidate that fails wholly in its first dozens of requests", () => {
    let state = startHarm();
    for (const n of [4, 5, 6]) state = harmBlock(state, { candidate: { n, bad: n }, baseline: { n: 100, bad: 0 } }, { margin: 0.005 });
    expect(harmLogE(state)).toBeGreaterThan(Math.log(1_000));
  });

  test("blames nobody where all fail alike", () => {
    let state = startHarm();
    for (let at = 0; at < 40; at++) {
      state = harmBlock(state, { candidate: { n: 20, bad: 20 }, baseline: { n: 80, bad: 80 } }, { margin: 0.005 });
    }
    expect(harmLogE(state)).toBeLessThan(0.1);
  });

  test("gives a state that survives JSON", () => {
    const state = harmBlock(startHarm(), { candidate: { n: 9, bad: 1 }, baseline: { n: 90, bad: 0 } }, { ratio: 1.25 });
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

describe("the onset test", () => {
  test("alarms no more often than the level says, however long it looks", () => {
    const random = createXorshift(8);
    let alarms = 0;
    for (let run = 0; run < 1_000; run++) {
      let state = startOnset();
      for (let look = 0; look < LOOKS; look++) {
        state = onsetBlock(state, { candidate: draw(random, 20, 0.02), baseline: draw(random, 60, 0.02) }, { ratio: 1 });
        if (onsetLogE(state) < Math.log(100)) continue;
        alarms++;
        break;
      }
    }
    expect(alarms / 1_000).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / 1_000));
  }, 30_000);

  test("finds harm that begins after a long good time, where the plain test has bet everything on the past, and counts from its beginning", () => {
    const good = { candidate: { n: 200, bad: 0 }, baseline: { n: 200, bad: 0 } };
    const bad = { candidate: { n: 20, bad: 10 }, baseline: { n: 200, bad: 0 } };
    let onset = startOnset();
    let plain = startHarm();
    for (let at = 0; at < 200; at++) {
      onset = onsetBlock(onset, good, { margin: 0.05 });
      plain = harmBlock(plain, good, { margin: 0.05 });
    }
    for (let at = 0; at < 5; at++) {
      onset = onsetBlock(onset, bad, { margin: 0.05 });
      plain = harmBlock(plain, bad, { margin: 0.05 });
    }
    expect(onsetLogE(onset)).toBeGreaterThan(Math.log(1_000));
    expect(harmLogE(plain)).toBeLessThan(0);
    expect(onset.since.candidate).toEqual({ n: 100, bad: 50 });
  });

  test("begins at 1", () => {
    expect(onsetLogE(startOnset())).toBeCloseTo(0, 12);
  });
});

test("without failures a candidate passes after about ln(1/β)/δ requests, and the forecast says so", () => {
  let state = startNonInferiority();
  let requests = 0;
  while (nonInferiorityLogE(state) < Math.log(20)) {
    state = nonInferiorityBlock(state, { candidate: { n: 10, bad: 0 }, baseline: { n: 500, bad: 0 } }, { ratio: 1.5, margin: 0.005 });
    requests += 10;
  }
  expect(requests).toBeGreaterThan(550);
  expect(requests).toBeLessThan(900);
  const forecast = nonInferiorityRequests(0, 50, 0.005, 0.05);
  expect(forecast).toBeGreaterThan(550);
  expect(forecast).toBeLessThan(900);
});

test("without failures one arm is below 1 % after some five hundred requests, and the forecast says so", () => {
  let state = startBound();
  let requests = 0;
  while (boundLogE(state) < Math.log(100)) {
    state = boundBlock(state, { n: 10, bad: 0 }, { bound: 0.01 });
    requests += 10;
  }
  expect(requests).toBeGreaterThan(450);
  expect(requests).toBeLessThan(700);
  expect(boundRequests(0, 0.01, 0.01)).toBeGreaterThan(450);
  expect(boundRequests(0, 0.01, 0.01)).toBeLessThan(700);
  expect(boundRequests(0.02, 0.01, 0.01)).toBe(Number.POSITIVE_INFINITY);
});

test("growth per block is that of the planning example: a doubling of 0.2 % at 5 % of 1 000 rps", () => {
  expect(harmGrowth({ candidate: 0.004, baseline: 0.002 }, { candidate: 750, baseline: 14_250 }, 1)).toBeCloseTo(0.54, 1);
});

test("the mean of exponentials does not overflow", () => {
  expect(logMeanExp([1_000, 1_000])).toBe(1_000);
  expect(logMeanExp([0, Number.NEGATIVE_INFINITY])).toBeCloseTo(Math.log(0.5), 12);
  expect(logMeanExp([])).toBe(Number.NEGATIVE_INFINITY);
});
