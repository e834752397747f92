import { describe, expect, test } from "vitest";
import { BUILT_IN_POLICIES } from "@/lib/policy/index.ts";
import { draftOf, NEW_DRAFT, readDraft, ruleOf } from "./policy-draft.ts";

const names = { services: ["payments"], nowMs: Date.UTC(2026, 0, 1) };

describe("a rule in a form", () => {
  test.each(BUILT_IN_POLICIES.map((policy) => [policy.name, policy] as const))("%s comes out as it was", (_, policy) => {
    expect(readDraft(draftOf(policy), [], names)).toEqual({ policy: ruleOf(policy), problems: [] });
  });

  test("shares are typed in percent", () => {
    const { policy } = readDraft({ ...NEW_DRAFT, name: "errors", bound: "7.5%" }, [], names);
    expect(policy.trigger).toEqual({ metric: "error-rate(*)", above: 0.075, forMs: 30_000 });
  });

  test("what acts is read from its fields", () => {
    const action = (kind: "scale" | "shift" | "eject" | "notify", value: string) =>
      readDraft({ ...NEW_DRAFT, actions: [{ ...NEW_DRAFT.actions[0], severity: "info", target: "payments", kind, value }] }, [], names)
        .policy.actions[0];
    expect(action("scale", "+2")).toEqual({ kind: "scale", service: "payments", by: 2 });
    expect(action("scale", "3")).toEqual({ kind: "scale", service: "payments", replicas: 3 });
    expect(action("shift", "1.0.0=90, 1.1.0=10%")).toEqual({
      kind: "shift",
      service: "payments",
      weights: { "1.0.0": 9_000, "1.1.0": 1_000 },
    });
    expect(action("eject", "2 min")).toEqual({ kind: "eject", instance: "payments", forMs: 120_000 });
    expect(action("notify", "ops, night")).toEqual({ kind: "notify", channels: ["ops", "night"] });
  });

  test("problems stand at their fields", () => {
    const { problems } = readDraft({ ...NEW_DRAFT, name: "x", metric: "eror-rate(*)", bound: "much" }, [], names);
    expect(problems.map(({ path }) => path)).toEqual(["trigger.metric", "trigger.above"]);
    expect(problems[0]?.fix).toBe("Did you mean error-rate?");
  });
});
