import { describe, expect, test } from "vitest";
import { DecideMesh, registered, shop } from "./decide-mesh.fixture.ts";
import { shareOut } from "./rollback.ts";

function web(): DecideMesh {
  const mesh = new DecideMesh();
  mesh.must(...registered("web", { "1.0.0": {}, "1.1.0": {}, "1.2.0": {} }));
  return mesh;
}

function shift(mesh: DecideMesh, weights: Readonly<Record<string, number>>) {
  return mesh.must({ kind: "split.set", service: "web", rev: mesh.rev("web"), weights });
}

const rollback = (mesh: DecideMesh, to?: string) =>
  ({ kind: "rollback", service: "web", rev: mesh.rev("web"), ...(to === undefined ? {} : { to }) }) as const;

describe("rollback", () => {
  test("restores the split before the last shift, as one change with weights before and after", () => {
    const mesh = web();
    shift(mesh, { "1.0.0": 9_000, "1.1.0": 1_000 });
    shift(mesh, { "1.0.0": 5_000, "1.1.0": 5_000 });
    const change = mesh.must(rollback(mesh));
    expect(change).toMatchObject({
      kind: "rollback",
      before: { "1.0.0": 5_000, "1.1.0": 5_000 },
      after: { "1.0.0": 9_000, "1.1.0": 1_000 },
    });
    expect(mesh.weights("web")).toEqual({ "1.0.0": 9_000, "1.1.0": 1_000 });
    expect(mesh.service("web").weightsHistory.at(-1)?.cause).toBe("rollback");
  });

  test("pressed twice does not go deeper than the last shift", () => {
    const mesh = web();
    shift(mesh, { "1.1.0": 10_000 });
    shift(mesh, { "1.2.0": 10_000 });
    mesh.must(rollback(mesh));
    expect(mesh.refusal(rollback(mesh)).code).toBe("rollback.nothing");
    expect(mesh.weights("web")).toEqual({ "1.1.0": 10_000 });
  });

  test("with a target gives it everything", () => {
    const mesh = web();
    shift(mesh, { "1.1.0": 4_000, "1.2.0": 6_000 });
    mesh.must(rollback(mesh, "1.0.0"));
    expect(mesh.weights("web")).toEqual({ "1.0.0": 10_000 });
  });

  test("moves route rules along that still send to the version rolled away from, and says so", () => {
    const mesh = web();
    shift(mesh, { "1.0.0": 9_000, "1.1.0": 1_000 });
    mesh.must({
      kind: "routes.set",
      service: "web",
      rev: mesh.rev("web"),
      rules: [
        { name: "beta", matches: [{ headers: [{ name: "x-beta", value: "1" }] }], split: { weights: { "1.1.0": 9_999, "1.2.0": 1 } } },
        { name: "lab", matches: [{ path: { type: "Exact", value: "/lab" } }], split: { weights: { "1.2.0": 10_000 } } },
      ],
    });
    const decided = mesh.dryRun(rollback(mesh));
    expect(decided.ok && decided.value?.notes).toEqual([
      'Route rule "beta" moved too, to 1.0.0 100 %.',
      'Route rules "lab" (1.2.0), "beta" (1.2.0) of web still send elsewhere.',
    ]);
    mesh.must(rollback(mesh));
    expect(mesh.service("web").rules.map(({ name, split }) => [name, split?.weights])).toEqual([
      ["lab", { "1.2.0": 10_000 }],
      ["beta", { "1.0.0": 9_999, "1.2.0": 1 }],
    ]);
  });

  test("with nothing to move in the split names the rules that still send elsewhere", () => {
    const mesh = web();
    const rules = [{ name: "beta", matches: [{ method: "GET" }], split: { weights: { "1.1.0": 10_000 } } }];
    mesh.must({ kind: "routes.set", service: "web", rev: mesh.rev("web"), rules });
    const refusal = mesh.refusal({ ...rollback(mesh), to: "1.0.0" });
    expect(refusal.detail).toBe('web is at 1.0.0 100 % already. Route rule "beta" (1.1.0) of web still sends elsewhere.');
  });

  test("is refused where the target has no ready instance", () => {
    const mesh = web();
    shift(mesh, { "1.1.0": 10_000 });
    for (const { id, version } of mesh.service("web").staticInstances.values()) if (version === "1.0.0") mesh.failing.add(id);
    expect(mesh.refusal(rollback(mesh)).problems.map(({ code, path }) => [code, path])).toEqual([["split.no-ready-instance", "to"]]);
  });

  test("passes the gate like any change, and is refused with the pair that it would break", () => {
    const mesh = shop();
    mesh.must(
      { kind: "split.set", service: "checkout", rev: mesh.rev("checkout"), weights: { "2.0.0": 10_000 } },
      { kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "3.0.0": 10_000 } },
    );
    const refusal = mesh.refusal({ kind: "rollback", service: "checkout", rev: mesh.rev("checkout") });
    expect(refusal.code).toBe("compatibility.refused");
    expect(refusal.reasons?.map(({ provider }) => provider.version)).toEqual(["3.0.0"]);
  });

  test("has nothing to restore where the old version was removed", () => {
    const mesh = web();
    shift(mesh, { "1.1.0": 10_000 });
    const [old] = [...mesh.service("web").staticInstances.values()];
    mesh.must(
      { kind: "instance.remove", service: "web", id: old?.id },
      { kind: "version.remove", service: "web", rev: mesh.rev("web"), version: "1.0.0" },
    );
    expect(mesh.refusal(rollback(mesh)).detail).toContain("1.0.0");
  });
});

test.each([
  [1, { a: 3_333, b: 3_333, c: 3_334 }],
  [9_999, { a: 3_333, b: 3_333, c: 3_334 }],
  [10_000, { a: 1, b: 9_999 }],
])("%i basis points are given out without remainder", (total, weights) => {
  expect(shareOut(total, weights).reduce((sum, [, share]) => sum + share, 0)).toBe(total);
});
