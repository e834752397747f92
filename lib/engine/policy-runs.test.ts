import { afterEach, describe, expect, test } from "vitest";
import type { PolicyInput } from "../model/index.ts";
import { staticInstance, type TestEngine } from "../testing/index.ts";
import { addPolicy, alertsOf, editPolicy, openWeb, ownKinds, pass, settle } from "./policy-web.fixture.ts";
import { closeAll, closers, shiftTo, webState } from "./test-engine.fixture.ts";

afterEach(closeAll);

const HALF = { "1.0.0": 5_000, "1.1.0": 5_000 };
const onInstances: PolicyInput = {
  name: "instances come and go",
  kind: "automation",
  enabled: true,
  trigger: { event: "instance.*" },
  guard: { cooldownMs: 30_000 },
  actions: [{ kind: "rollback" }, { kind: "alert", severity: "info" }],
};

const EJECTED = "web-1.0.0-9000";
const onEjection: PolicyInput = { ...onInstances, name: "instances are taken out", trigger: { event: "instance-ejected" } };

function takeOut({ engine }: TestEngine): void {
  const out = engine.ejections.eject(EJECTED, 5_000, "a test");
  if (!out.ok) throw new Error(out.error.detail);
}

describe("what an event sets off", () => {
  test("is done in a round that has told of all the alerts it may, and told in the next one", async () => {
    const { clock, mesh } = await openWeb();
    for (let at = 0; at < 25; at++) await mesh.apply({ kind: "service.register", service: `s${at}`, hosts: [] });
    await shiftTo(mesh, HALF);
    const empty = await addPolicy(mesh, {
      ...onInstances,
      name: "empty",
      kind: "alert",
      trigger: { metric: "instances(*)", below: 1, forMs: 0 },
      guard: {},
      actions: [{ kind: "alert", severity: "info" }],
    });
    const id = await addPolicy(mesh, onInstances);
    while (alertsOf(mesh, empty).length === 0) await pass(clock, 1);
    expect(alertsOf(mesh, empty)).toHaveLength(20);
    await mesh.apply(staticInstance("web", "1.0.0", 9_060));
    await settle();
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
    expect(alertsOf(mesh, id)).toEqual([]);
    await pass(clock, 4);
    expect(alertsOf(mesh, empty)).toHaveLength(25);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "firing", service: "web" }]);
  });

  test("is done about what the newest event names, in a new process of the engine too", async () => {
    const { clock, mesh } = await openWeb();
    await mesh.apply(staticInstance("web", "1.0.0", 9_061));
    await shiftTo(mesh, HALF);
    const id = await addPolicy(mesh, onEjection);
    takeOut(mesh);
    await pass(clock, 3);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
    const again = await mesh.reopen();
    closers.push(() => again.engine.close());
    await pass(clock, 40);
    expect(alertsOf(again, id)).toMatchObject([{ state: "firing", subject: EJECTED, service: "web" }]);
    await shiftTo(again, HALF);
    takeOut(again);
    await settle();
    expect(webState(again).weights).toEqual({ "1.0.0": 10_000 });
    expect(again.engine.healthEvents().filter(({ kind }) => kind === "policy-failed")).toEqual([]);
  });

  test("is done about the newest event after an edit, while the alert goes on", async () => {
    const { clock, mesh } = await openWeb();
    await mesh.apply(staticInstance("web", "1.0.0", 9_061));
    await shiftTo(mesh, HALF);
    const id = await addPolicy(mesh, onEjection);
    await pass(clock, 3);
    takeOut(mesh);
    await pass(clock, 3);
    await editPolicy(mesh, id, { actions: [...onEjection.actions, { kind: "pause" }] });
    await pass(clock, 40);
    await shiftTo(mesh, HALF);
    takeOut(mesh);
    await settle();
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
    expect(alertsOf(mesh, id)).toHaveLength(1);
  });

  test("is forgotten when it is over", async () => {
    const { clock, mesh } = await openWeb();
    const id = await addPolicy(mesh, { ...onInstances, trigger: { event: "instance.*", resolveForMs: 5_000 } });
    await pass(clock, 3);
    await mesh.apply(staticInstance("web", "1.0.0", 9_063));
    await pass(clock, 1);
    const readings = () => {
      const policy = mesh.engine.state().policies.get(id);
      return policy === undefined ? [] : mesh.engine.policies.show(policy).readings;
    };
    expect(readings()).toHaveLength(1);
    await pass(clock, 10);
    expect(readings()).toEqual([]);
  });
});

describe("a guard", () => {
  test("that is not kept any more ends what fires, and what is done again and again", async () => {
    const { clock, mesh } = await openWeb();
    await mesh.apply(staticInstance("web", "1.1.0", 9_070));
    await shiftTo(mesh, HALF);
    const id = await addPolicy(mesh, {
      ...onInstances,
      trigger: { metric: "instances(web)", above: 0, forMs: 0, resolveForMs: 6_000 },
      guard: { metric: "ready(web@1.1.0)", above: 1, cooldownMs: 30_000 },
    });
    await pass(clock, 3);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "firing" }]);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
    await mesh.apply({ kind: "instance.remove", service: "web", id: "web-1.1.0-9070" });
    await shiftTo(mesh, HALF);
    await pass(clock, 60);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "resolved" }]);
    expect(ownKinds(mesh).filter((kind) => kind === "rollback")).toHaveLength(1);
  });
});

describe("what fires about a pair", () => {
  const pairs: PolicyInput = {
    ...onInstances,
    trigger: { metric: "error-rate(*>*)", above: 0.05, forMs: 0, resolveForMs: 2_000 },
    actions: [{ kind: "alert", severity: "critical" }],
  };

  test("goes on without data when its traffic stops, and is over after ten minutes", async () => {
    const { clock, mesh, seconds } = await openWeb();
    const id = await addPolicy(mesh, pairs);
    await seconds(5, 25);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "firing", subject: "ingress>web" }]);
    clock.advance(300_000);
    await settle();
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "firing" }]);
    clock.advance(400_000);
    await settle();
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "resolved" }]);
  });

  test("goes on in a new process of the engine, which has seen no traffic yet", async () => {
    const { clock, mesh, seconds } = await openWeb();
    const id = await addPolicy(mesh, pairs);
    await seconds(5, 25);
    clock.advance(120_000);
    const again = await mesh.reopen();
    closers.push(() => again.engine.close());
    await pass(clock, 5);
    expect(alertsOf(again, id)).toMatchObject([{ state: "firing", subject: "ingress>web" }]);
  });
});
