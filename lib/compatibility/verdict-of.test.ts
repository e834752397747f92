import { describe, expect, test } from "vitest";
import type { ChangeId, Override, ServiceName, Version, VersionRef } from "../model/index.ts";
import { meshOf, SKETCHED_AT } from "../testing/index.ts";
import { edgeVerdicts, matrix, verdictOf, verdictOfEdge } from "./index.ts";

const NOW = "2026-02-01T00:00:00.000Z";
const OLD = ref("checkout", "1.4.0");
const NEW = ref("checkout", "2.0.0");
const PAYMENTS_2 = ref("payments", "2.3.0");
const PAYMENTS_3 = ref("payments", "3.0.0");

function ref(service: string, version: string): VersionRef {
  return { service: service as ServiceName, version: version as Version };
}

function overrideUntil(expiresAt: string): Override {
  return {
    consumer: OLD,
    provider: PAYMENTS_3,
    author: "ben",
    reason: "load test",
    grantedAt: SKETCHED_AT,
    expiresAt,
    changeId: "chg-9" as ChangeId,
  };
}

const shop = {
  checkout: {
    versions: { "1.4.0": { payments: "^2.1.0", gift: "*" }, "2.0.0": { payments: ">=2.3.0 <4.0.0" }, "3.0.0": {} },
    weights: { "1.4.0": 10_000 },
  },
  payments: { versions: { "2.3.0": {}, "3.0.0": {} }, weights: { "2.3.0": 10_000 } },
};

describe("the verdict of a pair", () => {
  const state = meshOf(shop);
  test.each([
    ["a requirement that covers the version", OLD, PAYMENTS_2, "compatible"],
    ["a requirement that excludes the version", OLD, PAYMENTS_3, "incompatible"],
    ["no requirement on the service", ref("checkout", "3.0.0"), PAYMENTS_3, "unknown"],
    ["a consumer version that is not registered", ref("checkout", "9.9.9"), PAYMENTS_3, "unknown"],
    ["a provider version that is not registered", OLD, ref("payments", "9.9.9"), "unknown"],
    ["a requirement on a service that does not exist yet", OLD, ref("gift", "1.0.0"), "unknown"],
    ["a provider with the name of a built-in", OLD, ref("constructor", "1.0.0"), "unknown"],
  ] as const)("%s", (_, consumer, provider, verdict) => {
    expect(verdictOf(state, consumer, provider, NOW).verdict).toBe(verdict);
  });

  test("comes with the requirement as evidence, dated and signed", () => {
    expect(verdictOf(state, OLD, PAYMENTS_3, NOW).evidence).toEqual([
      {
        kind: "declared",
        verdict: "incompatible",
        at: SKETCHED_AT,
        author: "anna",
        sentence: "checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.",
        range: "^2.1.0",
      },
    ]);
    expect(verdictOf(state, ref("checkout", "3.0.0"), PAYMENTS_3, NOW).evidence).toEqual([]);
  });
});

describe("an override", () => {
  test("opens the gate and adds evidence, and the pair stays incompatible", () => {
    const found = verdictOf(meshOf(shop, [overrideUntil("2026-02-01T00:00:00.001Z")]), OLD, PAYMENTS_3, NOW);
    expect(found).toMatchObject({ verdict: "incompatible", overridden: true });
    expect(found.evidence.map(({ kind }) => kind)).toEqual(["declared", "override"]);
    expect(found.evidence[1]?.sentence).toBe("ben lets this pair through until 2026-02-01T00:00:00.001Z: load test");
  });

  test("counts no longer from the moment it expires", () => {
    const found = verdictOf(meshOf(shop, [overrideUntil(NOW)]), OLD, PAYMENTS_3, NOW);
    expect(found).toMatchObject({ verdict: "incompatible", overridden: false });
    expect(found.evidence).toHaveLength(1);
  });

  test("opens the gate for its own pair only", () => {
    const state = meshOf({ ...shop, payments: { versions: { "2.3.0": {}, "3.0.0": {}, "3.1.0": {} } } }, [
      overrideUntil("2027-01-01T00:00:00.000Z"),
    ]);
    expect(verdictOf(state, OLD, ref("payments", "3.1.0"), NOW).overridden).toBe(false);
  });
});

test("traffic from outside breaks nothing, and a request that reached no version proves nothing", () => {
  const state = meshOf(shop);
  expect(verdictOfEdge(state, { service: "ingress", version: null }, PAYMENTS_3, NOW)).toBe("compatible");
  expect(verdictOfEdge(state, OLD, { service: "payments", version: null }, NOW)).toBe("unknown");
  expect(verdictOfEdge(state, NEW, PAYMENTS_3, NOW)).toBe("compatible");
});

test("the relation, the matrix and the single verdict say the same of every pair", () => {
  const state = meshOf(shop);
  const [checkout, payments] = ["checkout" as ServiceName, "payments" as ServiceName];
  const relation = edgeVerdicts(state, checkout, payments, NOW)?.compatible;
  const { cells, consumerVersions, providerVersions } = matrix(state, checkout, payments, NOW);
  const fromRelation = consumerVersions.flatMap((_, consumer) => providerVersions.map((__, provider) => relation?.has(consumer, provider)));
  expect(cells.map(({ verdict }) => verdict === "compatible")).toEqual(fromRelation);
  expect(cells.map(({ verdict }) => verdict)).toEqual(["compatible", "incompatible", "compatible", "compatible", "unknown", "unknown"]);
  expect(cells.filter(({ live }) => live)).toMatchObject([{ consumerVersion: "1.4.0", providerVersion: "2.3.0" }]);
});

test("the matrix of a service that does not exist is empty", () => {
  expect(matrix(meshOf(shop), "checkout" as ServiceName, "gift" as ServiceName, NOW)).toMatchObject({ providerVersions: [], cells: [] });
});
