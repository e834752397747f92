import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PolicyAction, PolicyGuard, PolicyInput, PolicyTrigger } from "@/lib/model/index.ts";
import { BUILT_IN_POLICIES } from "@/lib/policy/index.ts";
import { draftOf, NEW_ACTION, NEW_DRAFT, readDraft, ruleOf } from "./policy-draft.ts";

const names = { services: ["payments"], nowMs: Date.UTC(2026, 0, 1) };

/** A part that may be left out. */
const maybe = <Key extends string, T>(key: Key, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: null }).map((given) => (given === null ? {} : { [key]: given }) as { readonly [Name in Key]?: T });
const merged = <T>(...parts: readonly fc.Arbitrary<object>[]) => fc.tuple(...parts).map((all) => Object.assign({}, ...all) as T);
const figure = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(1e-7, 1e21, 0.05)).map((value) => value + 0);
const bound = fc.oneof(fc.record({ above: figure }), fc.record({ below: figure }));
const ms = fc.nat(86_400_000);
const name = fc.constantFrom("payments", "cart-1", "web");
const version = fc.constantFrom("1.0.0", "2.1.0-rc.1");
const metric = fc.constantFrom("error-rate(*)", "p99(payments) / p99(payments, 1m)");

const trigger: fc.Arbitrary<PolicyTrigger> = fc.oneof(
  merged<PolicyTrigger>(fc.record({ metric, forMs: ms }), bound, maybe("resolveForMs", ms)),
  merged<PolicyTrigger>(fc.record({ event: fc.constantFrom("rollback", "release.*") }), maybe("subject", name), maybe("resolveForMs", ms)),
  fc.record({ schedule: fc.constantFrom("0 22 * * 5", "* * * * *") }),
);
const growth: fc.Arbitrary<PolicyTrigger> = merged(
  fc.record({
    growth: fc.oneof(
      fc.record({ maxStepBp: fc.integer({ min: 1, max: 10_000 }) }),
      fc.record({ minReady: fc.integer({ min: 1, max: 1_000 }) }),
      merged<{ readonly metric: string }>(fc.record({ metric }), bound),
    ),
  }),
  maybe("service", name),
);
const guard: fc.Arbitrary<PolicyGuard> = merged(
  fc.oneof(fc.constant({}), merged<object>(fc.record({ metric }), bound)),
  maybe("cooldownMs", ms),
  maybe("maxPerHour", fc.integer({ min: 1, max: 720 })),
);
const severity = fc.constantFrom("info" as const, "warning" as const, "critical" as const);
const of = (kind: PolicyAction["kind"], ...parts: readonly fc.Arbitrary<object>[]) => merged<PolicyAction>(fc.constant({ kind }), ...parts);
const service = maybe("service", name);
const instance = maybe("instance", name);
const action: fc.Arbitrary<PolicyAction> = fc.oneof(
  of("alert", fc.record({ severity }), maybe("summary", fc.constantFrom("Look at it", "5% of all, again"))),
  of("shift", service, fc.record({ weights: fc.dictionary(version, fc.nat(10_000), { minKeys: 1 }) })),
  of("drain", service, maybe("version", version)),
  of("scale", service, maybe("version", version), fc.oneof(fc.record({ replicas: fc.nat(50) }), fc.record({ by: fc.constantFrom(1, -2) }))),
  of("restart", service, instance),
  of("eject", instance, fc.record({ forMs: ms })),
  of("readmit", instance),
  of("notify", fc.record({ channels: fc.uniqueArray(fc.constantFrom("ops", "night"), { minLength: 1 }) })),
  ...(["restore", "rollback", "pause"] as const).map((kind) => of(kind, service)),
);
const head = fc.record({
  name: fc.constantFrom("errors", "At night"),
  kind: fc.constantFrom("alert" as const, "automation" as const),
  enabled: fc.boolean(),
});
const anyRule: fc.Arbitrary<PolicyInput> = fc.oneof(
  merged<PolicyInput>(head, fc.record({ trigger, actions: fc.array(action, { minLength: 1, maxLength: 3 }) })),
  merged<PolicyInput>(
    head,
    fc.record({ trigger, guard, actions: fc.array(action, { minLength: 1, maxLength: 3 }) }).map(({ guard: given, ...rest }) => ({
      ...rest,
      ...(Object.keys(given).length === 0 ? {} : { guard: given }),
    })),
  ),
  merged<PolicyInput>(head, fc.record({ trigger: growth, actions: fc.constant([{ kind: "refuse" as const }]) })),
);

describe("a rule in a form", () => {
  test("any rule that is opened and not touched comes out as it was", () => {
    void fc.assert(
      fc.property(anyRule, (rule) => {
        expect(readDraft(draftOf(rule), [], names).policy).toEqual(rule);
      }),
    );
  });

  test("a limit of growth takes no guard along that is not shown", () => {
    const { policy } = readDraft(
      { ...NEW_DRAFT, name: "x", trigger: "growth", limitValue: "25", guardMetric: "rps(*)", guardBound: "5" },
      [],
      names,
    );
    expect(policy).toMatchObject({ trigger: { growth: { maxStepBp: 2_500 } }, actions: [{ kind: "refuse" }] });
    expect(policy.guard).toBeUndefined();
  });

  test("a bound of no figure is named at the guard", () => {
    const { problems } = readDraft({ ...NEW_DRAFT, name: "x", guardBound: "5" }, [], names);
    expect(problems).toMatchObject([{ path: "guard.metric" }]);
  });

  test.each(BUILT_IN_POLICIES.map((policy) => [policy.name, policy] as const))("%s comes out as it was", (_, policy) => {
    expect(readDraft(draftOf(policy), [], names)).toEqual({ policy: ruleOf(policy), problems: [] });
  });

  test("shares are typed in percent", () => {
    const { policy } = readDraft({ ...NEW_DRAFT, name: "errors", bound: "7.5%" }, [], names);
    expect(policy.trigger).toEqual({ metric: "error-rate(*)", above: 0.075, forMs: 30_000 });
  });

  test("what acts is read from its fields", () => {
    const named = { service: "payments", instance: "payments-1", version: "" };
    const action = (kind: "scale" | "shift" | "eject" | "notify", value: string) =>
      readDraft({ ...NEW_DRAFT, actions: [{ ...NEW_ACTION, ...named, kind, value }] }, [], names).policy.actions[0];
    expect(action("scale", "+2")).toEqual({ kind: "scale", service: "payments", by: 2 });
    expect(action("scale", "3")).toEqual({ kind: "scale", service: "payments", replicas: 3 });
    expect(action("shift", "1.0.0=90, 1.1.0=10%")).toEqual({
      kind: "shift",
      service: "payments",
      weights: { "1.0.0": 9_000, "1.1.0": 1_000 },
    });
    expect(action("eject", "2 min")).toEqual({ kind: "eject", instance: "payments-1", forMs: 120_000 });
    expect(action("notify", "ops, night")).toEqual({ kind: "notify", channels: ["ops", "night"] });
  });

  test("problems stand at their fields", () => {
    const { problems } = readDraft({ ...NEW_DRAFT, name: "x", metric: "eror-rate(*)", bound: "much" }, [], names);
    expect(problems.map(({ path }) => path)).toEqual(["trigger.metric", "trigger.above"]);
    expect(problems[0]?.fix).toBe("Did you mean error-rate?");
  });
});
