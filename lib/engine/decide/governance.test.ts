import { describe, expect, test } from "vitest";
import type { Command } from "../../model/index.ts";
import { command, TEST_AUTHOR } from "../../testing/index.ts";
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

  test("that holds is not ended, shortened or narrowed without a reason", () => {
    const mesh = frozen();
    const known = mesh.state.freezes.get("sale");
    if (known === undefined) throw new Error("no freeze");
    const reasoned = { ...mesh.context(), author: { ...TEST_AUTHOR, reason: "a fix has to go out" } };
    const silent = { ...mesh.context(), author: { ...TEST_AUTHOR, reason: " " } };
    const { from, name, until, weekly } = known;
    const whole = { kind: "freeze.set", id: "sale", rev: 1, name, from, until, weekly, services: [] } as const;
    const looser = [
      { kind: "freeze.remove", id: "sale", rev: 1 },
      { ...whole, until: new Date(mesh.nowMs + 60_000).toISOString() },
      { ...whole, services: ["payments"] },
    ] as const;
    for (const plain of looser) {
      expect(decide(silent, command(plain) as Command)).toMatchObject({
        error: { code: "freeze.invalid", problems: [{ path: "reason" }] },
      });
      expect(decide(reasoned, command(plain) as Command).ok).toBe(true);
    }
    const longer = { ...whole, until: new Date(mesh.nowMs + 9 * HOUR).toISOString() };
    expect(decide(silent, command(longer) as Command).ok).toBe(true);
  });

  test("that is over is made, and said to hold nothing", () => {
    const mesh = shop();
    const times = { from: "2025-01-01T00:00:00Z", until: "2025-01-02T00:00:00Z", services: [] };
    const made = mesh.dryRun({ kind: "freeze.set", id: "old", rev: 0, name: "Old", weekly: false, ...times });
    expect(made).toMatchObject({
      ok: true,
      value: { notes: [expect.stringContaining("It ended at 2025-01-02T00:00:00.000Z: it holds nothing.")] },
    });
    const again = mesh.dryRun({ kind: "freeze.set", id: "old", rev: 0, name: "Old", weekly: true, ...times });
    expect(again).toMatchObject({ ok: true, value: { notes: [] } });
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
    mesh.must(move(mesh, "2.3.0", "registered", { sunset: "2027-02-01T00:00:00Z" }));
    expect(mesh.state.lifecycles.get("payments@2.3.0")).toMatchObject({
      next: { stage: "deprecated", at },
      sunset: "2027-02-01T00:00:00.000Z",
    });
    mesh.must(move(mesh, "2.3.0", "registered", { at: null }));
    expect(mesh.state.lifecycles.get("payments@2.3.0")).not.toHaveProperty("next");
    mesh.must(move(mesh, "2.3.0", "deprecated", { at }));
    mesh.must(move(mesh, "2.3.0", "stable"));
    expect(mesh.state.lifecycles.get("payments@2.3.0")).not.toHaveProperty("next");
    expect(mesh.state.lifecycles.get("payments@2.3.0")).toHaveProperty("sunset");
    expect(mesh.refusal(move(mesh, "2.3.0", "deprecated", { at: "2020-01-01T00:00:00Z", sunset: "soon" })).problems).toMatchObject([
      { path: "at", code: "lifecycle.invalid" },
      { path: "sunset", code: "lifecycle.invalid" },
    ]);
  });

  test("that an event has moved is not taken back by what was scheduled, and goes on to what leads further", () => {
    const mesh = shop();
    const at = new Date(mesh.nowMs + HOUR).toISOString();
    const succeeded = { rev: null, cause: "event" };
    mesh.must(move(mesh, "2.3.0", "canary", { at }), move(mesh, "2.3.0", "stable", succeeded));
    expect(mesh.state.lifecycles.get("payments@2.3.0")).toMatchObject({ stage: "stable" });
    expect(mesh.state.lifecycles.get("payments@2.3.0")).not.toHaveProperty("next");
    mesh.must(move(mesh, "2.4.0", "deprecated", { at }), move(mesh, "2.4.0", "stable", succeeded));
    expect(mesh.state.lifecycles.get("payments@2.4.0")).toMatchObject({ stage: "stable", next: { stage: "deprecated", at } });
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
