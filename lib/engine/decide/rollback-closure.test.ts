import { describe, expect, test } from "vitest";
import { shop } from "./decide-mesh.fixture.ts";
import { create, planOf, TO_NEW, walk } from "./plan-mesh.fixture.ts";
import { rollbackClosure, withClosure } from "./rollback-closure.ts";

/** The shop after both services have moved. */
function newShop() {
  const mesh = shop();
  mesh.must(create(TO_NEW));
  mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
  walk(mesh);
  return mesh;
}

const steps = ["1 payments 3.0.0 → 2.3.0", "2 checkout 2.0.0 → 1.4.0"];

describe("the closure of a rollback", () => {
  test("comes with the refusal of a rollback that cannot be made alone: what must move, in which order", () => {
    const mesh = newShop();
    const refused = mesh.refusal({ kind: "rollback", service: "checkout", rev: mesh.rev("checkout") });
    const refusal = withClosure(refused, rollbackClosure(mesh.context(), "checkout"));
    expect(refusal.code).toBe("compatibility.refused");
    expect(refusal.closure?.steps.map(({ from, service, to, wave }) => `${wave} ${service} ${from} → ${to}`)).toEqual(steps);
    expect(refusal.closure).toMatchObject({ service: "checkout", to: "1.4.0" });
  });

  test("can be carried out as a plan", () => {
    const mesh = newShop();
    mesh.must({ kind: "plan.create", target: {}, rollback: { service: "checkout" }, avoid: [], prefer: "steps" });
    const moves = planOf(mesh).waves.flatMap((wave, index) =>
      wave.steps.map((step) => `${index + 1} ${step.service} ${step.from} → ${step.to}`),
    );
    expect(moves).toEqual(steps);
    mesh.must({ kind: "plan.execute", plan: planOf(mesh).id });
    walk(mesh);
    expect([mesh.weights("checkout"), mesh.weights("payments")]).toEqual([{ "1.4.0": 10_000 }, { "2.3.0": 10_000 }]);
  });

  test("is the service alone where nothing else has to move, and nothing where it is there already", () => {
    const mesh = newShop();
    const alone = rollbackClosure(mesh.context(), "payments");
    expect(alone).toMatchObject({ ok: true, value: { steps: [{ wave: 1, service: "payments", to: "2.3.0" }] } });
    const there = mesh.dryRun({ kind: "rollback", service: "payments", rev: mesh.rev("payments"), to: "3.0.0" });
    expect(there).toMatchObject({ ok: false, error: { code: "rollback.nothing" } });
    expect(rollbackClosure(shop().context(), "checkout", undefined)).toMatchObject({ ok: false, error: { code: "rollback.nothing" } });
  });

  test("goes around a version that cannot read what was stored, and says so where none can", () => {
    const mesh = newShop();
    const cannotRead = (version: string) =>
      ({
        kind: "evidence.record",
        constraint: "state",
        consumer: { service: "payments", version },
        provider: { service: "payments", version: "3.0.0" },
        verdict: "incompatible",
        reason: "3.0.0 writes amounts that it cannot read",
      }) as const;
    mesh.must(cannotRead("2.3.0"));
    expect(rollbackClosure(mesh.context(), "payments")).toMatchObject({ ok: true, value: { steps: [{ to: "2.4.0" }, { to: "2.3.0" }] } });
    mesh.must(cannotRead("2.4.0"));
    expect(rollbackClosure(mesh.context(), "payments")).toMatchObject({ ok: false, error: { code: "plan.impossible" } });
  });

  test("names unknown services and versions, and refuses a target beside a rollback", () => {
    const mesh = newShop();
    const plan = (rollback: object, target: object = {}) =>
      mesh.refusal({ kind: "plan.create", target, rollback, avoid: [], prefer: "steps" });
    expect(plan({ service: "nope" })).toMatchObject({ code: "service.unknown", problems: [{ path: "rollback.service" }] });
    expect(plan({ service: "checkout", to: "9.0.0" })).toMatchObject({ code: "version.unknown", problems: [{ path: "rollback.to" }] });
    expect(plan({ service: "checkout" }, TO_NEW)).toMatchObject({ code: "plan.target" });
  });
});
