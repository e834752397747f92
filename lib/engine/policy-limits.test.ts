import { afterEach, describe, expect, test } from "vitest";
import type { Policy, PolicyInput, ServiceName } from "../model/index.ts";
import { staticInstance } from "../testing/index.ts";
import { PolicyLimits } from "./policy-limits.ts";
import { addPolicy, editPolicy, openWeb, ownKinds, pass, settle } from "./policy-web.fixture.ts";
import { closeAll, closers, shiftTo, webState } from "./test-engine.fixture.ts";

afterEach(closeAll);

/** Holds as long as web is there. */
const always: PolicyInput = {
  name: "always back",
  kind: "automation",
  enabled: true,
  trigger: { metric: "instances(web)", above: 0, forMs: 0 },
  guard: { cooldownMs: 600_000 },
  actions: [{ kind: "rollback" }],
};
const HALF = { "1.0.0": 5_000, "1.1.0": 5_000 };

describe("limits", () => {
  const policy = { id: "p", actions: [{ kind: "rollback" }], guard: { cooldownMs: 60_000, maxPerHour: 2 } } as unknown as Policy;

  test("give a subject one turn at a time, and begin none once the actions of the hour are spent", () => {
    const limits = new PolicyLimits([]);
    const turns = ["a", "b", "c"].map((subject) => limits.take(policy, subject, 0));
    expect(limits.take(policy, "a", 0)).toBeNull();
    const begun = turns.map((turn) => {
      const mayBegin = turn?.begin();
      turn?.end(mayBegin === true);
      return mayBegin;
    });
    expect(begun).toEqual([true, true, false]);
    expect(limits.take(policy, "c", 3_599_999)).toBeNull();
    expect(limits.take(policy, "c", 3_600_000)).not.toBeNull();
    expect(limits.lastMs("p")).toBe(0);
  });

  test("count no turn in which nothing was done, and keep the cooldown of the action before", () => {
    const limits = new PolicyLimits([{ policy: "p", subject: "a", atMs: 0 }]);
    for (const nowMs of [60_000, 62_000, 64_000]) {
      const turn = limits.take(policy, "a", nowMs);
      expect(turn?.begin()).toBe(true);
      turn?.end(false);
    }
    expect(limits.lastMs("p")).toBe(0);
    expect(limits.take(policy, "a", 59_999)).toBeNull();
    expect(limits.take(policy, "b", 64_000)?.begin()).toBe(true);
  });

  test("are let go when they hold nothing back, the last action of each policy aside", () => {
    const limits = new PolicyLimits([
      { policy: "p", subject: "a", atMs: 0 },
      { policy: "p", subject: "b", atMs: 10_000 },
      { policy: "gone", subject: "a", atMs: 0 },
    ]);
    limits.prune(new Map([["p", policy]]), 86_400_000);
    expect([limits.lastMs("p"), limits.lastMs("gone")]).toEqual([10_000, null]);
  });
});

describe("a policy", () => {
  test("about many services acts no more often in one look than in an hour", async () => {
    const { clock, mesh } = await openWeb();
    for (const [at, service] of ["cart", "mail", "shop"].entries()) {
      await mesh.apply({ kind: "service.register", service, hosts: [] });
      for (const [more, version] of ["1.0.0", "1.1.0"].entries()) {
        await mesh.apply({ kind: "version.register", service, version, requirements: {} });
        await mesh.apply(staticInstance(service, version, 9_100 + at * 10 + more));
      }
    }
    const weights = { "1.1.0": 10_000 };
    const shifting: PolicyInput = {
      ...always,
      trigger: { metric: "instances(*)", above: 0, forMs: 0 },
      actions: [{ kind: "shift", weights }],
    };
    await addPolicy(mesh, { ...shifting, guard: { maxPerHour: 1 } });
    await pass(clock, 10);
    expect(ownKinds(mesh)).toEqual(["split.set"]);
  });

  test("about a service with nothing to do keeps its actions of the hour for those that need one", async () => {
    const { clock, mesh } = await openWeb();
    const weights = { "1.0.0": 5_000, "1.1.0": 5_000 };
    await mesh.apply({ kind: "service.register", service: "yard", hosts: [] });
    for (const [more, version] of ["1.0.0", "1.1.0"].entries()) {
      await mesh.apply({ kind: "version.register", service: "yard", version, requirements: {} });
      await mesh.apply(staticInstance("yard", version, 9_100 + more));
    }
    await shiftTo(mesh, weights);
    await addPolicy(mesh, {
      ...always,
      trigger: { metric: "instances(*)", above: 0, forMs: 0 },
      actions: [{ kind: "shift", weights }],
      guard: { maxPerHour: 1 },
    });
    await pass(clock, 10);
    expect(ownKinds(mesh)).toEqual(["split.set"]);
    expect(mesh.engine.state().services.get("yard" as ServiceName)?.weights).toEqual(weights);
  });

  test("that is edited, or switched off and on, does not act again within its cooldown", async () => {
    const { clock, mesh } = await openWeb();
    await shiftTo(mesh, HALF);
    const id = await addPolicy(mesh, always);
    await pass(clock, 3);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
    await shiftTo(mesh, HALF);
    await editPolicy(mesh, id, { actions: [{ kind: "rollback" }, { kind: "alert", severity: "info" }] });
    await pass(clock, 10);
    await editPolicy(mesh, id, { enabled: false });
    await pass(clock, 5);
    await editPolicy(mesh, id, { enabled: true });
    await pass(clock, 5);
    expect(webState(mesh).weights).toEqual(HALF);
    expect(ownKinds(mesh).filter((kind) => kind === "rollback")).toHaveLength(1);
  });

  test("keeps its actions within the hour over a restart of the engine", async () => {
    const { clock, mesh } = await openWeb();
    await shiftTo(mesh, HALF);
    const id = await addPolicy(mesh, { ...always, guard: { cooldownMs: 30_000, maxPerHour: 1 } });
    await pass(clock, 3);
    await shiftTo(mesh, HALF);
    const again = await mesh.reopen();
    closers.push(() => again.engine.close());
    clock.advance(60_000);
    await settle();
    expect(webState(again).weights).toEqual(HALF);
    const [policy] = [...again.engine.state().policies.values()].filter((each) => each.id === id);
    expect(policy === undefined ? null : again.engine.policies.show(policy).lastActedAt).not.toBeNull();
    clock.advance(3_600_000);
    await settle();
    expect(webState(again).weights).toEqual({ "1.0.0": 10_000 });
  });

  test("keeps its cooldown from what it did before its first look", async () => {
    const { clock, mesh } = await openWeb();
    const weights = { "1.1.0": 10_000 };
    await addPolicy(mesh, { ...always, trigger: { event: "instance.*" }, actions: [{ kind: "shift", service: "web", weights }] });
    await mesh.apply(staticInstance("web", "1.0.0", 9_050));
    await settle();
    expect(webState(mesh).weights).toEqual(weights);
    await shiftTo(mesh, HALF);
    await pass(clock, 4);
    await mesh.apply({ kind: "instance.remove", service: "web", id: "web-1.0.0-9050" });
    await settle();
    expect(webState(mesh).weights).toEqual(HALF);
  });
});
