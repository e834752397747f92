import { describe, expect, test } from "vitest";
import type { Endpoint, RouteRule, ServiceName, SnapshotDelta, SnapshotService } from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { compileSnapshot, type RequestHead } from "./index.ts";
import { OUTSIDE, testService, testTable } from "./test-table.fixture.ts";

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
    const decision = testTable(testService("shop", { endpoints })).decide(get("shop.mesh"), OUTSIDE, random);
    expect(decision).toMatchObject({ kind: "route", service: "shop", version: "1.0.0", rule: null, splitEpoch: 5 });
    expect(decision.kind === "route" && decision.endpoints.map(({ id }) => id)).toEqual(["i0", "i2"]);
  });

  test("by a rule's own split belongs to no epoch of the service's split", () => {
    expect(testTable(testService("shop", { rules: [beta] })).decide(get("shop.mesh", "/beta/x"), OUTSIDE, random)).toMatchObject({
      version: "2.0.0",
      splitEpoch: null,
      rule: beta,
    });
  });

  test("is a refusal for an unknown host and for a service without a split", () => {
    const table = testTable(testService("shop", { weights: {}, rules: [beta] }));
    expect(table.decide(get("nobody.mesh"), OUTSIDE, random)).toMatchObject({
      kind: "refusal",
      code: "routing.unknown-host",
      service: null,
    });
    expect(table.decide(get("shop.mesh"), OUTSIDE, random)).toMatchObject({ kind: "refusal", code: "routing.no-split", service: "shop" });
    expect(table.decide(get("shop.mesh", "/beta"), OUTSIDE, random)).toMatchObject({ kind: "route", version: "2.0.0" });
  });

  test("is right for services named like built-ins", () => {
    const table = testTable(testService("constructor"), testService("valueof"));
    expect(table.decide(get("constructor.mesh"), OUTSIDE, random)).toMatchObject({ service: "constructor" });
    expect(table.decide(get("tostring.mesh"), OUTSIDE, random)).toMatchObject({ code: "routing.unknown-host" });
  });
});

describe("a delta", () => {
  const table = testTable(testService("shop"), testService("cart", { hosts: ["cart.example.com"] }));

  test("replaces weights at once and leaves the old table as it was", () => {
    const next = table.applyDelta(delta([testService("shop", { weights: { "2.0.0": 10_000 }, splitEpoch: 6 })]));
    expect(next.ok && next.value.version).toBe(4);
    expect(next.ok && next.value.decide(get("shop.mesh"), OUTSIDE, random)).toMatchObject({ version: "2.0.0", splitEpoch: 6 });
    expect(next.ok && next.value.decide(get("cart.example.com"), OUTSIDE, random)).toMatchObject({ service: "cart" });
    expect(table.decide(get("shop.mesh"), OUTSIDE, random)).toMatchObject({ version: "1.0.0" });
  });

  test("adds, removes and renames hosts", () => {
    const next = table.applyDelta(delta([testService("new"), testService("shop", { hosts: ["shop.example.com"] })], ["cart"]));
    const found = ["new.mesh", "shop.example.com", "cart.mesh", "cart.example.com"].map(
      (host) => next.ok && next.value.decide(get(host), OUTSIDE, random).service,
    );
    expect(found).toEqual(["new", "shop", null, null]);
  });

  test("makes the same table as the whole snapshot does", () => {
    const next = table.applyDelta(delta([testService("new", { rules: [beta] })], ["shop"]));
    expect(next.ok && [...next.value.services()].map(({ name }) => name).sort()).toEqual(["cart", "new"]);
    expect(next.ok && next.value.service("new" as ServiceName)?.rules).toEqual([beta]);
  });

  test("from another base is refused", () => {
    expect(table.applyDelta(delta([], [], 2))).toMatchObject({ ok: false, error: [{ path: "base" }] });
  });
});

test("a snapshot with bad weights or expressions is refused whole, with every problem", () => {
  const bad = testService("shop", {
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
