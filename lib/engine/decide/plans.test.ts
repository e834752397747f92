import { describe, expect, test } from "vitest";
import { PLANS_ENDED_MAX, PLANS_PAUSED_MAX } from "../../model/index.ts";
import { decodeState, encodeState } from "../state-codec.ts";
import { type DecideMesh, registered, shop } from "./decide-mesh.fixture.ts";
import { advance, create, planOf, split, TO_NEW, twins, walk } from "./plan-mesh.fixture.ts";

/** Another requirement of checkout 2.0.0. */
const requiring = (mesh: DecideMesh, payments: string) =>
  ({ kind: "version.update", service: "checkout", rev: mesh.rev("checkout"), version: "2.0.0", requirements: { payments } }) as const;

describe("a plan", () => {
  test("is made with its waves in order, each step with its proof, and moves nothing", () => {
    const mesh = shop();
    const before = mesh.weights("checkout");
    mesh.must(create(TO_NEW));
    const plan = planOf(mesh);
    expect(plan).toMatchObject({ id: `plan_${mesh.state.seq}`, state: "ready", target: TO_NEW, cost: { steps: 2, waves: 2, risk: 0 } });
    expect(plan.waves.map(({ steps }) => steps.map(({ from, service, to }) => `${service} ${from} → ${to}`))).toEqual([
      ["checkout 1.4.0 → 2.0.0"],
      ["payments 2.3.0 → 3.0.0"],
    ]);
    expect(plan.waves[1]?.steps[0]?.proof).toMatchObject([
      { verdict: "compatible", sentence: "checkout 2.0.0 requires payments >=2.1.0 <4, which includes 3.0.0." },
    ]);
    expect(mesh.weights("checkout")).toEqual(before);
  });

  test("takes whole waves, and goes back to where it began, rules and shares included", () => {
    const mesh = shop();
    const rules = [{ matches: [{ method: "PUT" }], split: { weights: { "1.4.0": 10_000 } } }];
    mesh.must(
      { kind: "routes.set", service: "checkout", rev: mesh.rev("checkout"), rules },
      split(mesh, "payments", { "2.3.0": 7_500, "2.4.0": 2_500 }),
    );
    mesh.must(create(TO_NEW));
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
    expect(mesh.must(advance(mesh)).events.map(({ kind }) => kind)).toEqual(["rules-set", "weights-set", "plan-moved"]);
    expect(planOf(mesh)).toMatchObject({ state: "running", wavesDone: 1 });
    expect(mesh.service("checkout").rules[0]?.split?.weights).toEqual({ "2.0.0": 10_000 });
    walk(mesh);
    expect(planOf(mesh)).toMatchObject({ state: "done", wavesDone: 2 });
    expect([mesh.weights("checkout"), mesh.weights("payments")]).toEqual([{ "2.0.0": 10_000 }, { "3.0.0": 10_000 }]);
    mesh.must({ kind: "plan.reverse", plan: planOf(mesh).id });
    walk(mesh);
    expect(planOf(mesh)).toMatchObject({ state: "reversed", wavesDone: 0 });
    expect(mesh.weights("payments")).toEqual({ "2.3.0": 7_500, "2.4.0": 2_500 });
    expect(mesh.service("checkout")).toMatchObject({ weights: { "1.4.0": 10_000 }, rules });
  });

  test("cannot be undone, only reversed, and nobody is sent to undo its moves", () => {
    const mesh = shop();
    const before = mesh.must(split(mesh, "checkout", { "1.4.0": 9_000, "2.0.0": 1_000 }));
    const made = mesh.must(create(TO_NEW));
    expect(made.undoable).toBe(false);
    expect(mesh.refusal({ kind: "undo", change: made.id }).code).toBe("change.not-undoable");
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
    const move = mesh.must(advance(mesh));
    expect(mesh.refusal({ kind: "undo", change: before.id })).toMatchObject({
      code: "change.conflict",
      problems: [{ fix: `Make a new change instead: ${move.id} (plan.advance) cannot be undone.` }],
    });
  });

  test("is known after the state was written down and read again, in the middle of a wave too", () => {
    const mesh = twins();
    mesh.must(create({ a: "2.0.0", b: "2.0.0" }));
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
    mesh.must(advance(mesh));
    const decoded = decodeState(encodeState(mesh.state));
    expect(decoded).toEqual({ ok: true, value: mesh.state });
    if (decoded.ok) mesh.state = decoded.value;
    walk(mesh);
    expect(planOf(mesh).state).toBe("done");
  });

  test("that is paused is kept while others are made, and makes room for those that are paused after it", () => {
    const mesh = shop();
    const paused = () => {
      mesh.must(create(TO_NEW));
      const { id } = planOf(mesh);
      mesh.must({ kind: "plan.execute", plan: id }, { kind: "plan.pause", plan: id });
      return id;
    };
    const first = paused();
    for (let count = 0; count <= PLANS_ENDED_MAX; count++) mesh.must(create(TO_NEW));
    expect(mesh.state.plans.has(first)).toBe(true);
    expect(mesh.state.plans.size).toBe(PLANS_ENDED_MAX + 1);
    const others = Array.from({ length: PLANS_PAUSED_MAX }, paused);
    expect(mesh.state.plans.has(first)).toBe(false);
    expect(others.every((id) => mesh.state.plans.has(id))).toBe(true);
  });
});

describe("what cannot be planned", () => {
  test("a rollback is refused at the field that it stood in", () => {
    const refused = (rollback: object) => shop().refusal({ kind: "plan.create", target: {}, avoid: [], prefer: "steps", rollback });
    const path = (rollback: object) => refused(rollback).problems.map((problem) => problem.path);
    expect(path({ service: "checkout", to: "1.4.0" })).toEqual(["rollback"]);
    expect(path({ service: "checkout", to: "9.0.0" })).toEqual(["rollback.to"]);
    expect(path({ service: "nope" })).toEqual(["rollback.service"]);
  });

  test.each([
    [{}, "plan.target", "target"],
    [{ nope: "1.0.0" }, "service.unknown", "target.nope"],
    [{ checkout: "9.0.0" }, "version.unknown", "target.checkout"],
    [{ checkout: "1.4.0" }, "plan.target", "target"],
  ])("%j is %s", (target, code, path) => {
    expect(shop().refusal(create(target))).toMatchObject({ code, problems: [{ path }] });
  });

  test("a target without a ready instance is said so", () => {
    const mesh = shop();
    mesh.must({ kind: "version.register", service: "checkout", version: "2.1.0", requirements: {} });
    expect(mesh.refusal(create({ checkout: "2.1.0" }))).toMatchObject({
      code: "split.no-ready-instance",
      problems: [{ path: "target.checkout" }],
    });
  });

  test("a target that cannot be is refused with the pairs in the way and what would make it possible", () => {
    const mesh = shop();
    const refusal = mesh.refusal(create({ checkout: "1.4.0", payments: "3.0.0" }));
    expect(refusal).toMatchObject({ code: "plan.impossible", problems: [{ code: "plan.impossible" }] });
    expect(refusal.reasons).toMatchObject([{ consumer: { version: "1.4.0" }, provider: { version: "3.0.0" }, verdict: "incompatible" }]);
    expect(refusal.problems[0]?.fix).toMatch(/checkout 1\.4\.0 with payments 3\.0\.0/);
  });

  test("a version that is avoided is not gone through", () => {
    const mesh = shop();
    const refusal = mesh.refusal(create({ payments: "3.0.0" }, { avoid: [{ service: "checkout", version: "2.0.0" }] }));
    expect(refusal.code).toBe("plan.impossible");
    expect(mesh.refusal(create(TO_NEW, { avoid: [{ service: "checkout", version: "2.0.0" }] }))).toMatchObject({
      code: "plan.impossible",
      problems: [{ path: "avoid", fix: "Leave it out of one of the two." }],
    });
    expect(mesh.refusal(create(TO_NEW, { avoid: [{ service: "nope", version: "1.0.0" }] }))).toMatchObject({
      problems: [{ path: "avoid.0.service" }],
    });
  });
});

describe("verbs", () => {
  test("a plan that nobody made is unknown", () => {
    expect(shop().refusal({ kind: "plan.execute", plan: "plan_1" })).toMatchObject({ code: "plan.unknown", problems: [{ path: "id" }] });
  });

  test("each state refuses what makes no sense in it", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    const { id } = planOf(mesh);
    const refused = (...kinds: readonly ("plan.execute" | "plan.pause" | "plan.resume" | "plan.reverse")[]) => {
      for (const kind of kinds) expect([kind, mesh.refusal({ kind, plan: id }).code]).toEqual([kind, "plan.state"]);
    };
    refused("plan.pause", "plan.resume", "plan.reverse");
    mesh.must({ kind: "plan.execute", plan: id });
    refused("plan.execute", "plan.resume");
    mesh.must({ kind: "plan.pause", plan: id });
    refused("plan.execute", "plan.pause");
    mesh.must({ kind: "plan.resume", plan: id });
    walk(mesh);
    refused("plan.execute", "plan.pause", "plan.resume");
    mesh.must({ kind: "plan.reverse", plan: id });
    refused("plan.resume", "plan.reverse");
    walk(mesh);
    refused("plan.execute", "plan.pause", "plan.resume", "plan.reverse");
  });

  test("a plan on its way back can turn around, and one on its way can turn back", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    const { id } = planOf(mesh);
    mesh.must({ kind: "plan.execute", plan: id });
    mesh.must(advance(mesh));
    mesh.must({ kind: "plan.reverse", plan: id }, { kind: "plan.execute", plan: id });
    expect(planOf(mesh)).toMatchObject({ state: "running", wavesDone: 1 });
    walk(mesh);
    expect(planOf(mesh).state).toBe("done");
  });

  test("one plan moves at a time", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    const first = planOf(mesh).id;
    mesh.must(create({ checkout: "2.0.0" }));
    const second = planOf(mesh).id;
    mesh.must({ kind: "plan.execute", plan: first });
    expect(mesh.refusal({ kind: "plan.execute", plan: second })).toMatchObject({
      code: "plan.busy",
      detail: expect.stringContaining(first),
    });
  });

  test("a plan whose world moved is stale, and one whose proof fell does not hold", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    const { id } = planOf(mesh);
    mesh.must(requiring(mesh, "^2.0.0"));
    expect(mesh.refusal({ kind: "plan.execute", plan: id })).toMatchObject({
      code: "plan.certificate",
      detail: expect.stringContaining("checkout 2.0.0 must not meet payments 3.0.0."),
    });
    mesh.must(requiring(mesh, ">=2.1.0 <4"));
    mesh.must(split(mesh, "checkout", { "2.0.0": 10_000 }));
    expect(mesh.refusal({ kind: "plan.execute", plan: id })).toMatchObject({
      code: "plan.stale",
      detail: expect.stringContaining("checkout stands at 2.0.0, the plan goes on from 1.4.0"),
    });
  });

  test("a version that is left behind may go: that stops the way back, not the way on", () => {
    const mesh = shop();
    mesh.must(split(mesh, "payments", { "2.3.0": 7_500, "2.4.0": 2_500 }), create(TO_NEW));
    const { id } = planOf(mesh);
    const remove = (service: string, version: string) => {
      for (const instance of mesh.service(service).staticInstances.values())
        if (instance.version === version) mesh.must({ kind: "instance.remove", service, id: instance.id });
      mesh.must({ kind: "version.remove", service, rev: mesh.rev(service), version });
    };
    mesh.must({ kind: "plan.execute", plan: id });
    mesh.must(advance(mesh));
    remove("checkout", "1.4.0");
    expect(mesh.refusal({ kind: "plan.reverse", plan: id })).toMatchObject({
      code: "plan.stale",
      detail: "checkout 1.4.0 is not registered any more.",
    });
    walk(mesh);
    expect(planOf(mesh).state).toBe("done");
  });

  test("a way back to a version of a split that is not registered any more is not begun", () => {
    const mesh = shop();
    mesh.must(split(mesh, "payments", { "2.3.0": 7_500, "2.4.0": 2_500 }), create(TO_NEW));
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
    walk(mesh);
    for (const instance of mesh.service("payments").staticInstances.values())
      if (instance.version === "2.4.0") mesh.must({ kind: "instance.remove", service: "payments", id: instance.id });
    mesh.must({ kind: "version.remove", service: "payments", rev: mesh.rev("payments"), version: "2.4.0" });
    expect(mesh.refusal({ kind: "plan.reverse", plan: planOf(mesh).id })).toMatchObject({
      code: "plan.stale",
      detail: "payments 2.4.0 is not registered any more.",
    });
  });

  test("a proof that falls on the way stops the next wave", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
    mesh.must(advance(mesh));
    mesh.must(requiring(mesh, "^2.0.0"));
    expect(mesh.refusal(advance(mesh))).toMatchObject({
      code: "plan.certificate",
      detail: expect.stringContaining("Wave 2: checkout 2.0.0 must not meet payments 3.0.0."),
    });
  });

  test("a proof that falls while a plan is paused keeps it from going on", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    const { id } = planOf(mesh);
    mesh.must({ kind: "plan.execute", plan: id }, advance(mesh), { kind: "plan.pause", plan: id });
    mesh.must(requiring(mesh, "^2.0.0"));
    expect(mesh.refusal({ kind: "plan.resume", plan: id })).toMatchObject({
      code: "plan.certificate",
      detail: expect.stringContaining("Wave 2: checkout 2.0.0 must not meet payments 3.0.0."),
    });
    mesh.must(requiring(mesh, ">=2.1.0 <4"), { kind: "plan.resume", plan: id });
  });

  test("a way back over a pair that does not work any more is not begun", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    const { id } = planOf(mesh);
    mesh.must({ kind: "plan.execute", plan: id });
    walk(mesh);
    mesh.must(requiring(mesh, "^3.0.0"));
    expect(mesh.refusal({ kind: "plan.reverse", plan: id })).toMatchObject({
      code: "plan.certificate",
      detail: expect.stringContaining("Wave 2: checkout 2.0.0 must not meet payments 2.3.0."),
    });
    mesh.must(requiring(mesh, ">=2.1.0 <4"), { kind: "plan.reverse", plan: id });
  });

  test("past the point of no return there is no way back, and before it the way back says where it ends", () => {
    const mesh = shop();
    const state = { service: "payments", version: "2.3.0" };
    mesh.must({
      kind: "evidence.record",
      constraint: "state",
      consumer: state,
      provider: { service: "payments", version: "3.0.0" },
      verdict: "incompatible",
      reason: "3.0.0 writes amounts that 2.3.0 cannot read",
    });
    mesh.must(create(TO_NEW));
    expect(planOf(mesh).waves[1]?.steps[0]).toMatchObject({ reversible: false, irreversible: expect.stringContaining("2.3.0") });
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
    walk(mesh);
    expect(mesh.refusal({ kind: "plan.reverse", plan: planOf(mesh).id })).toMatchObject({ code: "plan.no-way-back" });
  });
});

describe("a manual change", () => {
  test("of a service in a running plan pauses it in the very same change, and says who", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    const { id } = planOf(mesh);
    mesh.must({ kind: "plan.execute", plan: id });
    mesh.must(advance(mesh));
    const change = mesh.must(split(mesh, "checkout", { "1.4.0": 1_000, "2.0.0": 9_000 }));
    expect(change.events.map(({ kind }) => kind)).toEqual(["weights-set", "plan-moved"]);
    expect(planOf(mesh)).toMatchObject({ state: "paused", pausedBecause: "anna changed checkout by hand (split.set).", wavesDone: 1 });
    expect(mesh.refusal({ kind: "plan.resume", plan: id }).code).toBe("plan.stale");
    mesh.must({ kind: "undo", change: change.id });
    mesh.must({ kind: "plan.resume", plan: id });
    walk(mesh);
    expect(planOf(mesh).state).toBe("done");
  });

  test("that is undone leaves it paused, and says so", () => {
    const mesh = shop();
    mesh.must(create(TO_NEW));
    const { id } = planOf(mesh);
    mesh.must({ kind: "plan.execute", plan: id });
    mesh.must(advance(mesh));
    const changes = [{ kind: "split", service: "checkout", rev: mesh.rev("checkout"), weights: { "1.4.0": 1_000, "2.0.0": 9_000 } }];
    const change = mesh.must({ kind: "change-set", changes });
    expect(change.after).toMatchObject({ [id]: { state: "paused" } });
    const undo = mesh.dryRun({ kind: "undo", change: change.id });
    if (!undo.ok || undo.value === null) throw new Error("refused");
    expect(undo.value).toMatchObject({
      after: { checkout: { "2.0.0": 10_000 } },
      notes: [`${id} stays paused: resume it where it is to go on.`],
    });
    expect(undo.value.after).not.toHaveProperty(id);
    expect(undo.value.state.plans.get(id)?.state).toBe("paused");
  });

  test("of another service leaves it alone", () => {
    const mesh = shop();
    mesh.must(...registered("gift", { "1.0.0": {}, "1.1.0": {} }), create(TO_NEW));
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id }, split(mesh, "gift", { "1.1.0": 10_000 }));
    expect(planOf(mesh).state).toBe("running");
  });
});

describe("a lane", () => {
  test("moves versions that only work in pairs by rules, splits, and no rules; and back", () => {
    const mesh = twins();
    mesh.must(create({ a: "2.0.0", b: "2.0.0" }));
    expect(planOf(mesh).waves.map(({ kind }) => kind)).toEqual(["lane"]);
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
    expect(mesh.must(advance(mesh)).events.map(({ kind }) => kind)).toEqual(["rules-set", "rules-set", "plan-moved"]);
    expect(mesh.must(advance(mesh)).events.map(({ kind }) => kind)).toEqual(["weights-set", "weights-set", "plan-moved"]);
    expect(mesh.must(advance(mesh)).events.map(({ kind }) => kind)).toEqual(["rules-set", "rules-set", "plan-moved"]);
    walk(mesh);
    expect([mesh.weights("a"), mesh.weights("b"), mesh.service("a").rules]).toEqual([{ "2.0.0": 10_000 }, { "2.0.0": 10_000 }, []]);
    mesh.must({ kind: "plan.reverse", plan: planOf(mesh).id });
    walk(mesh);
    expect([mesh.weights("a"), mesh.weights("b"), mesh.service("b").rules]).toEqual([{ "1.0.0": 10_000 }, { "1.0.0": 10_000 }, []]);
  });
});
