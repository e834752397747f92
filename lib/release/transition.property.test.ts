import fc from "fast-check";
import { expect, test } from "vitest";
import { FULL_WEIGHT_BP, RELEASE_VERBS, type Release, type Strategy } from "../model/index.ts";
import { checkStrategy, stepsOf } from "./strategy.ts";
import { testRelease } from "./test-release.fixture.ts";
import { type ReleaseRequest, transition } from "./transition.ts";
import { weightsAt } from "./weights-at.ts";

const ENDS = ["succeeded", "rolled-back", "aborted"];

const strategies: fc.Arbitrary<Strategy> = fc.oneof(
  fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: 0, maxLength: 6 }).map(
    (weights): Strategy => ({
      kind: "canary",
      steps: [...weights.sort((a, b) => a - b).map((weightBp) => ({ weightBp, pauseMs: 1_000 })), { weightBp: FULL_WEIGHT_BP }],
    }),
  ),
  fc
    .record({ gamma: fc.double({ min: 0.03, max: 1, noNaN: true }) })
    .map(({ gamma }): Strategy => ({ kind: "exponential", gamma, everyMs: 1_000 })),
  fc
    .record({ fromBp: fc.integer({ min: 1, max: 10_000 }), stepBp: fc.integer({ min: 60, max: 10_000 }) })
    .map((linear): Strategy => ({ kind: "linear", ...linear, everyMs: 1_000 })),
  fc.constantFrom<Strategy>(
    { kind: "blue-green", previewHost: "a.example.com" },
    { kind: "shadow", percent: 10 },
    { kind: "harm-budget", excessErrors: 9 },
  ),
);

const requests: fc.Arbitrary<ReleaseRequest> = fc.oneof(
  fc.record({
    kind: fc.constant("verb" as const),
    verb: fc.constantFrom(...RELEASE_VERBS),
    weightBp: fc.integer({ min: -1, max: 10_001 }),
  }),
  fc.constantFrom<ReleaseRequest>(
    { kind: "advance" },
    { kind: "advance" },
    { kind: "settled" },
    { kind: "settled" },
    { kind: "fail", by: "judge", because: "errors" },
    { kind: "stall", because: "nothing" },
    { kind: "taken-over", because: "by hand" },
  ),
);

test("the steps of every strategy without problems go up, end, and are at most 200", () => {
  fc.assert(
    fc.property(strategies, (strategy) => {
      expect(checkStrategy(strategy, "strategy")).toEqual([]);
      const weights = stepsOf(strategy).map(({ weightBp }) => weightBp);
      expect(weights).toEqual([...new Set(weights)].sort((a, b) => a - b));
      expect(weights.length).toBeLessThanOrEqual(200);
      expect(weights.at(-1)).toBe(strategy.kind === "shadow" ? 0 : FULL_WEIGHT_BP);
    }),
  );
});

test("whatever is asked in whatever order: no step is skipped but by a jump, ends come from acknowledgements, weights always sum to 100 %", () => {
  fc.assert(
    fc.property(strategies, fc.array(requests, { maxLength: 60 }), (strategy, asked) => {
      let release: Release = testRelease(strategy);
      for (const request of asked) {
        const moved = transition(release, request, { nowIso: "2026-05-01T03:13:00.000Z", author: "mira", reason: "" });
        if (!moved.ok) continue;
        const after: Release = { ...release, ...moved.value.cursor };
        expect(faultsOf(release, request, after)).toEqual([]);
        release = after;
      }
    }),
    { numRuns: 300 },
  );
});

/** What one move has broken of the invariants. */
function faultsOf(before: Release, request: ReleaseRequest, after: Release): readonly string[] {
  const { state, step, steps, weightBp } = after;
  const isJump = request.kind === "verb" && request.verb === "jump";
  const weights = weightsAt(after, weightBp);
  const sum = Object.values(weights).reduce((total, bp) => total + bp, 0);
  const isBack = state === "rolled-back" || state === "aborted";
  const checks: readonly (readonly [boolean, string])[] = [
    [step > before.step + 1 && state !== "rolling-back" && !isJump, `it went from step ${before.step} to ${step}`],
    [ENDS.includes(state) && request.kind !== "settled" && before.state !== "pending", `it is ${state} without an acknowledgement`],
    [state === "succeeded" && step !== steps.length - 1, "it succeeded before its last step"],
    [isBack && JSON.stringify(weights) !== JSON.stringify(after.start), "it ended with other weights than it began with"],
    [sum !== FULL_WEIGHT_BP, `its weights sum to ${sum}`],
    [(weights[after.version] ?? 0) !== weightBp, "its weight is not the one recorded"],
  ];
  return checks.flatMap(([isBroken, fault]) => (isBroken ? [fault] : []));
}
