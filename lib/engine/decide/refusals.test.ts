import { describe, expect, test } from "vitest";
import { statusOf } from "../../model/index.ts";
import { instanceOf, shop } from "./decide-mesh.fixture.ts";

type Plain = Parameters<ReturnType<typeof shop>["run"]>[0];

/** [name, command, codes with the paths at which they are reported] */
const REFUSALS: readonly (readonly [string, (rev: number) => Plain, readonly (readonly [string, string])[]])[] = [
  ["an unknown service", (rev) => ({ kind: "split.set", service: "ghost", rev, weights: {} }), [["service.unknown", "service"]]],
  [
    "an unknown version",
    (rev) => ({ kind: "version.remove", service: "payments", rev, version: "9.0.0" }),
    [["version.unknown", "version"]],
  ],
  [
    "a stale rev, before anything else that is wrong",
    (rev) => ({ kind: "split.set", service: "payments", rev: rev - 1, weights: { "9.9.9": -1 } }),
    [["precondition.failed", "rev"]],
  ],
  ["a name that is no DNS label", () => ({ kind: "service.register", service: "Pay_ments", hosts: [] }), [["name.invalid", "name"]]],
  ["the reserved name", () => ({ kind: "service.register", service: "ingress", hosts: [] }), [["name.reserved", "name"]]],
  ["a service twice", () => ({ kind: "service.register", service: "payments", hosts: [] }), [["service.exists", "name"]]],
  ["a host that is none", () => ({ kind: "service.register", service: "web", hosts: ["a b"] }), [["host.invalid", "hosts.0"]]],
  ["a host under .mesh", () => ({ kind: "service.register", service: "web", hosts: ["payments.mesh"] }), [["host.invalid", "hosts.0"]]],
  [
    "every problem of a version at once",
    () => ({
      kind: "version.register",
      service: "payments",
      version: "v1",
      requirements: { payments: "^1", Bad: "^1", fraud: "latest" },
      capacityRps: 0,
    }),
    [
      ["version.invalid", "version"],
      ["requirement.self", "requirements.payments"],
      ["name.invalid", "requirements.Bad"],
      ["range.invalid", "requirements.fraud"],
      ["input.invalid", "capacityRps"],
    ],
  ],
  [
    "build metadata",
    () => ({ kind: "version.register", service: "payments", version: "1.0.0+b1", requirements: {} }),
    [["version.build-metadata", "version"]],
  ],
  [
    "a version twice",
    () => ({ kind: "version.register", service: "payments", version: "2.3.0", requirements: {} }),
    [["version.exists", "version"]],
  ],
  [
    "removing a live version",
    (rev) => ({ kind: "version.remove", service: "payments", rev, version: "2.3.0" }),
    [
      ["version.live", "version"],
      ["version.has-instances", "version"],
    ],
  ],
  [
    "removing a version with instances",
    (rev) => ({ kind: "version.remove", service: "payments", rev, version: "2.4.0" }),
    [["version.has-instances", "version"]],
  ],
  [
    "removing a service that a live version requires",
    (rev) => ({ kind: "service.remove", service: "payments", rev }),
    [["service.in-use", "service"]],
  ],
  [
    "weights that sum to less",
    (rev) => ({ kind: "split.set", service: "payments", rev, weights: { "2.3.0": 9_999 } }),
    [["split.sum", "weights"]],
  ],
  ["no weights at all", (rev) => ({ kind: "split.set", service: "payments", rev, weights: {} }), [["split.sum", "weights"]]],
  [
    "fractional, negative and unknown weights, each at its place",
    (rev) => ({ kind: "split.set", service: "payments", rev, weights: { "2.3.0": 0.5, "2.4.0": -1, "9.9.9": 10_000 } }),
    [
      ["split.weight", "weights.2.3.0"],
      ["split.weight", "weights.2.4.0"],
      ["split.unknown-version", "weights.9.9.9"],
    ],
  ],
  [
    "an override without reason and with its end in the past",
    (rev) => ({
      kind: "split.set",
      service: "payments",
      rev,
      weights: { "3.0.0": 10_000 },
      override: { reason: " ", expiresAt: "2020-01-01T00:00:00Z" },
    }),
    [
      ["override.invalid", "override.reason"],
      ["override.invalid", "override.expiresAt"],
    ],
  ],
  [
    "a rule's match and its split, both",
    (rev) => ({
      kind: "routes.set",
      service: "payments",
      rev,
      rules: [{ matches: [{ path: { type: "Exact", value: "x" } }], split: { weights: { "2.3.0": 1 } } }],
    }),
    [
      ["routes.invalid-match", "rules.0.matches.0.path.value"],
      ["split.sum", "rules.0.split.weights"],
    ],
  ],
  [
    "two rules that match the same",
    (rev) => ({
      kind: "routes.set",
      service: "payments",
      rev,
      rules: [{ matches: [{ method: "GET" }] }, { matches: [{ method: "GET" }] }],
    }),
    [["routes.duplicate-match", "rules.1.matches.0"]],
  ],
  [
    "an instance of an unknown version at a port of Interlock",
    () => ({
      kind: "instance.register",
      service: "payments",
      id: "payments-1",
      instance: { version: "7.0.0", address: "http://x", port: 4600 },
    }),
    [
      ["version.unknown", "version"],
      ["input.invalid", "address"],
      ["input.invalid", "port"],
    ],
  ],
  ["an instance that is not there", () => ({ kind: "instance.remove", service: "payments", id: "nope" }), [["instance.unknown", "id"]]],
  ["an empty change set", () => ({ kind: "change-set", changes: [] }), [["changes.empty", "changes"]]],
  [
    "every stale item of a change set",
    (rev) => ({
      kind: "change-set",
      changes: [
        { kind: "split", service: "payments", rev: rev - 1, weights: {} },
        { kind: "routes", service: "payments", rev: rev - 2, rules: [] },
      ],
    }),
    [
      ["precondition.failed", "changes.0.rev"],
      ["precondition.failed", "changes.1.rev"],
    ],
  ],
  ["an unknown change", () => ({ kind: "undo", change: "chg-999" }), [["change.unknown", "id"]]],
  ["a rollback where nothing was shifted", (rev) => ({ kind: "rollback", service: "payments", rev }), [["rollback.nothing", "to"]]],
  ["a rollback to an unknown version", (rev) => ({ kind: "rollback", service: "payments", rev, to: "1.0.0" }), [["version.unknown", "to"]]],
  [
    "every problem of a manifest at once",
    () => ({
      kind: "manifest.apply",
      prune: false,
      services: {
        payments: { versions: { "3": {}, "2.5.0": { requirements: { users: "x.y" }, instances: [{ address: "127.0.0.1", port: 0 }] } } },
        "Bad!": {},
      },
    }),
    [
      ["version.invalid", "services.payments.versions.3"],
      ["range.invalid", "services.payments.versions.2.5.0.requirements.users"],
      ["input.invalid", "services.payments.versions.2.5.0.instances.0.port"],
      ["name.invalid", "services.Bad!"],
    ],
  ],
];

describe("what is wrong is refused with code, path and fix, and nothing changes", () => {
  test.each(REFUSALS)("%s", (_, plain, expected) => {
    const mesh = shop();
    const before = mesh.state;
    const refusal = mesh.refusal(plain(mesh.rev("payments")));
    expect(refusal.problems.map(({ code, path }) => [code, path])).toEqual(expected);
    for (const { detail, fix } of refusal.problems) {
      expect(detail).toMatch(/\.$/);
      expect(fix).toMatch(/\.$|^Take|^Use/);
    }
    expect(statusOf(refusal.code)).toBeGreaterThanOrEqual(400);
    expect(mesh.state).toBe(before);
  });
});

test("a stale author is told the present rev and weights", () => {
  const mesh = shop();
  const rev = mesh.rev("payments");
  const refusal = mesh.refusal({ kind: "split.set", service: "payments", rev: rev - 1, weights: { "2.4.0": 10_000 } });
  expect(refusal.current).toEqual({ rev, state: { weights: { "2.3.0": 10_000 } } });
});

test("a host belongs to one service", () => {
  const mesh = shop();
  mesh.must({ kind: "service.update", service: "payments", rev: mesh.rev("payments"), hosts: ["Pay.example.com"] });
  const refusal = mesh.refusal({ kind: "service.register", service: "web", hosts: ["pay.example.com"] });
  expect(refusal.code).toBe("host.taken");
  expect(refusal.detail).toContain("payments");
});

test("an address is registered once per service", () => {
  const mesh = shop();
  const plain = instanceOf("payments", "2.3.0");
  mesh.must(plain);
  const refusal = mesh.refusal({ ...plain, id: "payments-2.3.0-other" });
  expect(refusal.problems.map(({ code, path }) => [code, path])).toEqual([["instance.exists", "address"]]);
});

test("an id that was used once is not given out again", () => {
  const mesh = shop();
  const plain = instanceOf("payments", "2.3.0");
  mesh.must(plain, { kind: "instance.remove", service: "payments", id: plain["id"] });
  expect(mesh.refusal(plain).problems.map(({ code, path }) => [code, path])).toEqual([["instance.exists", "id"]]);
});

test("a version whose only instance stands by gets no weight", () => {
  const mesh = shop();
  for (const id of mesh.service("payments").staticInstances.keys()) mesh.failing.add(id);
  const lease = {
    id: "payments-2.4.0-lease" as never,
    service: mesh.service("payments").name,
    version: "2.4.0" as never,
    address: "127.0.0.1",
    port: 1,
    kind: "lease" as const,
    registeredAt: "2026-01-01T00:00:00.000Z",
  };
  const shift = { kind: "split.set" as const, service: "payments", rev: mesh.rev("payments"), weights: { "2.4.0": 10_000 } };
  mesh.leases.push({ ...lease, standby: true });
  expect(mesh.refusal(shift).problems).toMatchObject([
    { code: "split.no-ready-instance", detail: expect.stringContaining("payments-2.4.0-lease stands by.") },
  ]);
  mesh.leases.splice(0, 1, lease);
  mesh.failing.add(lease.id);
  expect(mesh.refusal(shift).problems).toMatchObject([
    { detail: expect.stringContaining("payments-2.4.0-lease refuses connections."), fix: expect.stringContaining("is back") },
  ]);
  mesh.failing.clear();
  mesh.must(shift);
});

test("a service whose programs still run is not removed", () => {
  const mesh = shop();
  const [checkout] = [mesh.service("checkout")];
  mesh.leases.push({
    id: "checkout-1.4.0-lease" as never,
    service: checkout.name,
    version: "1.4.0" as never,
    address: "127.0.0.1",
    port: 1,
    kind: "lease",
    registeredAt: "2026-01-01T00:00:00.000Z",
  });
  expect(mesh.refusal({ kind: "service.remove", service: "checkout", rev: checkout.rev }).code).toBe("version.has-instances");
});
