import { describe, expect, test } from "vitest";
import { DEPLOYMENT_DEFAULTS, type MeshState } from "../../model/index.ts";
import { DecideMesh, instanceOf, registered, shop } from "./decide-mesh.fixture.ts";

/** What people set, without what only ever grows. */
function settings(state: MeshState): unknown {
  return [...state.services.values()].map(({ name, hosts, versions, weights, rules, staticInstances }) => ({
    name,
    hosts,
    versions: [...versions.values()].sort((left, right) => (left.version < right.version ? -1 : 1)),
    weights,
    rules,
    instances: [...staticInstances.values()].sort((left, right) => (left.id < right.id ? -1 : 1)),
  }));
}

type Plain = Parameters<DecideMesh["run"]>[0];
const rules = [{ matches: [{ method: "GET" }], split: { weights: { "2.4.0": 10_000 } } }];

const UNDOABLE: readonly (readonly [string, (mesh: DecideMesh) => Plain])[] = [
  ["service.register", () => ({ kind: "service.register", service: "web", hosts: ["*"] })],
  ["service.update", (mesh) => ({ kind: "service.update", service: "payments", rev: mesh.rev("payments"), hosts: ["pay.example.com"] })],
  ["service.remove", (mesh) => ({ kind: "service.remove", service: "checkout", rev: mesh.rev("checkout") })],
  ["version.register", () => ({ kind: "version.register", service: "payments", version: "2.5.0", requirements: { fraud: "^1" } })],
  [
    "version.update",
    (mesh) => ({
      kind: "version.update",
      service: "payments",
      rev: mesh.rev("payments"),
      version: "2.4.0",
      requirements: { fraud: "^1" },
      capacityRps: 5,
    }),
  ],
  ["split.set", (mesh) => ({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "2.3.0": 1, "2.4.0": 9_999 } })],
  ["routes.set", (mesh) => ({ kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules })],
  ["instance.register", () => instanceOf("payments", "2.4.0")],
  [
    "instance.remove",
    (mesh) => ({ kind: "instance.remove", service: "payments", id: [...mesh.service("payments").staticInstances.keys()][1] }),
  ],
  [
    "change-set",
    (mesh) => ({
      kind: "change-set",
      changes: [
        { kind: "split", service: "payments", rev: mesh.rev("payments"), weights: { "3.0.0": 10_000 } },
        { kind: "split", service: "checkout", rev: mesh.rev("checkout"), weights: { "2.0.0": 10_000 } },
        { kind: "routes", service: "payments", rev: mesh.rev("payments"), rules: [{ matches: [{}] }] },
      ],
    }),
  ],
  [
    "manifest.apply",
    () => ({
      kind: "manifest.apply",
      prune: false,
      services: {
        payments: {
          hosts: ["p.example.com"],
          versions: { "2.5.0": { instances: [{ address: "10.0.0.1", port: 80 }] } },
          split: { weights: { "2.5.0": 10_000 } },
        },
        users: { versions: { "1.0.0": {} } },
      },
    }),
  ],
];

const deploy = (version: string, replicas: number): Plain => ({
  kind: "deployment.set",
  service: "web",
  version,
  deployment: { ...DEPLOYMENT_DEFAULTS, command: ["node"], replicas },
});

describe("undo", () => {
  test.each(UNDOABLE)("takes %s back, and undoing the undo makes it again", (_, plain) => {
    const mesh = shop();
    const before = settings(mesh.state);
    const change = mesh.must(plain(mesh));
    const after = settings(mesh.state);
    const undo = mesh.must({ kind: "undo", change: change.id });
    expect(settings(mesh.state)).toEqual(before);
    expect(undo).toMatchObject({ undoes: change.id, before: change.after, after: change.before });
    mesh.must({ kind: "undo", change: undo.id });
    expect(settings(mesh.state)).toEqual(after);
  });

  test("a service that comes back goes on with its rev, so that no stale rev fits", () => {
    const mesh = shop();
    const rev = mesh.rev("checkout");
    const change = mesh.must({ kind: "service.remove", service: "checkout", rev });
    mesh.must({ kind: "undo", change: change.id });
    expect(mesh.rev("checkout")).toBeGreaterThan(rev + 1);
  });

  test("is refused where a later change set the same, and names it", () => {
    const mesh = shop();
    const first = mesh.must({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "2.4.0": 10_000 } });
    const second = mesh.must({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "2.3.0": 10_000 } });
    const refusal = mesh.refusal({ kind: "undo", change: first.id });
    expect(refusal.code).toBe("change.conflict");
    expect(refusal.detail).toContain(second.id);
  });

  test("goes back change by change: one that was undone does not stand in the way of the one before it", () => {
    const mesh = shop();
    const changes = [{ "2.4.0": 10_000 }, { "2.3.0": 10_000 }, { "2.3.0": 1, "2.4.0": 9_999 }].map((weights) =>
      mesh.must({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights }),
    );
    for (const change of changes.toReversed()) {
      mesh.must({ kind: "undo", change: change.id });
      expect(mesh.weights("payments")).toEqual(change.before);
    }
    expect(mesh.refusal({ kind: "undo", change: changes[2]?.id }).code).toBe("change.conflict");
  });

  test("of a registration passes once what was built on it was undone", () => {
    const mesh = new DecideMesh();
    const service = mesh.must({ kind: "service.register", service: "web", hosts: [] });
    const version = mesh.must({ kind: "version.register", service: "web", version: "1.0.0", requirements: {} });
    mesh.must({ kind: "undo", change: version.id }, { kind: "undo", change: service.id });
    expect(mesh.state.services.has(service.services[0] as never)).toBe(false);
  });

  test("is refused twice for one change, and names the first undo", () => {
    const mesh = shop();
    const change = mesh.must({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "2.4.0": 10_000 } });
    const undo = mesh.must({ kind: "undo", change: change.id });
    expect(mesh.refusal({ kind: "undo", change: change.id }).detail).toContain(undo.id);
  });

  test("of a registration is refused once something was built on it", () => {
    const mesh = new DecideMesh();
    const service = mesh.must({ kind: "service.register", service: "web", hosts: [] });
    const version = mesh.must({ kind: "version.register", service: "web", version: "1.0.0", requirements: {} });
    const instance = mesh.must(instanceOf("web", "1.0.0"));
    expect(mesh.refusal({ kind: "undo", change: service.id }).detail).toContain(version.id);
    expect(mesh.refusal({ kind: "undo", change: version.id }).detail).toContain(instance.id);
    mesh.must({ kind: "undo", change: instance.id }, { kind: "undo", change: version.id });
    expect(mesh.service("web").versions.size).toBe(0);
    expect(mesh.weights("web")).toEqual({});
  });

  test("of a shift is refused where its old version is gone, and names the change that removed it", () => {
    const mesh = new DecideMesh();
    mesh.must(...registered("web", { "1.0.0": {}, "1.1.0": {} }));
    const shift = mesh.must({ kind: "split.set", service: "web", rev: mesh.rev("web"), weights: { "1.1.0": 10_000 } });
    mesh.must({ kind: "instance.remove", service: "web", id: [...mesh.service("web").staticInstances.keys()][0] });
    const removal = mesh.must({ kind: "version.remove", service: "web", rev: mesh.rev("web"), version: "1.0.0" });
    expect(mesh.refusal({ kind: "undo", change: shift.id }).detail).toContain(removal.id);
  });

  test("of a removed instance is refused once its service is gone, and names that removal", () => {
    const mesh = shop();
    const [id] = [...mesh.service("checkout").staticInstances.keys()];
    const change = mesh.must({ kind: "instance.remove", service: "checkout", id });
    const removal = mesh.must({ kind: "service.remove", service: "checkout", rev: mesh.rev("checkout") });
    expect(mesh.refusal({ kind: "undo", change: change.id }).detail).toContain(removal.id);
  });

  test("of a change that granted an override ends the override, and undoing that undo grants it again", () => {
    const mesh = shop();
    const expiresAt = new Date(mesh.nowMs + 60_000).toISOString();
    const weights = { "2.3.0": 9_000, "3.0.0": 1_000 };
    const shift = { kind: "split.set", service: "payments", weights } as const;
    const change = mesh.must({ ...shift, rev: mesh.rev("payments"), override: { reason: "trial", expiresAt } });
    const granted = mesh.state.overrides;
    const undo = mesh.must({ kind: "undo", change: change.id });
    expect(mesh.state.overrides).toEqual([]);
    expect(mesh.refusal({ ...shift, rev: mesh.rev("payments") }).code).toBe("compatibility.refused");
    mesh.must({ kind: "undo", change: undo.id });
    expect([mesh.state.overrides, mesh.weights("payments")]).toEqual([granted, weights]);
    const again = mesh.must({ kind: "undo", change: change.id });
    mesh.nowMs += 60_000;
    expect(mesh.refusal({ kind: "undo", change: again.id }).code).toBe("compatibility.refused");
  });

  test("of a renewed override leaves the one before it, once, and only while there is something to end", () => {
    const mesh = shop();
    const renew = (inMs: number) =>
      mesh.must({
        kind: "split.set",
        service: "payments",
        rev: mesh.rev("payments"),
        weights: { "2.3.0": 9_000, "3.0.0": 1_000 },
        override: { reason: "trial", expiresAt: new Date(mesh.nowMs + inMs).toISOString() },
      });
    const first = renew(60_000);
    const second = renew(120_000);
    mesh.must({ kind: "undo", change: second.id });
    expect(mesh.state.overrides.map(({ changeId }) => changeId)).toEqual([first.id]);
    expect(mesh.refusal({ kind: "undo", change: second.id }).code).toBe("change.conflict");
    const third = renew(180_000);
    mesh.nowMs += 180_000;
    expect(mesh.refusal({ kind: "undo", change: third.id }).code).toBe("change.not-undoable");
  });

  test("of a removed service brings back the overrides that went with it", () => {
    const mesh = shop();
    const override = { reason: "trial", expiresAt: new Date(mesh.nowMs + 60_000).toISOString() };
    mesh.must({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "3.0.0": 10_000 }, override });
    const granted = mesh.state.overrides;
    const removal = mesh.must({ kind: "service.remove", service: "checkout", rev: mesh.rev("checkout") });
    expect(mesh.state.overrides).toEqual([]);
    mesh.must({ kind: "undo", change: removal.id });
    expect(mesh.state.overrides).toEqual(granted);
  });

  test("of a scale is refused where it would leave a version that requests go to without instances", () => {
    const mesh = new DecideMesh();
    mesh.must(
      { kind: "service.register", service: "web", hosts: [] },
      { kind: "version.register", service: "web", version: "2.0.0", requirements: {} },
      { kind: "version.register", service: "web", version: "1.0.0", requirements: {} },
      instanceOf("web", "2.0.0"),
      deploy("1.0.0", 0),
    );
    const scaled = mesh.must({ kind: "deployment.scale", service: "web", version: "1.0.0", replicas: 3 });
    const running = instanceOf("web", "1.0.0");
    const registered = mesh.must(running);
    mesh.must({ kind: "split.set", service: "web", rev: mesh.rev("web"), weights: { "1.0.0": 10_000 } });
    mesh.leases.push(
      ...mesh
        .service("web")
        .staticInstances.values()
        .filter(({ version }) => version === "1.0.0"),
    );
    mesh.must({ kind: "instance.remove", service: "web", id: (registered.after as { readonly id: string }).id });
    expect(mesh.refusal({ kind: "undo", change: scaled.id })).toMatchObject({ code: "deployment.in-use", problems: [{ path: "id" }] });
    mesh.must({ kind: "split.set", service: "web", rev: mesh.rev("web"), weights: { "2.0.0": 10_000 } });
    mesh.must({ kind: "undo", change: scaled.id });
    expect([...mesh.state.deployments.values()].map(({ replicas }) => replicas)).toEqual([0]);
  });

  test("of a registration is refused while what was registered is deployed", () => {
    const mesh = new DecideMesh();
    const service = mesh.must({ kind: "service.register", service: "web", hosts: [] });
    const version = mesh.must({ kind: "version.register", service: "web", version: "1.0.0", requirements: {} });
    mesh.must(deploy("1.0.0", 1));
    expect(mesh.refusal({ kind: "service.remove", service: "web", rev: mesh.rev("web") }).code).toBe("service.deployed");
    for (const { id } of [service, version]) expect(mesh.dryRun({ kind: "undo", change: id }).ok).toBe(false);
    mesh.must({ kind: "deployment.remove", service: "web", version: "1.0.0", anyway: true });
    mesh.must({ kind: "service.remove", service: "web", rev: mesh.rev("web") });
  });

  test("passes the gate and needs ready instances like any change", () => {
    const mesh = shop();
    const shift = mesh.must({ kind: "split.set", service: "checkout", rev: mesh.rev("checkout"), weights: { "2.0.0": 10_000 } });
    mesh.must({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "3.0.0": 10_000 } });
    for (const { id, version } of mesh.service("checkout").staticInstances.values()) if (version === "1.4.0") mesh.failing.add(id);
    const refusal = mesh.refusal({ kind: "undo", change: shift.id });
    expect(refusal.problems.map(({ code }) => code)).toEqual(["split.no-ready-instance", "compatibility.refused"]);
  });
});
