import { describe, expect, test } from "vitest";
import type { Change, Command } from "../../model/index.ts";
import { command, TEST_AUTHOR } from "../../testing/index.ts";
import { foldChange } from "../fold.ts";
import { type DecideMesh, shop } from "./decide-mesh.fixture.ts";
import { decide } from "./index.ts";

type Plain = Parameters<typeof command>[0];

const HOUR = 3_600_000;

/** payments at 2.3.0, with all services frozen for an hour from now on. */
function frozen(services: readonly string[] = []): DecideMesh {
  const mesh = shop();
  const [from, until] = [mesh.nowMs - HOUR, mesh.nowMs + HOUR].map((ms) => new Date(ms).toISOString());
  mesh.must({ kind: "freeze.set", id: "sale", rev: 0, name: "Big sale", from, until, weekly: false, services });
  return mesh;
}

const split = (mesh: DecideMesh, weights: Readonly<Record<string, number>>): Plain => ({
  kind: "split.set",
  service: "payments",
  rev: mesh.rev("payments"),
  weights,
});

describe("a freeze", () => {
  test("refuses a newer version more requests, and names itself, its end and what goes through", () => {
    const mesh = frozen();
    const until = new Date(Date.parse(mesh.state.freezes.get("sale")?.until ?? "")).toISOString();
    expect(mesh.refusal(split(mesh, { "2.3.0": 9_000, "2.4.0": 1_000 }))).toMatchObject({
      code: "freeze.active",
      problems: [
        {
          path: "weights.2.4.0",
          detail: `The freeze "Big sale" holds payments until ${until}: 2.4.0 gets no more requests before.`,
          fix: expect.stringMatching(/interlock freeze remove sale.*Rollbacks, aborts and moves to older versions go through/),
        },
      ],
    });
  });

  test("holds change sets, manifests, route rules and plans alike", () => {
    const mesh = frozen();
    const weights = { "2.3.0": 9_000, "2.4.0": 1_000 };
    const item = { kind: "split", service: "payments", rev: mesh.rev("payments"), weights };
    expect(mesh.refusal({ kind: "change-set", changes: [item] }).code).toBe("freeze.active");
    expect(mesh.refusal({ kind: "manifest.apply", services: { payments: { split: { weights } } }, prune: false }).code).toBe(
      "freeze.active",
    );
    const rules = [{ matches: [{ headers: [{ name: "x-beta", type: "Exact", value: "1" }] }], split: { weights: { "2.4.0": 10_000 } } }];
    expect(mesh.refusal({ kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules }).code).toBe("freeze.active");
    const plan = mesh.must({ kind: "plan.create", target: { payments: "2.4.0" }, avoid: [], prefer: "steps" });
    expect(mesh.refusal({ kind: "plan.execute", plan: plan.subject }).code).toBe("freeze.active");
  });

  test("lets rollbacks, weights that go down and the undo of a raise through, and not the undo of a rollback", () => {
    const mesh = shop();
    mesh.must(split(mesh, { "2.3.0": 5_000, "2.4.0": 5_000 }));
    const raise = mesh.must(split(mesh, { "2.3.0": 2_000, "2.4.0": 8_000 }));
    const [from, until] = [mesh.nowMs - HOUR, mesh.nowMs + HOUR].map((ms) => new Date(ms).toISOString());
    mesh.must({ kind: "freeze.set", id: "sale", rev: 0, name: "Big sale", from, until, weekly: false, services: [] });
    expect(mesh.dryRun({ kind: "undo", change: raise.id }).ok).toBe(true);
    expect(mesh.dryRun({ kind: "rollback", service: "payments", rev: mesh.rev("payments") }).ok).toBe(true);
    const lowered = mesh.must(split(mesh, { "2.3.0": 10_000 }));
    expect(mesh.refusal({ kind: "undo", change: lowered.id }).code).toBe("freeze.active");
  });

  test("of some services leaves the others alone, and is over at its end", () => {
    const mesh = frozen(["checkout"]);
    expect(mesh.dryRun(split(mesh, { "2.3.0": 9_000, "2.4.0": 1_000 })).ok).toBe(true);
    const all = frozen();
    all.nowMs += 2 * HOUR;
    expect(all.dryRun(split(all, { "2.3.0": 9_000, "2.4.0": 1_000 })).ok).toBe(true);
  });

  test("holds no first version: nobody was served before", () => {
    const mesh = frozen();
    mesh.must(
      { kind: "service.register", service: "search", hosts: [] },
      { kind: "version.register", service: "search", version: "1.0.0", requirements: {} },
    );
    expect(mesh.weights("search")).toEqual({ "1.0.0": 10_000 });
  });

  test("is changed only by who saw it as it is, and its rev never comes again", () => {
    const mesh = frozen();
    const known = mesh.state.freezes.get("sale");
    const again = { kind: "freeze.set", id: "sale", ...known, name: "Other" } as const;
    expect(mesh.refusal({ ...again, rev: 0 })).toMatchObject({ code: "precondition.failed", current: { rev: 1 } });
    const changed = mesh.must({ ...again, rev: 1 });
    mesh.must({ kind: "undo", change: changed.id });
    expect(mesh.state.freezes.get("sale")).toMatchObject({ name: "Big sale", rev: 3 });
  });

  test("says every problem of its input", () => {
    const { problems } = shop().refusal({
      kind: "freeze.set",
      id: "Big Sale!",
      rev: 0,
      name: "",
      from: "now",
      until: "2026-01-01T00:00:00Z",
      weekly: false,
      services: ["checkout", "nosuch"],
    });
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "freeze.invalid id",
      "freeze.invalid name",
      "freeze.invalid from",
      "freeze.invalid services.1",
    ]);
  });
});

describe("a lifecycle", () => {
  const move = (mesh: DecideMesh, version: string, stage: string, more = {}): Plain => ({
    kind: "lifecycle.set",
    service: "payments",
    version,
    rev: mesh.rev("payments"),
    stage,
    cause: "operator",
    ...more,
  });

  test("counts as the version: a move makes older revs stale", () => {
    const mesh = shop();
    const rev = mesh.rev("payments");
    mesh.must(move(mesh, "2.4.0", "verified"));
    expect(mesh.rev("payments")).toBe(rev + 1);
    expect(mesh.refusal({ ...move(mesh, "2.4.0", "canary"), rev })).toMatchObject({ code: "precondition.failed" });
  });

  test("goes back by hand, but not out of retired, unless the move itself is undone", () => {
    const mesh = shop();
    mesh.must(move(mesh, "2.4.0", "stable"));
    mesh.must(move(mesh, "2.4.0", "canary"));
    const retired = mesh.must(move(mesh, "2.4.0", "retired"));
    expect(mesh.refusal(move(mesh, "2.4.0", "stable"))).toMatchObject({ code: "lifecycle.retired" });
    mesh.must({ kind: "undo", change: retired.id });
    expect(mesh.state.lifecycles.get("payments@2.4.0")).toMatchObject({ stage: "canary" });
  });

  test("ends in retired only without requests, and gets none afterwards, by no way", () => {
    const mesh = shop();
    expect(mesh.refusal(move(mesh, "2.3.0", "retired"))).toMatchObject({ code: "version.live" });
    mesh.must(move(mesh, "2.4.0", "retired"));
    const weights = { "2.3.0": 9_000, "2.4.0": 1_000 };
    expect(mesh.refusal(split(mesh, weights))).toMatchObject({ code: "lifecycle.retired", problems: [{ path: "weights.2.4.0" }] });
    expect(mesh.refusal({ kind: "rollback", service: "payments", rev: mesh.rev("payments"), to: "2.4.0" }).code).toBe("lifecycle.retired");
  });

  test("does not come back to retired by an undo while the version gets requests", () => {
    const mesh = shop();
    const undone = mesh.must({ kind: "undo", change: mesh.must(move(mesh, "2.4.0", "retired")).id });
    const raised = mesh.must(split(mesh, { "2.4.0": 10_000 }));
    expect(mesh.refusal({ kind: "undo", change: undone.id })).toMatchObject({ code: "version.live", problems: [{ path: "id" }] });
    mesh.must({ kind: "undo", change: raised.id });
    mesh.must({ kind: "undo", change: undone.id });
    expect(mesh.state.lifecycles.get("payments@2.4.0")).toMatchObject({ stage: "retired" });
  });

  test("keeps a schedule and a sunset until it is moved by hand, and takes no times that are past", () => {
    const mesh = shop();
    const at = new Date(mesh.nowMs + HOUR).toISOString();
    mesh.must(move(mesh, "2.3.0", "deprecated", { at, sunset: "2027-01-01T00:00:00Z" }));
    expect(mesh.state.lifecycles.get("payments@2.3.0")).toMatchObject({
      stage: "registered",
      next: { stage: "deprecated", at },
      sunset: "2027-01-01T00:00:00.000Z",
    });
    mesh.must(move(mesh, "2.3.0", "stable"));
    expect(mesh.state.lifecycles.get("payments@2.3.0")).not.toHaveProperty("next");
    expect(mesh.state.lifecycles.get("payments@2.3.0")).toHaveProperty("sunset");
    expect(mesh.refusal(move(mesh, "2.3.0", "deprecated", { at: "2020-01-01T00:00:00Z", sunset: "soon" })).problems).toMatchObject([
      { path: "at", code: "lifecycle.invalid" },
      { path: "sunset", code: "lifecycle.invalid" },
    ]);
  });

  test("comes back with its version when a removal is undone", () => {
    const mesh = shop();
    mesh.must(move(mesh, "2.4.0", "deprecated"));
    const id = [...mesh.service("payments").staticInstances.values()].find(({ version }) => version === "2.4.0")?.id;
    mesh.must({ kind: "instance.remove", service: "payments", id });
    const removed = mesh.must({ kind: "version.remove", service: "payments", rev: mesh.rev("payments"), version: "2.4.0" });
    expect(mesh.state.lifecycles.has("payments@2.4.0")).toBe(false);
    mesh.must({ kind: "undo", change: removed.id });
    expect(mesh.state.lifecycles.get("payments@2.4.0")).toMatchObject({ stage: "deprecated" });
  });
});

describe("a build number", () => {
  test("is unique within its service, and absent where left out", () => {
    const mesh = shop();
    mesh.must({ kind: "version.register", service: "payments", version: "3.1.0", requirements: {}, build: 41 });
    expect(mesh.refusal({ kind: "version.register", service: "payments", version: "3.2.0", requirements: {}, build: 41 })).toMatchObject({
      code: "version.build-taken",
      problems: [{ path: "build", detail: "Build 41 of payments is version 3.1.0.", fix: "Give another number: 42 is free." }],
    });
    const versions = { "2.4.0": { build: 7 }, "2.3.0": { build: 7 } };
    expect(mesh.refusal({ kind: "manifest.apply", services: { payments: { versions } }, prune: false }).problems).toMatchObject([
      { code: "version.build-taken" },
      { code: "version.build-taken" },
    ]);
    const update = { kind: "version.update", service: "payments", version: "3.1.0", rev: mesh.rev("payments"), capacityRps: 5 } as const;
    mesh.must(update);
    expect(mesh.service("payments").versions.get("3.1.0" as never)).toMatchObject({ build: 41, capacityRps: 5 });
    expect(mesh.refusal({ kind: "version.register", service: "payments", version: "3.2.0", requirements: {}, build: 1.5 })).toMatchObject({
      code: "input.invalid",
    });
  });

  test("that another version has taken does not come back with an undo", () => {
    const mesh = shop();
    mesh.must({ kind: "version.register", service: "payments", version: "3.1.0", requirements: {}, build: 41 });
    const removal = mesh.must({ kind: "version.remove", service: "payments", rev: mesh.rev("payments"), version: "3.1.0" });
    const twin = mesh.must({ kind: "version.register", service: "payments", version: "3.2.0", requirements: {}, build: 41 });
    expect(mesh.refusal({ kind: "undo", change: removal.id })).toMatchObject({
      code: "version.build-taken",
      problems: [{ path: "id", detail: "Build 41 of payments is version 3.2.0." }],
    });
    mesh.must({ kind: "undo", change: twin.id }, { kind: "undo", change: removal.id });
  });
});

describe("an approval", () => {
  const REQUEST = { method: "PUT", path: "/api/v1/services/payments/split", ifMatch: 0, body: null };

  /** A mesh that asks for a second person from a press held down on. */
  function careful(): DecideMesh {
    const mesh = shop();
    mesh.must({ kind: "governance.set", rev: 0, secondPersonFrom: "hold" });
    return mesh;
  }

  function as(mesh: DecideMesh, author: string, plain: Plain, approval?: string) {
    const context = { ...mesh.context(), author: { ...TEST_AUTHOR, author }, ...(approval === undefined ? {} : { approval }) };
    const decided = decide(context, command(plain) as Command);
    if (decided.ok && decided.value !== null) {
      const { state: _, notes: __, risk: ___, ...facts } = decided.value;
      const change = { ...context.place, at: context.nowIso, ...context.author, ...facts } as unknown as Change;
      mesh.state = foldChange(mesh.state, change);
      mesh.changes.push(change);
      mesh.nowMs += 1_000;
    }
    return decided;
  }

  const shift = (mesh: DecideMesh) => split(mesh, { "2.3.0": 1_000, "2.4.0": 9_000 });

  function asked(mesh: DecideMesh): string {
    const made = as(mesh, "anna", { kind: "approval.request", command: command(shift(mesh)), request: REQUEST });
    if (!made.ok || made.value === null) throw new Error(JSON.stringify(made));
    return made.value.subject;
  }

  test("is asked for from the risk on that the mesh says, and never on the way back", () => {
    const mesh = careful();
    expect(as(mesh, "anna", shift(mesh))).toMatchObject({ ok: false, error: { code: "approval.required" } });
    expect(as(mesh, "anna", split(mesh, { "2.3.0": 9_500, "2.4.0": 500 }))).toMatchObject({
      ok: true,
      value: { risk: { level: "click" } },
    });
    expect(as(mesh, "anna", { kind: "rollback", service: "payments", rev: mesh.rev("payments") })).toMatchObject({ ok: true });
  });

  test("lets the very change through, once, for whoever asked", () => {
    const mesh = careful();
    const id = asked(mesh);
    expect(mesh.state.approvals.get(id)).toMatchObject({ state: "waiting", risk: { level: "second-person" }, before: { "2.3.0": 10_000 } });
    expect(as(mesh, "Anna ", { kind: "approval.decide", id, verdict: "approved" })).toMatchObject({
      error: { code: "approval.second-person" },
    });
    expect(as(mesh, "anonymous", { kind: "approval.decide", id, verdict: "approved" })).toMatchObject({
      error: { code: "approval.second-person" },
    });
    expect(as(mesh, "anna", shift(mesh), id)).toMatchObject({ error: { code: "approval.state" } });
    expect(as(mesh, "ben", { kind: "approval.decide", id, verdict: "approved" }).ok).toBe(true);
    expect(as(mesh, "carl", shift(mesh), id)).toMatchObject({ error: { code: "approval.second-person" } });
    expect(as(mesh, "anna", shift(mesh), id).ok).toBe(true);
    expect(mesh.state.approvals.get(id)?.state).toBe("used");
    expect(as(mesh, "anna", split(mesh, { "2.4.0": 10_000 }), id)).toMatchObject({ error: { code: "approval.state" } });
  });

  test("stays used when the change that used it is undone", () => {
    const mesh = careful();
    const id = asked(mesh);
    as(mesh, "ben", { kind: "approval.decide", id, verdict: "approved" });
    as(mesh, "anna", shift(mesh), id);
    const change = mesh.changes.at(-1);
    expect(change?.events).toContainEqual(expect.objectContaining({ kind: "approval-set", id }));
    mesh.must({ kind: "undo", change: String(change?.id) });
    expect(mesh.weights("payments")).toEqual({ "2.3.0": 10_000 });
    expect(mesh.state.approvals.get(id)?.state).toBe("used");
  });

  test("does not fit another request, a mesh that moved, or a later hour", () => {
    const mesh = careful();
    const id = asked(mesh);
    as(mesh, "ben", { kind: "approval.decide", id, verdict: "approved" });
    expect(as(mesh, "anna", split(mesh, { "2.4.0": 10_000 }), id)).toMatchObject({ error: { code: "approval.void" } });
    const late = careful();
    const other = asked(late);
    as(late, "ben", { kind: "approval.decide", id: other, verdict: "approved" });
    late.nowMs += 2 * HOUR;
    expect(as(late, "anna", shift(late), other)).toMatchObject({ error: { code: "approval.void" } });
    mesh.must({ kind: "service.update", service: "payments", rev: mesh.rev("payments"), hosts: ["pay.example.com"] });
    expect(as(mesh, "anna", shift(mesh), id)).toMatchObject({ error: { code: "approval.void" } });
  });

  test("of a release does not fit once the strategy that it names was changed", () => {
    const mesh = careful();
    const steps = (...weights: readonly number[]) => ({
      kind: "canary",
      steps: weights.map((weightBp) => ({ weightBp, pauseMs: 600_000 })),
    });
    mesh.must({ kind: "strategy.set", name: "mine", rev: 0, strategy: steps(100, 10_000) });
    const release = { kind: "release.create", service: "payments", version: "2.4.0", start: true, strategy: "mine" } as const;
    const request = { ...REQUEST, method: "POST", path: "/api/v1/releases" };
    const made = as(mesh, "anna", { kind: "approval.request", command: command(release), request });
    const id = made.ok ? (made.value?.subject ?? "") : "";
    expect(as(mesh, "ben", { kind: "approval.decide", id, verdict: "approved" }).ok).toBe(true);
    const asApproved = mesh.state;
    mesh.must({ kind: "strategy.set", name: "mine", rev: 1, strategy: steps(10_000) });
    expect(as(mesh, "anna", release, id)).toMatchObject({ error: { code: "approval.void" } });
    mesh.state = asApproved;
    expect(as(mesh, "anna", release, id)).toMatchObject({ ok: true });
  });

  test("is void once its author asks for another change at the same place", () => {
    const mesh = careful();
    const first = asked(mesh);
    const other = as(mesh, "anna", { kind: "approval.request", command: command(split(mesh, { "2.4.0": 10_000 })), request: REQUEST });
    const id = other.ok ? other.value?.subject : "";
    expect(mesh.state.approvals.get(first)).toMatchObject({ state: "void", because: `${id} took its place.` });
    expect(mesh.state.approvals.get(id ?? "")?.state).toBe("waiting");
  });

  test("is needed to ask for less than is asked for, and not for more", () => {
    const mesh = careful();
    expect(as(mesh, "anna", { kind: "governance.set", rev: 1, secondPersonFrom: "never" })).toMatchObject({
      error: { code: "approval.required" },
    });
    const lone = shop();
    lone.must({ kind: "governance.set", rev: 0, secondPersonFrom: "type" });
    expect(as(lone, "anna", { kind: "governance.set", rev: 1, secondPersonFrom: "hold" }).ok).toBe(true);
  });

  test("is decided by another person, however the name of the first is typed", () => {
    for (const [first, second] of [
      ["Zo\u00eb", "Zoe\u0308"],
      ["anna", "ann\u200ba "],
      ["anna", "\uff21nna"],
    ] as const) {
      const mesh = careful();
      const made = as(mesh, first, { kind: "approval.request", command: command(shift(mesh)), request: REQUEST });
      const id = made.ok && made.value !== null ? made.value.subject : "";
      expect(as(mesh, second, { kind: "approval.decide", id, verdict: "approved" })).toMatchObject({
        error: { code: "approval.second-person" },
      });
    }
  });

  test("keeps no secret of a channel and no environment of a program: neither needs one", () => {
    const mesh = careful();
    const ask = (plain: Plain) => as(mesh, "anna", { kind: "approval.request", command: command(plain), request: REQUEST });
    const target = { kind: "webhook", url: "https://hooks.example.com/x" };
    const channel = { kind: "channel.set", name: "pager", rev: 0, target, secret: "top-secret", topics: ["alerts"] };
    expect(ask({ ...channel, minSeverity: "info", enabled: true } as Plain)).toMatchObject({ error: { code: "approval.state" } });
    expect(ask({ kind: "deployment.restart", service: "payments", version: "2.3.0" })).toMatchObject({ error: { code: "approval.state" } });
  });

  test("is told why it cannot be asked for", () => {
    const mesh = careful();
    const ask = (author: string, more = {}) =>
      as(mesh, author, { kind: "approval.request", command: command(shift(mesh)), request: REQUEST, ...more });
    expect(ask("anonymous")).toMatchObject({ error: { code: "approval.second-person" } });
    expect(ask("anna", { expiresInMs: 1 })).toMatchObject({ error: { problems: [{ path: "expiresInMs" }] } });
    expect(ask("anna", { command: command(split(mesh, { "2.3.0": 10_000 })) })).toMatchObject({ error: { code: "approval.state" } });
    expect(ask("anna", { request: { ...REQUEST, body: "x".repeat(70_000) } })).toMatchObject({ error: { code: "input.too-large" } });
  });
});
