import { describe, expect, test } from "vitest";
import type { PlanState, PlanVerb } from "./plan-view.ts";
import { isTurn, whyNot } from "./verb-state.ts";

const step = (reversible: boolean) => ({
  service: "users",
  from: "1.0.0",
  to: "2.0.0",
  proof: [],
  reversible,
  ...(!reversible && { irreversible: "users 1.0.0 cannot read what 2.0.0 stored." }),
  ready: 1,
  capacityRps: null,
});
const wave = (reversible = true) => ({ kind: "shift" as const, state: "waiting" as const, steps: [step(reversible)] });
const plan = (state: PlanState, parts: Partial<Parameters<typeof whyNot>[0]> = {}) => ({
  id: "plan_2",
  state,
  direction: "forward" as const,
  wavesDone: 0,
  laneStage: 0,
  check: { holds: true, sentence: "holds" },
  waves: [wave(), wave()],
  ...parts,
});

const LEGAL: readonly (readonly [PlanState, "forward" | "back", readonly PlanVerb[]])[] = [
  ["ready", "forward", ["execute"]],
  ["running", "forward", ["pause", "reverse"]],
  ["paused", "forward", ["resume", "reverse"]],
  ["paused", "back", ["execute", "resume", "reverse"]],
  ["reversing", "back", ["execute", "pause"]],
  ["done", "forward", ["reverse"]],
  ["reversed", "back", []],
];

describe("verbs of a plan", () => {
  test.each(LEGAL)("a plan that is %s on its way %s can do just that", (state, direction, verbs) => {
    const all = ["execute", "pause", "resume", "reverse"] as const;
    expect(all.filter((verb) => whyNot(plan(state, { direction }), verb, []) === null)).toEqual(verbs);
  });

  test("while another plan moves, nothing but a pause can act, and that plan is named", () => {
    const others = [{ id: "plan_9", state: "reversing" as const }];
    expect(whyNot(plan("ready"), "execute", others)).toEqual({ key: "busy", plan: "plan_9" });
    expect(whyNot(plan("paused"), "resume", others)).toEqual({ key: "busy", plan: "plan_9" });
    expect(whyNot(plan("running"), "pause", others)).toBeNull();
    expect(whyNot(plan("ready"), "execute", [{ id: "plan_2", state: "running" }])).toBeNull();
  });

  test("a plan whose certificate does not hold says the checker's sentence", () => {
    const check = { holds: false, sentence: "checkout 2.0.0 with payments 3.0.0 is vetoed." };
    expect(whyNot(plan("ready", { check }), "execute", [])).toEqual({ key: "said", sentence: check.sentence });
    expect(whyNot(plan("paused", { check }), "resume", [])).toEqual({ key: "said", sentence: check.sentence });
    expect(whyNot(plan("paused", { check, direction: "back" }), "execute", [])).toBeNull();
  });

  test("past the point of no return reverse says why, before it and behind later waves it acts", () => {
    const waves = [wave(), wave(false), wave()];
    expect(whyNot(plan("paused", { waves, wavesDone: 1 }), "reverse", [])).toBeNull();
    expect(whyNot(plan("paused", { waves, wavesDone: 2 }), "reverse", [])).toEqual({
      key: "said",
      sentence: "users 1.0.0 cannot read what 2.0.0 stored.",
    });
    expect(whyNot(plan("done", { waves, wavesDone: 3 }), "reverse", [])).toBeNull();
  });

  test("execute turns round only what is on its way back", () => {
    expect(isTurn({ state: "reversing", direction: "back" })).toBe(true);
    expect(isTurn({ state: "reversed", direction: "back" })).toBe(false);
    expect(isTurn({ state: "paused", direction: "forward" })).toBe(false);
  });
});
