import { expect, test } from "vitest";
import { judgeHealth, shareLow } from "./health.ts";
import { judgeLane, judgeWhole } from "./live-service.ts";
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
  expect(shareLow(5, 100)).toBeLessThan(shareLow(50, 1000));
  expect(shareLow(50, 1000)).toBeLessThan(0.05);
});

test("what was proven holds until the rate is below the limit again", () => {
  expect(judgeHealth(2, 75)).toBe("ok");
  expect(judgeHealth(2, 75, "warn")).toBe("warn");
  expect(judgeHealth(3, 75, "bad")).toBe("bad");
  expect(judgeHealth(2, 75, "bad")).toBe("warn");
  expect(judgeHealth(0, 75, "bad")).toBe("ok");
});

const lane = {
  version: "1.0.0",
  weightBp: 10_000,
  rps: 10,
  errorRate: 0,
  p50Ms: 1,
  p99Ms: 9,
  requests: 1000,
  instances: 2,
  ready: 2,
  ejected: 0,
  health: "ok",
} as const;

test("a canary that fails makes its service degraded, although the average is fine", () => {
  const canary = { ...lane, version: "1.1.0", weightBp: 100, requests: 100, errorRate: 0.09, health: "bad" } as const;
  expect(sumFigures({ versions: [lane, canary], whole: "ok" }).health).toBe("warn");
});

test("a service that fails as a whole is failing", () => {
  expect(sumFigures({ versions: [{ ...lane, errorRate: 0.1, health: "bad" }], whole: "bad" }).health).toBe("bad");
});

test("a version with weight and nothing ready is bad, whatever was measured", () => {
  expect(judgeLane({ ...lane, ready: 0 })).toBe("bad");
  expect(sumFigures({ versions: [{ ...lane, ready: 0 }], whole: "ok" }).health).toBe("bad");
});

test("a service that was proven to fail fails until its own rate is below the limit again", () => {
  const measured = (requests: number, errorRate: number) => [{ ...lane, requests, errorRate }];
  const proven = judgeWhole(measured(600, 0.05));
  expect(proven).toBe("bad");
  const fewer = measured(75, 0.04);
  expect(judgeWhole(fewer)).not.toBe("bad");
  expect(sumFigures({ versions: fewer, whole: judgeWhole(fewer, proven) }).health).toBe("bad");
  expect(judgeWhole(measured(75, 0), proven)).toBe("ok");
});
