import { describe, expect, test } from "vitest";
import type { PolicyInput } from "../../model/index.ts";
import { evaluateMetric } from "../metric/evaluate-metric.ts";
import { subjectText } from "../metric/metric-expression.ts";
import { type PastEvent, replayPolicy } from "./replay-policy.ts";

const policy: PolicyInput = {
  name: "errors",
  kind: "automation",
  enabled: false,
  trigger: { metric: "error-rate(*)", above: 0.05, forMs: 20_000, resolveForMs: 20_000 },
  guard: { cooldownMs: 120_000, maxPerHour: 3 },
  actions: [{ kind: "rollback" }],
};

/** Half an hour in steps of ten seconds; figures by service and step. */
function past(figures: Readonly<Record<string, (step: number) => number | null>>, events: readonly PastEvent[] = []) {
  return {
    fromMs: 0,
    toMs: 1_800_000,
    stepMs: 10_000,
    subjects: Object.keys(figures).map((service) => ({ kind: "service" as const, service })),
    value: (expression: Parameters<typeof evaluateMetric>[0], atMs: number) =>
      evaluateMetric(expression, { value: ({ subject }) => figures[subjectText(subject)]?.(atMs / 10_000) ?? null }),
    events,
  };
}

describe("a replay", () => {
  test("says when it would have fired, and until when", () => {
    const { firings } = replayPolicy(policy, past({ cart: (step) => (step >= 30 && step < 60 ? 0.2 : 0), web: () => 0.01 }));
    expect(firings).toMatchObject([{ subject: "cart", sinceMs: 300_000, firedMs: 320_000, resolvedMs: 620_000, peak: 0.2 }]);
  });

  test("keeps cooldown and actions in an hour", () => {
    const { acts } = replayPolicy(policy, past({ cart: () => 0.2 }));
    expect(acts.map(({ atMs, heldBy }) => [atMs, heldBy])).toEqual([
      [20_000, null],
      [140_000, null],
      [260_000, null],
    ]);
  });

  test("ends what fires, and acts no more, when the guard is not kept any more", () => {
    const guarded: PolicyInput = { ...policy, guard: { metric: "requests(*)", above: 100, cooldownMs: 120_000 } };
    const mesh = past({ cart: () => 0.2 });
    const requests = (atMs: number) => (atMs < 100_000 ? 500 : 2);
    const { acts, firings } = replayPolicy(guarded, {
      ...mesh,
      value: (expression, atMs) => evaluateMetric(expression, { value: ({ metric }) => (metric === "requests" ? requests(atMs) : 0.2) }),
    });
    expect(firings.map(({ firedMs, resolvedMs }) => [firedMs, resolvedMs])).toEqual([[20_000, 120_000]]);
    expect(acts.map(({ atMs }) => atMs)).toEqual([20_000]);
  });

  test("draws the subject that came nearest", () => {
    const { line } = replayPolicy(policy, past({ cart: () => 0.01, web: (step) => (step === 7 ? 0.04 : 0) }));
    expect(line).toMatchObject({ subject: "web", bound: 0.05 });
    expect(line?.points).toHaveLength(181);
  });

  test("has nothing to say without data", () => {
    expect(replayPolicy(policy, past({ cart: () => null }))).toMatchObject({ firings: [], acts: [] });
  });

  test("takes events of one subject that follow each other closely for one firing", () => {
    const event = (atMs: number, subject: string): PastEvent => ({
      atMs,
      kind: "instance-ejected",
      subject,
      service: "cart",
      sentence: "out",
    });
    const events = [event(10_000, "cart-1"), event(60_000, "cart-1"), event(61_000, "cart-2"), event(900_000, "cart-1")];
    const byEvent: PolicyInput = {
      ...policy,
      trigger: { event: "instance-ejected", resolveForMs: 100_000 },
      actions: [{ kind: "alert", severity: "info" }],
    };
    const { firings } = replayPolicy(byEvent, past({}, events));
    expect(firings.map(({ firedMs, resolvedMs, subject }) => [subject, firedMs, resolvedMs])).toEqual([
      ["cart-1", 10_000, 160_000],
      ["cart-2", 61_000, 161_000],
      ["cart-1", 900_000, 1_000_000],
    ]);
  });

  test("lists the times of a schedule", () => {
    const { acts } = replayPolicy(
      { ...policy, guard: {}, trigger: { schedule: "*/10 * * * *" }, actions: [{ kind: "rollback", service: "cart" }] },
      past({}),
    );
    expect(acts.map(({ atMs }) => atMs)).toEqual([600_000, 1_200_000, 1_800_000]);
  });

  test("asks the guard of events and of schedules as well", () => {
    const event = (atMs: number, more: Partial<PastEvent>): PastEvent => ({
      ...{ atMs, kind: "instance-ejected", subject: "cart-1", service: "cart", sentence: "out" },
      ...more,
    });
    const events = [event(10_000, {}), event(900_000, {}), event(910_000, { service: "web", subject: "web-1" })];
    const guard = { metric: "rps(*)", above: 100 };
    const figures = { cart: (step: number) => (step < 50 ? 10 : 200), web: () => null };
    const byEvent: PolicyInput = { ...policy, guard, trigger: { event: "instance-ejected" } };
    const { acts, firings } = replayPolicy(byEvent, past(figures, events));
    expect(firings.map(({ firedMs, subject }) => [subject, firedMs])).toEqual([["cart-1", 900_000]]);
    expect(acts.map(({ atMs }) => atMs)).toEqual([900_000]);
    const ofVersion: PolicyInput = { ...byEvent, guard: { metric: "rps(*@*)", above: 100 } };
    const versions = { "cart@2.0.0": () => 200, "cart@1.0.0": () => 1 };
    const both = [event(10_000, { version: "1.0.0" }), event(20_000, { version: "2.0.0", subject: "cart-2" })];
    expect(replayPolicy(ofVersion, past(versions, both)).firings.map(({ subject }) => subject)).toEqual(["cart-2"]);
    const byTime: PolicyInput = {
      ...policy,
      guard: { metric: "rps(cart)", above: 100, cooldownMs: 30_000 },
      trigger: { schedule: "*/5 * * * *" },
    };
    const timed = replayPolicy({ ...byTime, actions: [{ kind: "rollback", service: "cart" }] }, past(figures));
    expect(timed.acts.map(({ atMs }) => atMs)).toEqual([600_000, 900_000, 1_200_000, 1_500_000, 1_800_000]);
    expect(timed.firings).toHaveLength(5);
  });

  test("keeps the limit of an hour for the hour that moves along", () => {
    const { acts } = replayPolicy(
      {
        ...policy,
        guard: { maxPerHour: 2, cooldownMs: 30_000 },
        trigger: { schedule: "*/20 * * * *" },
        actions: [{ kind: "rollback", service: "cart" }],
      },
      { ...past({}), toMs: 6_000_000 },
    );
    expect(acts.map(({ atMs, heldBy }) => [atMs / 60_000, heldBy])).toEqual([
      [20, null],
      [40, null],
      [60, "per-hour"],
      [80, null],
      [100, null],
    ]);
  });

  test("looks no further than what it tells, however many subjects fire", () => {
    const services = Array.from({ length: 300 }, (_, at) => `s${at}`);
    const busy: PolicyInput = { ...policy, trigger: { metric: "error-rate(*)", above: 0.05, forMs: 0 }, guard: { cooldownMs: 30_000 } };
    const { acts } = replayPolicy(busy, past(Object.fromEntries(services.map((name) => [name, () => 0.5]))));
    expect(acts).toHaveLength(500);
  });
});
