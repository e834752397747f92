import { describe, expect, test } from "vitest";
import { aheadCurve, pastCurve, plannedEndMs, stepArea, stepPath } from "./weight-curve.ts";

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const entry = (seconds: number, weightBp: number) => ({
  at: at(seconds),
  seq: seconds,
  state: "running" as const,
  step: 0,
  weightBp,
  sentence: "",
});

const STEPS = [
  { weightBp: 500, pauseMs: 60_000, state: "current" as const },
  { weightBp: 2500, gate: "manual" as const, state: "waiting" as const },
  { weightBp: 10_000, state: "waiting" as const },
];

const running = {
  steps: STEPS,
  step: 0,
  state: "running" as const,
  stepSince: at(100),
  nextStepAt: at(160),
  weightBp: 500,
};

describe("the weights that were set", () => {
  test("one point per change of weight, in order", () => {
    const release = { createdAt: at(100), movedAt: at(190), weightBp: 2500, history: [entry(100, 500), entry(130, 500), entry(160, 2500)] };
    expect(pastCurve(release)).toEqual([
      { atMs: 100_000, weightBp: 500 },
      { atMs: 160_000, weightBp: 2500 },
    ]);
  });

  test("the weight of now is known when the history is cut", () => {
    const release = { createdAt: at(0), movedAt: at(50), weightBp: 900, history: [] };
    expect(pastCurve(release)).toEqual([
      { atMs: 0, weightBp: 0 },
      { atMs: 50_000, weightBp: 900 },
    ]);
  });
});

describe("what is planned", () => {
  test("the next step comes when it is due, and a gate is said on its point", () => {
    expect(aheadCurve(running, 120_000)).toEqual([
      { atMs: 120_000, weightBp: 500, gate: null },
      { atMs: 160_000, weightBp: 2500, gate: "manual" },
      { atMs: 190_000, weightBp: 10_000, gate: null },
    ]);
  });

  test("a step that is overdue is never drawn in the past", () => {
    expect(aheadCurve(running, 170_000).map(({ atMs }) => atMs)).toEqual([170_000, 170_000, 200_000]);
  });

  test("a release that ended has nothing ahead, and one that goes back has zero", () => {
    expect(aheadCurve({ ...running, state: "rolled-back" }, 120_000)).toEqual([]);
    expect(aheadCurve({ ...running, state: "rolling-back" }, 120_000).at(-1)?.weightBp).toBe(0);
  });

  test("its end has room for the last step", () => {
    expect(plannedEndMs(running, 120_000)).toBeGreaterThan(190_000);
    expect(plannedEndMs({ ...running, state: "aborted" }, 120_000)).toBe(120_000);
  });
});

describe("the drawing", () => {
  const plane = { x: (ms: number) => ms / 1000, y: (bp: number) => 100 - bp / 100 };

  test("goes along at a weight until the next one is set", () => {
    const points = [
      { atMs: 0, weightBp: 500 },
      { atMs: 10_000, weightBp: 2500 },
    ];
    expect(stepPath(points, 20_000, plane)).toBe("M0 95L10 95L10 75L20 75");
    expect(stepArea(points, 20_000, plane)).toBe("M0 100L0 95L10 95L10 75L20 75L20 100Z");
  });

  test("is empty without a point", () => expect([stepPath([], 1, plane), stepArea([], 1, plane)]).toEqual(["", ""]));
});
