import { describe, expect, test } from "vitest";
import type { PolicyInput } from "../../model/index.ts";
import { BUILT_IN_POLICIES } from "./built-in.ts";
import { checkPolicy } from "./check-policy.ts";
import { describePolicy } from "./describe-policy.ts";
import { sentenceOf } from "./sentence-of.ts";

const NOW = Date.UTC(2026, 0, 1);
const names = { services: ["payments", "checkout"], channels: ["ops"], nowMs: NOW };
const base: PolicyInput = {
  name: "errors of payments",
  kind: "alert",
  enabled: true,
  trigger: { metric: "error-rate(payments)", above: 0.05, forMs: 30_000 },
  actions: [{ kind: "alert", severity: "warning" }],
};

function found(change: Partial<PolicyInput>, others: readonly PolicyInput[] = []) {
  return checkPolicy({ ...base, ...change }, others, names).map(({ code, fix, path }) => ({ code, fix, path }));
}

test("the policies that come with Interlock have no problems, alone and together", () => {
  for (const policy of BUILT_IN_POLICIES) {
    const others = BUILT_IN_POLICIES.filter(({ id }) => id !== policy.id).map((other) => ({ ...other, enabled: true }));
    expect(checkPolicy({ ...policy, enabled: true }, others, names), policy.id).toEqual([]);
  }
});

describe("bad input is refused with field and fix", () => {
  test.each<[string, Partial<PolicyInput>, string, string, string]>([
    [
      "an unknown metric",
      { trigger: { metric: "eror-rate(payments)", above: 1, forMs: 0 } },
      "trigger.metric",
      "metric.unknown",
      "error-rate",
    ],
    ["an unknown service", { trigger: { metric: "rps(paymets)", above: 1, forMs: 0 } }, "trigger.metric", "metric.unknown", "payments"],
    ["no bound", { trigger: { metric: "rps(payments)", forMs: 0 } }, "trigger.above", "automation.invalid", "either"],
    ["two bounds", { trigger: { metric: "rps(payments)", above: 2, below: 1, forMs: 0 } }, "trigger.above", "automation.invalid", "either"],
    ["an unknown event", { trigger: { event: "rolback" } }, "trigger.event", "automation.invalid", "rollback"],
    ["a schedule that is none", { trigger: { schedule: "every friday" } }, "trigger.schedule", "automation.invalid", "five cron fields"],
    ["a schedule that never comes", { trigger: { schedule: "0 0 31 2 *" } }, "trigger.schedule", "automation.invalid", "five cron fields"],
    ["nothing to do", { actions: [] }, "actions", "automation.invalid", "alert"],
    [
      "weights that do not sum",
      { actions: [{ kind: "shift", weights: { "1.0.0": 9_000 } }] },
      "actions.0.weights",
      "automation.invalid",
      "10000",
    ],
    ["an unknown channel", { actions: [{ kind: "notify", channels: ["opps"] }] }, "actions.0.channels", "automation.invalid", "ops"],
    [
      "a cooldown that flaps",
      { guard: { cooldownMs: 1_000 }, actions: [{ kind: "rollback" }] },
      "guard.cooldownMs",
      "automation.flapping",
      "30000",
    ],
    ["no name", { name: " " }, "name", "automation.invalid", "characters"],
    ["scaling to nowhere", { actions: [{ kind: "scale" }] }, "actions.0.replicas", "automation.invalid", "replicas"],
    ["a guard of whom", { guard: { metric: "rps(*)", above: 1 } }, "guard.metric", "automation.invalid", "wildcard"],
    [
      "an action on nothing",
      { trigger: { metric: "exposure", above: 0, forMs: 0 }, actions: [{ kind: "rollback" }] },
      "actions.0.service",
      "automation.invalid",
      "Name it",
    ],
    [
      "a drain of no version",
      { trigger: { metric: "error-rate(payments)", above: 0.2, forMs: 0 }, actions: [{ kind: "drain" }] },
      "actions.0.version",
      "automation.invalid",
      "ready(*@*)",
    ],
    [
      "a drain of no version at a time",
      { trigger: { schedule: "0 22 * * 5" }, actions: [{ kind: "drain", service: "payments" }] },
      "actions.0.version",
      "automation.invalid",
      "Name it",
    ],
    [
      "a drain on an event of no version",
      { trigger: { event: "split.set" }, actions: [{ kind: "drain" }] },
      "actions.0.version",
      "automation.invalid",
      "Name it",
    ],
    [
      "taking out no instance",
      { trigger: { metric: "ejected(payments)", above: 0, forMs: 0 }, actions: [{ kind: "eject", forMs: 60_000 }] },
      "actions.0.instance",
      "automation.invalid",
      "instance-unhealthy",
    ],
    [
      "letting no instance back in",
      { trigger: { event: "rollback" }, actions: [{ kind: "readmit" }] },
      "actions.0.instance",
      "automation.invalid",
      "instance-unhealthy",
    ],
    [
      "versions of pairs",
      { trigger: { metric: "error-rate(checkout@*>payments)", above: 0.2, forMs: 0 } },
      "trigger.metric",
      "automation.invalid",
      "leave the versions out",
    ],
    [
      "wildcards that never stand for one thing",
      { trigger: { metric: "error-rate(*>*) * ready(*@*)", above: 0.2, forMs: 0 } },
      "trigger.metric",
      "automation.invalid",
      "throughout",
    ],
    [
      "a guard of versions on pairs",
      { trigger: { metric: "error-rate(*>*)", above: 0.2, forMs: 0 }, guard: { metric: "ready(*@*)", above: 0 } },
      "guard.metric",
      "automation.invalid",
      "same wildcard",
    ],
    [
      "a guard of pairs on events",
      { trigger: { event: "rollback" }, guard: { metric: "rps(*>*)", above: 0 } },
      "guard.metric",
      "automation.invalid",
      "Name it",
    ],
    [
      "a guard of growth",
      { trigger: { growth: { minReady: 1 } }, guard: { maxPerHour: 1 }, actions: [{ kind: "refuse" }] },
      "guard",
      "automation.invalid",
      "Leave the guard out",
    ],
    ["refusing without growth", { actions: [{ kind: "refuse" }] }, "actions", "automation.invalid", "growth"],
    ["a limit that alerts", { trigger: { growth: { minReady: 1 } } }, "actions", "automation.invalid", "refuse"],
    [
      "a step of nothing",
      { trigger: { growth: { maxStepBp: 0 } }, actions: [{ kind: "refuse" }] },
      "trigger.growth.maxStepBp",
      "automation.invalid",
      "10000",
    ],
  ])("%s", (_, change, path, code, fix) => {
    const problems = found(change);
    expect(problems[0]).toMatchObject({ path, code });
    expect(problems[0]?.fix).toContain(fix);
  });

  test("every problem at once", () => {
    expect(found({ name: "", trigger: { metric: "x(a)", forMs: -1 }, actions: [] })).toHaveLength(5);
  });

  test.each<[string, Partial<PolicyInput>]>([
    ["a drain of each version", { trigger: { metric: "ready(*@*)", below: 1, forMs: 0 }, actions: [{ kind: "drain" }] }],
    ["a drain of the version named", { trigger: { metric: "ready(payments@1.0.0)", below: 1, forMs: 0 }, actions: [{ kind: "drain" }] }],
    ["a drain on an event of versions", { trigger: { event: "lifecycle.set" }, actions: [{ kind: "drain" }] }],
    ["a drain of a release found worse", { trigger: { event: "release-worse" }, actions: [{ kind: "drain" }] }],
    ["a restart of a service", { trigger: { metric: "p99(*)", above: 900, forMs: 0 }, actions: [{ kind: "restart" }] }],
    ["an instance out on its event", { trigger: { event: "workload-*" }, actions: [{ kind: "eject", forMs: 1_000 }] }],
    [
      "a guard of the service on pairs",
      { trigger: { metric: "error-rate(*>*)", above: 0.2, forMs: 0 }, guard: { metric: "rps(*)", above: 1 } },
    ],
    ["a pair of versions", { trigger: { metric: "error-rate(checkout@1.0.0>payments@1.0.0)", above: 0.2, forMs: 0 } }],
  ])("%s passes", (_, change) => {
    expect(found(change)).toEqual([]);
  });

  test("a name that is taken", () => {
    expect(found({}, [base])[0]).toMatchObject({ path: "name" });
  });
});

describe("loops", () => {
  const on = (name: string, event: string, action: PolicyInput["actions"][number], enabled = true): PolicyInput => ({
    ...base,
    name,
    enabled,
    trigger: { event },
    actions: [action],
  });
  const rollback = on("A", "split.set", { kind: "rollback", service: "payments" });

  test("a policy that sets itself off is refused, with the event named", () => {
    const problems = checkPolicy(on("self", "rollback", { kind: "rollback" }), [], names);
    expect(problems).toMatchObject([{ code: "automation.loop", detail: 'It would set itself off: "self" → rollback → "self".' }]);
  });

  test("a loop over three policies is refused, and named whole", () => {
    const second = on("B", "rollback", { kind: "alert", severity: "info" });
    const third = on("C", "alert.*", { kind: "shift", service: "payments", weights: { "1.0.0": 10_000 } });
    const problems = checkPolicy(third, [rollback, second], names);
    expect(problems[0]?.detail).toBe('It would close a loop: "C" → split.set → "A" → rollback → "B" → alert.fire → "C".');
  });

  test("what is switched off closes no loop", () => {
    const third = on("C", "rollback", { kind: "shift", service: "payments", weights: { "1.0.0": 10_000 } });
    expect(checkPolicy(third, [rollback], names)).toHaveLength(1);
    expect(checkPolicy({ ...third, enabled: false }, [rollback], names)).toEqual([]);
    expect(checkPolicy(third, [{ ...rollback, enabled: false }], names)).toEqual([]);
  });

  test("an action on an instance may touch any service", () => {
    const eject = { kind: "eject", instance: "blue", forMs: 1_000 } as const;
    const self: PolicyInput = { ...on("self", "instance-returned", eject), trigger: { event: "instance-returned", subject: "payments" } };
    expect(checkPolicy(self, [], names)).toMatchObject([{ code: "automation.loop" }]);
    const own: PolicyInput = { ...self, trigger: { event: "instance-ejected", subject: "blue" }, actions: [{ kind: "restart" }] };
    const other: PolicyInput = { ...on("other", "workload-asked", eject), trigger: { event: "workload-asked", subject: "payments" } };
    expect(checkPolicy(own, [other], names)).toMatchObject([{ code: "automation.loop" }]);
  });

  test("a restart brings its instance back, healthy", () => {
    for (const event of ["workload-recovered", "instance-healthy"])
      expect(checkPolicy(on("self", event, { kind: "restart" }), [], names)).toMatchObject([{ code: "automation.loop" }]);
  });

  test("events of another service close no loop", () => {
    const other: PolicyInput = {
      ...base,
      name: "D",
      trigger: { event: "rollback", subject: "checkout" },
      actions: [{ kind: "shift", service: "checkout", weights: { "1.0.0": 10_000 } }],
    };
    expect(checkPolicy(other, [{ ...rollback, trigger: { event: "split.set", subject: "payments" } }], names)).toEqual([]);
  });
});

describe("a policy in words", () => {
  test("says its rule in one sentence", () => {
    expect(describePolicy({ ...base, guard: { metric: "requests(payments, 1m)", above: 50 } })).toBe(
      "When error-rate(payments) is above 5 % for 30 s, while requests(payments, 1m) is above 50: alert (warning).",
    );
    expect(describePolicy({ trigger: { growth: { maxStepBp: 2_500 } }, actions: [{ kind: "refuse" }] })).toBe(
      "When a version would get more than 25 % more in one change: refuse the change.",
    );
  });

  const reading = (subject: string, value: number | null, more = {}) => ({
    subject,
    value,
    guarded: null,
    phase: "idle" as const,
    ...more,
  });
  const each: PolicyInput = { ...base, trigger: { metric: "error-rate(*)", above: 0.05, forMs: 0 } };

  test.each([
    ["what it would do", [reading("payments", 0.072)], "Would alert (warning) for payments (7.2 %)."],
    ["what it does", [reading("payments", 0.072, { phase: "firing" })], "Fires for payments (7.2 %): alert (warning)."],
    ["what is nearest", [reading("payments", 0.004), reading("cart", 0.02)], "Nothing: highest is cart (2 %), and it acts above 5 %."],
    [
      "that a guard holds it",
      [reading("payments", 0.5, { guarded: false })],
      "Nothing: payments (50 %) is above 5 %, and the guard holds it back.",
    ],
    ["that there is no data", [reading("payments", null)], "Nothing: there is no data."],
  ])("says %s", (_, readings, sentence) => {
    expect(sentenceOf(each, readings, NOW)).toBe(sentence);
  });

  test("says what it would do when it is off, and when a schedule comes", () => {
    expect(sentenceOf({ ...each, enabled: false }, [reading("payments", 0.1)], NOW)).toBe(
      "Off: would alert (warning) for payments (10 %).",
    );
    const weekly: PolicyInput = { ...base, trigger: { schedule: "0 22 * * 5" } };
    expect(sentenceOf(weekly, [], NOW)).toBe("Would alert (warning) at 2026-01-02 22:00 UTC.");
  });
});
