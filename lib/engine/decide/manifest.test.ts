import { describe, expect, test } from "vitest";
import { DecideMesh, shop } from "./decide-mesh.fixture.ts";

const SHOP = {
  payments: {
    versions: {
      "2.3.0": { instances: [{ address: "127.0.0.1", port: 9001 }] },
      "3.0.0": { instances: [{ address: "127.0.0.1", port: 9002, node: "node-a" }] },
    },
    split: { weights: { "2.3.0": 10_000 } },
  },
  checkout: { versions: { "1.4.0": { requirements: { payments: "^2.1.0" } } } },
};

const apply = (services: Readonly<Record<string, unknown>>, prune = false) => ({ kind: "manifest.apply", services, prune }) as const;

describe("a manifest", () => {
  test("becomes one change, and applied again changes nothing", () => {
    const mesh = new DecideMesh();
    const change = mesh.must(apply(SHOP));
    expect(change.services).toEqual(["payments", "checkout"]);
    expect(mesh.weights("payments")).toEqual({ "2.3.0": 10_000 });
    expect(mesh.weights("checkout")).toEqual({ "1.4.0": 10_000 });
    expect(mesh.run(apply(SHOP))).toEqual({ ok: true, value: null });
  });

  test("registers services that require each other in any order", () => {
    const mesh = new DecideMesh();
    const decided = mesh.dryRun(apply({ checkout: SHOP.checkout, payments: SHOP.payments }));
    expect(decided.ok && decided.value?.notes).toEqual([]);
  });

  test("moves each rev by one, however much it changes of the service", () => {
    const mesh = new DecideMesh();
    mesh.must(apply(SHOP));
    expect([mesh.rev("payments"), mesh.rev("checkout")]).toEqual([1, 1]);
  });

  test("shows before and after by subject", () => {
    const mesh = new DecideMesh();
    mesh.must(apply(SHOP));
    const change = mesh.must(apply({ payments: { split: { weights: { "2.3.0": 10_000, "3.0.0": 0 } }, versions: { "2.4.0": {} } } }));
    expect([change.before, change.after]).toEqual([{ "payments@2.4.0": null }, { "payments@2.4.0": { requirements: {} } }]);
  });

  test("leaves alone what it leaves out", () => {
    const mesh = shop();
    const before = mesh.service("checkout");
    mesh.must(apply({ payments: { hosts: ["pay.example.com"] } }));
    expect(mesh.service("payments").versions.size).toBe(3);
    expect(mesh.service("checkout")).toBe(before);
  });

  test("with prune removes versions, instances, hosts and rules that it leaves out of the services it names", () => {
    const mesh = new DecideMesh();
    mesh.must(apply(SHOP), apply({ payments: { hosts: ["pay.example.com"], routes: { rules: [{ matches: [{ method: "GET" }] }] } } }));
    mesh.must(apply({ payments: { versions: { "2.3.0": SHOP.payments.versions["2.3.0"] } } }, true));
    const payments = mesh.service("payments");
    expect([[...payments.versions.keys()], payments.staticInstances.size, payments.hosts, payments.rules]).toEqual([["2.3.0"], 1, [], []]);
    expect(mesh.service("checkout").versions.size).toBe(1);
  });

  test("does not prune a version that has weight", () => {
    const mesh = new DecideMesh();
    mesh.must(apply(SHOP));
    const refusal = mesh.refusal(apply({ payments: { versions: { "3.0.0": {} } } }, true));
    expect(refusal.problems.map(({ code, path }) => [code, path])).toEqual([["version.live", "services.payments.versions.2.3.0"]]);
  });

  test("passes the gate on its final state, and names the place of the weight", () => {
    const mesh = new DecideMesh();
    mesh.must(apply(SHOP));
    const refusal = mesh.refusal(apply({ payments: { split: { weights: { "3.0.0": 10_000 } } } }));
    expect(refusal.problems.map(({ code, path }) => [code, path])).toEqual([
      ["compatibility.refused", "services.payments.split.weights.3.0.0"],
    ]);
    mesh.must(
      apply({
        payments: { split: { weights: { "3.0.0": 10_000 } } },
        checkout: {
          versions: { "2.0.0": { requirements: { payments: ">=2.1.0 <4" }, instances: [{ address: "127.0.0.1", port: 9003 }] } },
          split: { weights: { "2.0.0": 10_000 } },
        },
      }),
    );
  });

  test("registers an instance anew where its version or node changed", () => {
    const mesh = new DecideMesh();
    mesh.must(apply(SHOP), apply({ payments: { versions: { "3.0.0": { instances: [{ address: "127.0.0.1", port: 9001 }] } } } }));
    const at9001 = [...mesh.service("payments").staticInstances.values()].filter(({ port }) => port === 9001);
    expect(at9001.map(({ version }) => version)).toEqual(["3.0.0"]);
  });

  test("lets one host belong to one of its services", () => {
    const refusal = new DecideMesh().refusal(apply({ a: { hosts: ["x.example.com"] }, b: { hosts: ["X.example.com"] } }));
    expect(refusal.problems.map(({ code, path }) => [code, path])).toEqual([["host.taken", "services.b.hosts.0"]]);
  });
});
