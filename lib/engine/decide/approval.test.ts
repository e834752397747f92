import { describe, expect, test } from "vitest";
import type { Change, Command } from "../../model/index.ts";
import { command, TEST_AUTHOR } from "../../testing/index.ts";
import { foldChange } from "../fold.ts";
import { type DecideMesh, shop } from "./decide-mesh.fixture.ts";
import { decide } from "./index.ts";

type Plain = Parameters<typeof command>[0];

const HOUR = 3_600_000;

const split = (mesh: DecideMesh, weights: Readonly<Record<string, number>>): Plain => ({
  kind: "split.set",
  service: "payments",
  rev: mesh.rev("payments"),
  weights,
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
