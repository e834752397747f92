import { describe, expect, test } from "vitest";
import type { Strategy } from "../model/index.ts";
import { BUILT_IN_STRATEGIES } from "./built-in.ts";
import { confoundsOf } from "./confound.ts";
import { curveOf } from "./curve.ts";
import { nextHarmWeight } from "./harm-ramp.ts";
import { checkStrategy, stepsOf } from "./strategy.ts";
import { THREE_STEPS, testRelease } from "./test-release.fixture.ts";

const weights = (strategy: Strategy) => stepsOf(strategy).map(({ weightBp }) => weightBp);

describe("steps", () => {
  test("a linear ramp ends at 100 % whatever its step", () => {
    expect(weights({ kind: "linear", fromBp: 1_000, stepBp: 4_000, everyMs: 1_000 })).toEqual([1_000, 5_000, 9_000, 10_000]);
  });

  test("an exponential ramp takes its share of what is left, and all once less than a hundredth is", () => {
    expect(weights({ kind: "exponential", gamma: 0.5, everyMs: 1_000 })).toEqual([5_000, 7_500, 8_750, 9_375, 9_688, 9_844, 10_000]);
  });

  test.each([...BUILT_IN_STRATEGIES])("the built-in strategy %s has no problems", (_, strategy) => {
    expect(checkStrategy(strategy, "strategy")).toEqual([]);
  });
});

test.each<[string, Strategy, string, string]>([
  ["no steps", { kind: "canary", steps: [] }, "strategy.never-ends", "s.steps"],
  [
    "equal steps",
    { kind: "canary", steps: [{ weightBp: 500 }, { weightBp: 500 }, { weightBp: 10_000 }] },
    "strategy.steps-down",
    "s.steps.1.weightBp",
  ],
  [
    "a pause of 0",
    { kind: "canary", steps: [{ weightBp: 500, pauseMs: 0 }, { weightBp: 10_000 }] },
    "strategy.invalid",
    "s.steps.0.pauseMs",
  ],
  ["a weight of 0", { kind: "canary", steps: [{ weightBp: 0 }, { weightBp: 10_000 }] }, "strategy.invalid", "s.steps.0.weightBp"],
  [
    "an event gate without its event",
    { kind: "canary", steps: [{ weightBp: 500, gate: "event" }, { weightBp: 10_000 }] },
    "strategy.invalid",
    "s.steps.0.event",
  ],
  ["a step down", { kind: "linear", fromBp: 100, stepBp: -5, everyMs: 1_000 }, "strategy.steps-down", "s.stepBp"],
  ["too many steps", { kind: "linear", fromBp: 1, stepBp: 1, everyMs: 1_000 }, "strategy.never-ends", "s.stepBp"],
  ["a gamma of 0", { kind: "exponential", gamma: 0, everyMs: 1_000 }, "strategy.invalid", "s.gamma"],
  ["a gamma that takes for ever", { kind: "exponential", gamma: 0.001, everyMs: 1_000 }, "strategy.never-ends", "s.gamma"],
  ["a period below a second", { kind: "exponential", gamma: 0.5, everyMs: 10 }, "strategy.invalid", "s.everyMs"],
  ["a host that is none", { kind: "blue-green", previewHost: "*.example.com" }, "strategy.invalid", "s.previewHost"],
  ["a match of everything", { kind: "ab", match: {} }, "strategy.invalid", "s.match"],
  [
    "a match that is none",
    { kind: "ab", match: { headers: [{ name: "a b", value: "x" }] } },
    "routes.invalid-match",
    "s.match.headers.0.name",
  ],
  ["no copies", { kind: "shadow", percent: 0 }, "strategy.invalid", "s.percent"],
  [
    "an event that no change is",
    { kind: "canary", steps: [{ weightBp: 100, gate: "event", event: "verfication.pubish" }, { weightBp: 10_000 }] },
    "strategy.invalid",
    "s.steps.0.event",
  ],
  ["no budget", { kind: "harm-budget", excessErrors: 0 }, "strategy.invalid", "s.excessErrors"],
])("%s is refused, with the field and a fix", (_, strategy, code, path) => {
  const problems = checkStrategy(strategy, "s");
  expect(problems.map((problem) => `${problem.code} ${problem.path}`)).toContain(`${code} ${path}`);
  for (const { fix } of problems) expect(fix).not.toBe("");
});

test("a curve has a point per step, at its planned time, and marks gates", () => {
  expect(curveOf(THREE_STEPS)).toEqual([
    { atMs: 0, weightBp: 1_000, gate: null },
    { atMs: 60_000, weightBp: 5_000, gate: null },
    { atMs: 120_000, weightBp: 10_000, gate: null },
  ]);
  expect(curveOf({ kind: "blue-green", previewHost: "a.example.com" })[0]).toMatchObject({ gate: "manual", weightBp: 0 });
});

describe("a harm budget", () => {
  const facts = { excessErrors: 50, weightBp: 0, rps: 100, minRequests: 20, baseline: { requests: 100_000, bad: 200 } };

  test("begins with what it can lose at worst, and grows as harmlessness shows", () => {
    const first = nextHarmWeight({ ...facts, version: { requests: 0, bad: 0 } });
    expect(first).toBe(Math.floor((50 / (100 * 30)) * 10_000));
    const later = nextHarmWeight({ ...facts, weightBp: first, version: { requests: 2_000, bad: 4 } });
    expect(later).toBeGreaterThan(first * 5);
    expect(nextHarmWeight({ ...facts, weightBp: later, version: { requests: 50_000, bad: 100 } })).toBe(10_000);
  });

  test.each([0.2, 1, 1.6])("leaves half with the baseline until enough is seen, at %d requests/s", (rps) => {
    const nothing = { requests: 0, bad: 0 };
    expect(nextHarmWeight({ ...facts, rps, version: nothing, baseline: nothing })).toBe(5_000);
    expect(nextHarmWeight({ ...facts, rps, weightBp: 5_000, version: { requests: 19, bad: 0 } })).toBe(5_000);
    expect(nextHarmWeight({ ...facts, rps, weightBp: 5_000, version: { requests: 20, bad: 0 } })).toBe(10_000);
    expect(nextHarmWeight({ ...facts, rps, minRequests: 0, version: nothing, baseline: nothing })).toBe(5_000);
  });

  test("does not grow where the version does harm", () => {
    expect(nextHarmWeight({ ...facts, weightBp: 166, version: { requests: 200, bad: 40 } })).toBe(166);
  });
});

describe("releases that confound each other", () => {
  const calls = new Map([
    ["storefront", new Set(["payments", "cart"])],
    ["payments", new Set(["ledger"])],
  ]);
  const release = (id: string, service: string, more = {}) => ({ ...testRelease(THREE_STEPS), id, service: service as never, ...more });

  test("are those whose services share a caller or call each other, on both", () => {
    const found = confoundsOf(
      [release("rel-1", "payments"), release("rel-2", "cart"), release("rel-3", "ledger"), release("rel-4", "search")],
      calls,
    );
    expect(
      found
        .get("rel-1")
        ?.map((each) => each.release)
        .sort(),
    ).toEqual(["rel-2", "rel-3"]);
    expect(found.get("rel-2")).toEqual([{ release: "rel-1", service: "payments", because: "storefront calls cart and payments." }]);
    expect(found.get("rel-3")?.map((each) => each.release)).toEqual(["rel-1"]);
    expect(found.get("rel-4")).toBeUndefined();
  });

  test("are not those whose times do not overlap", () => {
    const over = release("rel-1", "payments", {
      state: "succeeded",
      createdAt: "2026-05-01T01:00:00.000Z",
      movedAt: "2026-05-01T02:00:00.000Z",
    });
    expect(confoundsOf([over, release("rel-2", "cart")], calls).size).toBe(0);
  });
});
