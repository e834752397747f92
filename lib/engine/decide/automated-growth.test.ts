import { expect, test } from "vitest";
import type { Command } from "../../model/index.ts";
import { command, TEST_AUTHOR } from "../../testing/index.ts";
import { foldChange } from "../fold.ts";
import { type DecideMesh, shop } from "./decide-mesh.fixture.ts";
import { decide } from "./index.ts";

type Plain = Parameters<typeof command>[0];

/** A mesh that asks for a second person from a press held down on. */
function careful(): DecideMesh {
  const mesh = shop();
  mesh.must({ kind: "governance.set", rev: 0, secondPersonFrom: "hold" });
  return mesh;
}

const shift = (weights: Readonly<Record<string, number>>) => ({ kind: "shift", service: "payments", weights });

function policy(action: object, more: object = {}): Plain {
  const trigger = { schedule: "0 3 * * *" };
  const written = { name: "At night", kind: "automation", enabled: true, trigger, actions: [action], ...more };
  return { kind: "automation.set", id: null, rev: null, policy: written };
}

function as(mesh: DecideMesh, author: string, plain: Plain, approval?: string) {
  const context = { ...mesh.context(), author: { ...TEST_AUTHOR, author }, ...(approval === undefined ? {} : { approval }) };
  const decided = decide(context, command(plain) as Command);
  if (decided.ok && decided.value !== null)
    mesh.state = foldChange(mesh.state, { ...context.place, at: context.nowIso, author, events: decided.value.events });
  return decided.ok ? (decided.value?.subject ?? "nothing") : decided.error.code;
}

test("a policy that may send requests to a newer version takes the second person when it is set", () => {
  const mesh = careful();
  const wanted = policy(shift({ "2.4.0": 10_000 }));
  expect(mesh.refusal(wanted)).toMatchObject({
    code: "approval.required",
    detail: expect.stringContaining('The policy "At night" may send 100 % of the requests to payments to newer versions by itself.'),
  });
  expect(mesh.refusal(policy({ kind: "drain", service: "payments", version: "2.3.0" })).code).toBe("approval.required");
  const request = { method: "POST", path: "/api/v1/policies", ifMatch: null, body: null };
  const id = as(mesh, "anna", { kind: "approval.request", command: command(wanted), request });
  expect(as(mesh, "ben", { kind: "approval.decide", id, verdict: "approved" })).toBe(id);
  expect(as(mesh, "anna", wanted, id)).toBe("At night");
  expect(mesh.state.approvals.get(id)?.state).toBe("used");
});

test("a policy that leads to the oldest version, moves little, is switched off or moves nothing takes none", () => {
  const mesh = careful();
  expect(mesh.dryRun(policy(shift({ "2.3.0": 10_000 }))).ok).toBe(true);
  expect(mesh.dryRun(policy(shift({ "2.3.0": 9_000, "2.4.0": 1_000 }))).ok).toBe(true);
  expect(mesh.dryRun(policy(shift({ "2.4.0": 10_000 }), { enabled: false })).ok).toBe(true);
  expect(mesh.dryRun(policy({ kind: "rollback", service: "payments" })).ok).toBe(true);
  expect(shop().dryRun(policy(shift({ "2.4.0": 10_000 }))).ok).toBe(true);
});

test("a version that is named before it is registered takes the second person as well", () => {
  const mesh = careful();
  expect(mesh.refusal(policy(shift({ "9.0.0": 10_000 }))).code).toBe("approval.required");
  const anywhere = policy({ kind: "shift", weights: { "9.0.0": 10_000 } }, { trigger: { event: "version.register" } });
  expect(mesh.refusal(anywhere).code).toBe("approval.required");
  expect(mesh.refusal(policy({ kind: "drain", service: "payments", version: "2.2.0" })).code).toBe("approval.required");
});

test("switching it on takes the second person, by an undo alike; giving it another name does not", () => {
  const mesh = shop();
  const wanted = policy(shift({ "2.4.0": 10_000 }));
  mesh.must(wanted);
  const [set] = mesh.state.policies.values();
  const change = (more: object): Plain => ({ ...policy(shift({ "2.4.0": 10_000 }), more), id: set?.id, rev: set?.rev });
  mesh.must({ kind: "governance.set", rev: 0, secondPersonFrom: "hold" });
  expect(mesh.dryRun(change({ name: "Late" })).ok).toBe(true);
  const off = mesh.must(change({ enabled: false }));
  expect(mesh.refusal({ ...change({}), rev: (set?.rev ?? 0) + 1 }).code).toBe("approval.required");
  expect(mesh.refusal({ kind: "undo", change: off.id }).code).toBe("approval.required");
});
