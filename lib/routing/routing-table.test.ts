import { describe, expect, test } from "vitest";
import {
  DEFAULT_TRAFFIC_POLICY,
  type Endpoint,
  type RouteRule,
  type ServiceName,
  type SnapshotDelta,
  type SnapshotService,
} from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { compileSnapshot, type RequestHead, type RoutingTable } from "./index.ts";

const outside = { service: "ingress", version: null };

function service(name: string, more: Partial<SnapshotService> = {}): SnapshotService {
  return {
    name: name as ServiceName,
    hosts: [],
    rev: 1,
    splitEpoch: 5,
    weights: { "1.0.0": 10_000 },
    rules: [],
    endpoints: [],
    policy: DEFAULT_TRAFFIC_POLICY,
    authorization: null,
    incompatible: {},
    ...more,
  };
}

function tableOf(...services: SnapshotService[]): RoutingTable {
  const compiled = compileSnapshot({ version: 3, services: Object.fromEntries(services.map((each) => [each.name, each])) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

function get(host: string, path = "/"): RequestHead {
  return { host, method: "GET", path, query: "", header: () => undefined };
}

function delta(upserts: readonly SnapshotService[], removed: readonly string[] = [], base = 3): SnapshotDelta {
  return { base, version: 4, at: "2026-01-01T00:00:00.000Z", upserts, removed: removed as ServiceName[] };
}

const random = createXorshift(1);
const beta: RouteRule = {
  name: "beta",
  matches: [{ path: { type: "PathPrefix", value: "/beta" } }],
  split: { weights: { "2.0.0": 10_000 } },
};

describe("a decision", () => {
  test("names service, version, epoch and the instances of that version only", () => {
    const endpoints = ["1.0.0", "2.0.0", "1.0.0"].map(
      (version, index) => ({ id: `i${index}`, service: "shop", version, address: "::1", port: index }) as Endpoint,
    );
    const decision = tableOf(service("shop", { endpoints })).decide(get("shop.mesh"), outside, random);
    expect(decision).toMatchObject({ kind: "route", service: "shop", version: "1.0.0", rule: null, splitEpoch: 5 });
    expect(decision.kind === "route" && decision.endpoints.map(({ id }) => id)).toEqual(["i0", "i2"]);
  });

  test("by a rule's own split belongs to no epoch of the service's split", () => {
    expect(tableOf(service("shop", { rules: [beta] })).decide(get("shop.mesh", "/beta/x"), outside, random)).toMatchObject({
      version: "2.0.0",
      splitEpoch: null,
      rule: beta,
    });
  });

  test("is a refusal for an unknown host and for a service without a split", () => {
    const table = tableOf(service("shop", { weights: {}, rules: [beta] }));
    expect(table.decide(get("nobody.mesh"), outside, random)).toMatchObject({
      kind: "refusal",
      code: "routing.unknown-host",
      service: null,
    });
    expect(table.decide(get("shop.mesh"), outside, random)).toMatchObject({ kind: "refusal", code: "routing.no-split", service: "shop" });
    expect(table.decide(get("shop.mesh", "/beta"), outside, random)).toMatchObject({ kind: "route", version: "2.0.0" });
  });

  test("is right for services named like built-ins", () => {
    const table = tableOf(service("constructor"), service("valueof"));
    expect(table.decide(get("constructor.mesh"), outside, random)).toMatchObject({ service: "constructor" });
    expect(table.decide(get("tostring.mesh"), outside, random)).toMatchObject({ code: "routing.unknown-host" });
  });
});

describe("a delta", () => {
  const table = tableOf(service("shop"), service("cart", { hosts: ["cart.example.com"] }));

  test("replaces weights at once and leaves the old table as it was", () => {
    const next = table.applyDelta(delta([service("shop", { weights: { "2.0.0": 10_000 }, splitEpoch: 6 })]));
    expect(next.ok && next.value.version).toBe(4);
    expect(next.ok && next.value.decide(get("shop.mesh"), outside, random)).toMatchObject({ version: "2.0.0", splitEpoch: 6 });
    expect(next.ok && next.value.decide(get("cart.example.com"), outside, random)).toMatchObject({ service: "cart" });
    expect(table.decide(get("shop.mesh"), outside, random)).toMatchObject({ version: "1.0.0" });
  });

  test("adds, removes and renames hosts", () => {
    const next = table.applyDelta(delta([service("new"), service("shop", { hosts: ["shop.example.com"] })], ["cart"]));
    const found = ["new.mesh", "shop.example.com", "cart.mesh", "cart.example.com"].map(
      (host) => next.ok && next.value.decide(get(host), outside, random).service,
    );
    expect(found).toEqual(["new", "shop", null, null]);
  });

  test("makes the same table as the whole snapshot does", () => {
    const next = table.applyDelta(delta([service("new", { rules: [beta] })], ["shop"]));
    expect(next.ok && [...next.value.services()].map(({ name }) => name).sort()).toEqual(["cart", "new"]);
    expect(next.ok && next.value.service("new" as ServiceName)?.rules).toEqual([beta]);
  });

  test("from another base is refused", () => {
    expect(table.applyDelta(delta([], [], 2))).toMatchObject({ ok: false, error: [{ path: "base" }] });
  });
});

test("a snapshot with bad weights or expressions is refused whole, with every problem", () => {
  const bad = service("shop", {
    weights: { "1.0.0": 9_999 },
    rules: [{ ...beta, matches: [{ path: { type: "RegularExpression", value: "(" } }], split: { weights: { "1.0.0": -1 } } }],
  });
  const compiled = compileSnapshot({ version: 1, services: { shop: bad } });
  expect(compiled.ok ? [] : compiled.error.map(({ path }) => path)).toEqual([
    "services.shop.weights",
    "services.shop.rules.0.matches.0.path.value",
    "services.shop.rules.0.split.weights",
  ]);
});
