import { expect, test } from "vitest";
import type { PolicyInput } from "../../model/index.ts";
import { shop } from "./decide-mesh.fixture.ts";

const BACK: PolicyInput = {
  name: "Back",
  kind: "automation",
  enabled: true,
  trigger: { event: "split.set" },
  actions: [{ kind: "rollback", service: "payments" }],
};
const FORTH: PolicyInput = {
  ...BACK,
  name: "Forth",
  trigger: { event: "rollback" },
  actions: [{ kind: "shift", service: "payments", weights: { "2.3.0": 10_000 } }],
};

function meshWith(...policies: readonly PolicyInput[]) {
  const mesh = shop();
  const add = (policy: PolicyInput) => {
    const change = mesh.must({ kind: "automation.set", id: null, rev: null, policy });
    return { change: change.id, id: [...mesh.state.policies.keys()].at(-1) ?? "" };
  };
  return { mesh, add, set: policies.map(add) };
}

test("an undo brings no policy back that closes a loop by now, or whose name another one has", () => {
  const { add, mesh, set } = meshWith(BACK);
  const removed = mesh.must({ kind: "automation.remove", id: set[0]?.id, rev: 1 });
  const forth = add(FORTH);
  expect(mesh.refusal({ kind: "undo", change: removed.id })).toMatchObject({
    code: "automation.loop",
    problems: [{ path: "id", detail: expect.stringContaining("It would close a loop") }],
  });
  mesh.must({ kind: "automation.remove", id: forth.id, rev: 1 });
  add({ ...FORTH, name: "Back" });
  expect(mesh.refusal({ kind: "undo", change: removed.id }).problems).toMatchObject([{ path: "id", code: "automation.invalid" }]);
});

test("what an undo makes of Interlock's own policies is judged like any other", () => {
  const { add, mesh } = meshWith();
  const readmit = { kind: "automation.set", id: "built-in-readmit", rev: 0 } as const;
  const rule = {
    name: "Re-admit after health",
    kind: "recovery",
    enabled: true,
    trigger: { event: "instance-healthy" },
    guard: { cooldownMs: 30_000 },
    actions: [{ kind: "readmit" }],
  };
  const renamed = mesh.must({ ...readmit, policy: { ...rule, name: "Let back in" } });
  add({ ...BACK, name: "Re-admit after health" });
  expect(mesh.refusal({ kind: "undo", change: renamed.id }).problems).toMatchObject([{ path: "id" }]);
});

test("a policy that names what is gone is switched off, and not switched on again", () => {
  const { add, mesh } = meshWith();
  mesh.must({ kind: "service.register", service: "old", hosts: [] });
  const rule: PolicyInput = {
    name: "Errors of old",
    kind: "alert",
    enabled: true,
    trigger: { metric: "error-rate(old)", above: 0.1, forMs: 0 },
    actions: [{ kind: "alert", severity: "critical" }],
  };
  const { id } = add(rule);
  mesh.must({ kind: "service.remove", service: "old", rev: mesh.rev("old") });
  expect(mesh.refusal({ kind: "automation.set", id, rev: 1, policy: { ...rule, enabled: false, name: "Old" } }).code).toBe(
    "metric.unknown",
  );
  const off = mesh.must({ kind: "automation.set", id, rev: 1, policy: { ...rule, enabled: false } });
  expect(mesh.state.policies.get(id)?.enabled).toBe(false);
  expect(mesh.refusal({ kind: "automation.set", id, rev: 2, policy: rule }).code).toBe("metric.unknown");
  expect(mesh.refusal({ kind: "undo", change: off.id }).code).toBe("metric.unknown");
});
