import { expect, test } from "vitest";
import { errorRateLow, judgeHealth } from "./health.ts";
import { sumFigures } from "./service-figures.ts";

test.each([
  [0, 0, "unknown"],
  [0, 10, "ok"],
  [1, 3, "ok"],
  [3, 3, "bad"],
  [1, 30, "ok"],
  [3, 600, "ok"],
  [18, 600, "warn"],
  [30, 600, "bad"],
])("%i failed of %i requests is %s", (failed, requests, health) => {
  expect(judgeHealth(failed, requests)).toBe(health);
});

test("more requests at one rate prove more", () => {
  expect(errorRateLow(5, 100)).toBeLessThan(errorRateLow(50, 1000));
  expect(errorRateLow(50, 1000)).toBeLessThan(0.05);
});

const lane = { version: "1.0.0", weightBp: 10_000, rps: 10, errorRate: 0, p50Ms: 1, p99Ms: 9, requests: 1000, instances: 2, ready: 2 };

test("the health of a service is that of its worst version, not of the average", () => {
  const canary = { ...lane, version: "1.1.0", weightBp: 100, requests: 100, errorRate: 0.3 };
  expect(sumFigures([lane, canary]).health).toBe("bad");
});

test("a version with weight and nothing ready is bad, whatever was measured", () => {
  expect(sumFigures([{ ...lane, ready: 0 }]).health).toBe("bad");
});
