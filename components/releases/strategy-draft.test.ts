import { expect, test } from "vitest";
import type { Strategy } from "./release-view.ts";
import { addStep, draftOf, strategyOf } from "./strategy-draft.ts";

const STRATEGIES: readonly Strategy[] = [
  {
    kind: "canary",
    steps: [
      { weightBp: 150, pauseMs: 90_000 },
      { weightBp: 2500, gate: "pass" },
      { weightBp: 5000, pauseMs: 1500, gate: "event", event: "verification.publish" },
      { weightBp: 10_000 },
    ],
  },
  { kind: "linear", fromBp: 1000, stepBp: 250, everyMs: 60_000 },
  { kind: "exponential", gamma: 0.3, everyMs: 30_000 },
  { kind: "blue-green", previewHost: "next.shop.example.com" },
  { kind: "ab", match: { headers: [{ name: "x-beta", value: "yes" }], method: "GET" } },
  { kind: "ab", match: { path: { type: "PathPrefix", value: "/next" }, caller: { service: "storefront" } } },
  { kind: "ab", match: { path: { type: "Exact", value: "/next" }, caller: { service: "storefront", range: "^3.0.0" } } },
  { kind: "shadow", percent: 12.5 },
  { kind: "harm-budget", excessErrors: 50 },
];

test.each(STRATEGIES.map((strategy) => [strategy.kind, strategy] as const))(
  "%s: what is read and written again is the same",
  (_kind, strategy) => expect(strategyOf(draftOf(strategy))).toEqual(strategy),
);

test("what was typed for another kind is there again when it is chosen again", () => {
  const draft = { ...draftOf({ kind: "shadow", percent: 7 }), kind: "linear" as const };
  expect(strategyOf({ ...draft, kind: "shadow" })).toEqual({ kind: "shadow", percent: 7 });
});

test("what is no number goes out as it was typed", () => {
  const draft = draftOf({ kind: "linear", fromBp: 1000, stepBp: 1000, everyMs: 1000 });
  expect(strategyOf({ ...draft, linear: { from: "a lot", step: "10", every: "soon" } })).toMatchObject({
    fromBp: "a lot",
    everyMs: "soon",
  });
});

test("a new step comes before the last, halfway between its neighbours", () => {
  const { steps } = draftOf(null);
  expect(addStep(steps).map(({ weight }) => weight)).toEqual(["5", "25", "63", "100"]);
  expect(addStep([]).map(({ weight }) => weight)).toEqual(["100"]);
});
