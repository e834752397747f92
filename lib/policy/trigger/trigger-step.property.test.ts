import * as fc from "fast-check";
import { expect, test } from "vitest";
import { IDLE, NO_DATA_MS, stepTrigger, type TriggerMove, type TriggerPhase } from "./trigger-step.ts";

const look = fc.record({ afterMs: fc.integer({ min: 1, max: 5_000 }), holds: fc.constantFrom(true, true, false, null) });
const times = fc.record({ forMs: fc.integer({ min: 0, max: 20_000 }), resolveForMs: fc.integer({ min: 0, max: 20_000 }) });

function run(
  looks: readonly { readonly afterMs: number; readonly holds: boolean | null }[],
  wanted: { readonly forMs: number; readonly resolveForMs: number },
) {
  let phase: TriggerPhase = IDLE;
  let nowMs = 0;
  return looks.map(({ afterMs, holds }) => {
    nowMs += afterMs;
    const step = stepTrigger(phase, { holds, nowMs }, wanted);
    phase = step.phase;
    return { nowMs, holds, move: step.move, phase };
  });
}

const movesOf = (steps: readonly { readonly move: TriggerMove }[]) =>
  steps.flatMap(({ move }) => (move === "fired" || move === "resolved" ? [move] : []));

test("nothing fires unless it held at every look for as long as asked", () => {
  void fc.assert(
    fc.property(fc.array(look, { maxLength: 60 }), times, (looks, wanted) => {
      const steps = run(looks, wanted);
      for (const [at, { move, nowMs, phase }] of steps.entries()) {
        if (move !== "fired" || phase.kind !== "firing") continue;
        const { sinceMs } = phase;
        expect(nowMs - sinceMs).toBeGreaterThanOrEqual(wanted.forMs);
        expect(steps.slice(0, at + 1).every((step) => step.nowMs < sinceMs || step.holds === true)).toBe(true);
      }
    }),
  );
});

test("firings and resolutions take turns", () => {
  void fc.assert(
    fc.property(fc.array(look, { maxLength: 80 }), times, (looks, wanted) => {
      for (const [at, move] of movesOf(run(looks, wanted)).entries()) expect(move).toBe(at % 2 === 0 ? "fired" : "resolved");
    }),
  );
});

test("what fires is over only after it was clear as long as asked, or without data for ten minutes", () => {
  void fc.assert(
    fc.property(fc.array(look, { maxLength: 80 }), times, (looks, wanted) => {
      const steps = run(looks, wanted);
      for (const [at, { holds, move, nowMs }] of steps.entries()) {
        if (move !== "resolved") continue;
        const lastHeld = steps.slice(0, at).findLast((step) => step.holds === true)?.nowMs ?? 0;
        expect(nowMs - lastHeld).toBeGreaterThanOrEqual(holds === null ? Math.min(NO_DATA_MS, wanted.resolveForMs) : wanted.resolveForMs);
      }
    }),
  );
});

test("an instance that toggles every half second for a minute is one alert", () => {
  const toggling = Array.from({ length: 120 }, (_, at) => ({ afterMs: 500, holds: at % 2 === 0 }));
  const quiet = Array.from({ length: 60 }, () => ({ afterMs: 1_000, holds: false }));
  expect(movesOf(run([...toggling, ...quiet], { forMs: 0, resolveForMs: 30_000 }))).toEqual(["fired", "resolved"]);
});

test("a gap in the figures ends what is pending", () => {
  const steps = run(
    [true, true, null, true].map((holds) => ({ afterMs: 1_000, holds })),
    { forMs: 2_500, resolveForMs: 0 },
  );
  expect(steps.map(({ move }) => move)).toEqual(["pending", null, "withdrawn", "pending"]);
});
