import { expect, test } from "vitest";
import { applyTopologyDelta, edgeKey, type TopologyDelta } from "./topology-delta.ts";
import type { Topology, TopologyEdge } from "./wire-types.ts";

function edge(from: string, to: string, requests = 0): TopologyEdge {
  const end = (text: string) => ({ service: text.split("@")[0] ?? "", version: text.split("@")[1] ?? null });
  const counts = { denied: 0, retries: 0, failovers: 0, encrypted: null, mirrored: 0 };
  return { from: end(from), to: end(to), rps: 0, errorRate: null, p99Ms: null, requests, verdict: "unknown", ...counts };
}

const before: Topology = {
  at: "2026-01-01T00:00:00Z",
  windowMs: 10_000,
  services: [
    { name: "cart", versions: [] },
    { name: "users", versions: [] },
  ],
  edges: [edge("ingress", "cart@1.0.0"), edge("cart@1.0.0", "users@1.0.0")],
};

const empty: TopologyDelta = { topic: "topology", at: "2026-01-01T00:00:01Z", windowMs: 10_000, services: [], edges: [] };

test("an edge is named by both ends, an end without a version by its service alone", () => {
  expect(before.edges.map(edgeKey)).toEqual(["ingress>cart@1.0.0", "cart@1.0.0>users@1.0.0"]);
});

test("a delta replaces what changed, removes what is gone, adds what is new at the end, and leaves the rest untouched", () => {
  const after = applyTopologyDelta(before, {
    ...empty,
    services: [{ name: "fraud", versions: [] }],
    removedServices: ["cart"],
    edges: [edge("cart@1.0.0", "users@1.0.0", 5)],
    removedEdges: ["ingress>cart@1.0.0"],
  });
  expect(after.services.map((service) => service.name)).toEqual(["users", "fraud"]);
  expect(after.services[0]).toBe(before.services[1]);
  expect(after.edges).toEqual([edge("cart@1.0.0", "users@1.0.0", 5)]);
  expect(after.at).toBe("2026-01-01T00:00:01Z");
});

test("a delta without changes keeps the identity of both lists", () => {
  const after = applyTopologyDelta(before, empty);
  expect(after.services).toBe(before.services);
  expect(after.edges).toBe(before.edges);
});
