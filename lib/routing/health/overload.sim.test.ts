import { describe, expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY } from "../../model/index.ts";
import { AdaptiveLimit } from "./adaptive-limit.ts";
import { type Draw, percentileOf, type Scenario, simulateService } from "./limited-service.fixture.ts";

const limitOf = () => new AdaptiveLimit(DEFAULT_TRAFFIC_POLICY.adaptiveConcurrency);

type Service = readonly [workers: number, meanMs: number, spread: string];
const DRAWS: Readonly<Record<string, (meanMs: number, draw: Draw) => number>> = {
  even: (meanMs, draw) => meanMs * (0.5 + draw.uniform()),
  exponential: (meanMs, draw) => -meanMs * Math.log(draw.uniform()),
  "log-normal": (meanMs, draw) => draw.logNormal(meanMs / Math.exp(0.5), 1),
};
const SERVICES: readonly Service[] = [
  [1, 10, "even"],
  [2, 20, "exponential"],
  [20, 20, "log-normal"],
  [50, 100, "exponential"],
];
const CALM_MS = 15_000;
const OVERLOAD_MS = 60_000;

describe.each(SERVICES)("of %i workers with %i ms (%s)", (workers, meanMs, spread) => {
  test.each([
    [1, 3],
    [2, 3],
    [3, 1.3],
  ])("seed %i, %f times the capacity for 60 s: goodput, latency and the way back hold (RELIABILITY 35)", (seed, times) => {
    const capacity = (workers * 1_000) / meanMs;
    const endMs = CALM_MS + OVERLOAD_MS;
    const { refusedAtMs, served } = simulateService(limitOf(), {
      seed,
      forMs: endMs + 15_000,
      rps: (nowMs) => (nowMs >= CALM_MS && nowMs < endMs ? times : 0.8) * capacity,
      rpsMax: times * capacity,
      workers: () => workers,
      serviceMs: (_, draw) => DRAWS[spread]?.(meanMs, draw) ?? meanMs,
    });
    const p99Of = (fromMs: number, toMs: number) =>
      percentileOf(
        served.filter(({ startMs }) => startMs >= fromMs && startMs < toMs).map(({ latencyMs }) => latencyMs),
        0.99,
      );
    const accepted = served.filter(({ startMs }) => startMs >= CALM_MS && startMs < endMs).length;
    expect(accepted / ((OVERLOAD_MS / 1_000) * capacity)).toBeGreaterThan(0.9);
    expect(p99Of(CALM_MS, endMs) / p99Of(3_000, CALM_MS)).toBeLessThan(5);
    expect(refusedAtMs.filter((atMs) => atMs < CALM_MS)).toEqual([]);
    expect(refusedAtMs.filter((atMs) => atMs > endMs + 5_000)).toEqual([]);
  });
});

const MEDIAN_MS = 200;
const steady = (underWay: number, sigma: number): Pick<Scenario, "rps" | "rpsMax"> => {
  const rps = underWay / (MEDIAN_MS / 1_000) / Math.exp(sigma ** 2 / 2);
  return { rps: () => rps, rpsMax: rps };
};
type Slower = (nowMs: number) => number;
const slowFrom =
  (fromMs: number, times: number): Slower =>
  (nowMs) =>
    nowMs >= fromMs && nowMs < fromMs + 120_000 ? times : 1;

const SLOWER: Readonly<Record<string, Slower>> = {
  "twice as slow for two minutes": slowFrom(15_000, 2),
  "five times as slow for two minutes": slowFrom(15_000, 5),
  "slower and slower, up to five times": (nowMs) => 1 + 4 * Math.min(1, nowMs / 60_000),
  "cold, and warm after 5 s": (nowMs) => Math.max(1, 4 - (3 * nowMs) / 5_000),
};

describe.each([
  [200, 0.01],
  [200, 1],
  [800, 0.5],
])("with %i under way and a spread of %f", (underWay, sigma) => {
  test.each(Object.entries(SLOWER))("nothing is refused of a service that never queues: %s", (_, slower) => {
    const serviceMs = (nowMs: number, draw: Draw) => draw.logNormal(MEDIAN_MS, sigma) * slower(nowMs);
    const { refusedAtMs } = simulateService(limitOf(), {
      ...steady(underWay, sigma),
      seed: 5,
      forMs: 150_000 / (underWay / 200),
      workers: () => Number.POSITIVE_INFINITY,
      serviceMs,
    });
    expect(refusedAtMs).toEqual([]);
  });

  test("nothing is refused of a new version that goes from 1 % to all traffic at once", () => {
    const { rpsMax } = steady(underWay, sigma);
    const { refusedAtMs } = simulateService(limitOf(), {
      seed: 5,
      forMs: 30_000,
      rps: (nowMs) => (nowMs < 15_000 ? rpsMax / 100 : rpsMax),
      rpsMax,
      workers: () => Number.POSITIVE_INFINITY,
      serviceMs: (_, draw) => draw.logNormal(MEDIAN_MS, sigma),
    });
    expect(refusedAtMs).toEqual([]);
  });
});

describe.each([1, 2])("nothing is refused (seed %i)", (seed) => {
  const BURSTS = [10_000, 20_000, 40_000].map((atMs) => ({ atMs, count: 500 }));

  test.each([Number.POSITIVE_INFINITY, 50, 10])("of bursts of 500 that %f workers work off", (workers) => {
    const { refusedAtMs } = simulateService(limitOf(), {
      seed,
      forMs: 60_000,
      rps: () => 50,
      rpsMax: 50,
      bursts: BURSTS,
      workers: () => workers,
      serviceMs: (_, draw) => draw.logNormal(30, 0.5),
    });
    expect(refusedAtMs).toEqual([]);
  });

  test.each([0.05, 0.5, 1])("where a share of %f waits for something to happen, up to 30 s", (share) => {
    for (const waitMs of [() => 30_000, (_: number, draw: Draw) => 30_000 * draw.uniform(), (nowMs: number) => 10_020 - (nowMs % 10_000)]) {
      const { refusedAtMs } = simulateService(limitOf(), {
        seed,
        forMs: 90_000,
        rps: () => 30,
        rpsMax: 30,
        workers: () => Number.POSITIVE_INFINITY,
        serviceMs: (nowMs, draw) => (draw.uniform() < share ? waitMs(nowMs, draw) : 20),
      });
      expect(refusedAtMs).toEqual([]);
    }
  });
});
