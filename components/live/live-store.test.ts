import { describe, expect, test } from "vitest";
import type { Change, HealthEvent, LiveEvent, StreamData, TopologyEdge, TopologyService, Verdict } from "@/lib/client/index.ts";
import { createLiveStore, type LiveState, reduceLive } from "./live-store.ts";

const AT = "2026-01-01T00:00:00Z";

function service(name: string, ...lanes: (readonly [version: string, weightBp: number, errorRate?: number])[]): TopologyService {
  return {
    name,
    versions: lanes.map(([version, weightBp, errorRate]) => ({
      version,
      weightBp,
      rps: weightBp / 1000,
      errorRate: errorRate ?? 0,
      p50Ms: 4,
      p99Ms: 20,
      requests: weightBp / 10,
      instances: 2,
      ready: 2,
      ejected: 0,
    })),
  };
}

function edge(from: string, to: string, requests: number, errorRate: number | null, verdict: Verdict = "compatible"): TopologyEdge {
  const end = (text: string) => ({ service: text.split("@")[0] ?? "", version: text.split("@")[1] ?? null });
  const rare = { denied: 0, retries: 0, failovers: 0, encrypted: 0, mirrored: 0 };
  return { from: end(from), to: end(to), rps: requests / 10, errorRate, p99Ms: requests > 0 ? requests : null, requests, verdict, ...rare };
}

function topology(kind: "snapshot" | "delta", part: Partial<Extract<StreamData, { topic: "topology" }>>): LiveEvent {
  return { kind, id: "1", data: { topic: "topology", at: AT, windowMs: 10_000, services: [], edges: [], ...part } };
}

function run(...events: readonly LiveEvent[]): LiveState {
  return events.reduce((state, event) => reduceLive(state, event, 1), createLiveStore().getState());
}

const first = topology("snapshot", {
  services: [service("cart", ["1.0.0", 10_000]), service("recommendations", ["1.2.0", 7500], ["1.3.0", 2500])],
  edges: [
    edge("ingress", "cart@1.0.0", 100, 0),
    edge("cart@1.0.0", "recommendations@1.2.0", 75, 0),
    edge("cart@1.0.0", "recommendations@1.3.0", 25, 0.2, "unknown"),
  ],
});

describe("the topology", () => {
  test("version pairs add up to one edge between services, with the worst verdict and the slowest p99", () => {
    expect(run(first).serviceEdges.get("cart>recommendations")).toMatchObject({
      rps: 10,
      requests: 100,
      failed: 5,
      errorRate: 0.05,
      p99Ms: 75,
      verdict: "unknown",
    });
  });

  test("refused, repeated and encrypted requests of version pairs add up, and all of them encrypted is exactly one", () => {
    const pair = (to: string, more: Partial<TopologyEdge>): TopologyEdge => ({ ...edge("cart@1.0.0", to, 3, 0), ...more });
    const whole = topology("snapshot", {
      edges: [
        pair("pay@1.0.0", { encrypted: 1, denied: 2, retries: 1, mirrored: 0.5 }),
        pair("pay@2.0.0", { encrypted: 1, denied: 1, failovers: 2, mirrored: 0.5 }),
        pair("mail@1.0.0", { encrypted: 1 / 3 }),
        pair("mail@2.0.0", { encrypted: 0 }),
        { ...edge("cart@1.0.0", "idle@1.0.0", 0, null), encrypted: null },
      ],
    });
    const { serviceEdges } = run(whole);
    expect(serviceEdges.get("cart>pay")).toMatchObject({ denied: 3, retries: 1, failovers: 2, mirrored: 1, encrypted: 1 });
    expect(serviceEdges.get("cart>mail")?.encrypted).toBeCloseTo(1 / 6);
    expect(serviceEdges.get("cart>idle")?.encrypted).toBeNull();
  });

  test("what a service as a whole has proven holds while its rate stays above the limit", () => {
    const before = run(topology("snapshot", { services: [service("cart", ["1.0.0", 6000, 0.05])] }));
    const after = reduceLive(before, topology("delta", { services: [service("cart", ["1.0.0", 750, 0.04])] }), 2);
    expect([before, after].map((state) => state.services.get("cart")?.whole)).toEqual(["bad", "bad"]);
    expect(run(topology("snapshot", { services: [service("cart", ["1.0.0", 750, 0.04])] })).services.get("cart")?.whole).toBe("warn");
  });

  test("what one version pair has proven is not held against another pair of the edge", () => {
    const of = (version: string, requests: number, errorRate: number) =>
      edge("cart@1.0.0", `recommendations@${version}`, requests, errorRate);
    const proven = run(topology("snapshot", { edges: [of("1.2.0", 600, 0), of("1.3.0", 600, 0.1)] }));
    expect(proven.serviceEdges.get("cart>recommendations")?.health).toBe("bad");
    // The failing version is gone; 3 of 75 do not prove by themselves that the other one is bad.
    const delta = topology("delta", { edges: [of("1.2.0", 75, 0.04), of("1.3.0", 0, 0)] });
    expect(reduceLive(proven, delta, 2).serviceEdges.get("cart>recommendations")).toMatchObject({
      health: "warn",
      pairHealth: { "cart@1.0.0>recommendations@1.2.0": "warn", "cart@1.0.0>recommendations@1.3.0": "unknown" },
    });
    // Its own proof it keeps.
    const slower = topology("delta", { edges: [of("1.3.0", 75, 0.04)] });
    expect(reduceLive(proven, slower, 2).serviceEdges.get("cart>recommendations")?.health).toBe("bad");
  });

  test("a tick with the same figures changes no identity, so nothing repaints", () => {
    const before = run(first);
    const after = reduceLive(
      before,
      topology("delta", { services: [service("cart", ["1.0.0", 10_000])], edges: [edge("ingress", "cart@1.0.0", 100, 0)] }),
      2,
    );
    expect(after.services).toBe(before.services);
    expect(after.shape).toBe(before.shape);
    expect(after.serviceEdges).toBe(before.serviceEdges);
  });

  test("one edge's tick leaves every other entry the same object", () => {
    const before = run(first);
    const after = reduceLive(before, topology("delta", { edges: [edge("cart@1.0.0", "recommendations@1.2.0", 80, 0)] }), 2);
    expect(after.serviceEdges.get("ingress>cart")).toBe(before.serviceEdges.get("ingress>cart"));
    expect(after.serviceEdges.get("cart>recommendations")).not.toBe(before.serviceEdges.get("cart>recommendations"));
    expect(after.services).toBe(before.services);
    expect(after.shape).toBe(before.shape);
  });

  test("one lane's tick leaves the other lane of the service the same object", () => {
    const before = run(first);
    const after = reduceLive(
      before,
      topology("delta", { services: [service("recommendations", ["1.2.0", 7500], ["1.3.0", 2500, 0.07])] }),
      2,
    );
    expect(after.services.get("recommendations")?.versions[0]).toBe(before.services.get("recommendations")?.versions[0]);
    expect(after.services.get("recommendations")?.versions[1]?.errorRate).toBe(0.07);
  });

  test("what is removed leaves the picture, and the shape says so", () => {
    const after = reduceLive(run(first), topology("delta", { removedServices: ["cart"], removedEdges: ["ingress>cart@1.0.0"] }), 2);
    expect(after.shape.services.map((entry) => entry.name)).toEqual(["recommendations"]);
    expect(after.shape.edges.map((entry) => entry.key)).toEqual([]);
  });

  test("an edge to a service that is not known is not part of the shape", () => {
    const state = run(topology("snapshot", { services: [service("cart", ["1.0.0", 10_000])], edges: [edge("cart@1.0.0", "gone", 3, 1)] }));
    expect(state.shape.edges).toEqual([]);
  });

  test("a snapshot replaces everything; a reset before it keeps the old picture", () => {
    const reset: LiveEvent = { kind: "reset", id: "2", data: { topic: "topology", at: AT, detail: "restarted" } };
    const afterReset = reduceLive(run(first), reset, 2);
    expect([...afterReset.services.keys()]).toEqual(["cart", "recommendations"]);
    const afterSnapshot = reduceLive(afterReset, topology("snapshot", { services: [service("users", ["1.0.0", 10_000])] }), 3);
    expect([...afterSnapshot.services.keys()]).toEqual(["users"]);
    expect(afterSnapshot.serviceEdges.size).toBe(0);
  });
});

describe("the other topics", () => {
  const change = (seq: number): Change => ({
    id: `chg-${seq}`,
    seq,
    at: AT,
    author: "ana",
    via: "console",
    reason: "",
    kind: "split.set",
    subject: "cart",
    before: null,
    after: null,
    undoable: true,
    services: ["cart"],
  });
  const activity = (kind: "snapshot" | "delta", ...changes: Change[]): LiveEvent => ({
    kind,
    id: "9",
    data: { topic: "activity", at: AT, changes },
  });

  test("changes are kept newest first, each once, at most 200", () => {
    const many = Array.from({ length: 250 }, (_, index) => change(index + 1));
    const state = run(activity("snapshot", ...many), activity("delta", change(250), change(251)));
    expect(state.changes).toHaveLength(200);
    expect(state.changes.slice(0, 2).map((entry) => entry.seq)).toEqual([251, 250]);
  });

  test("a topic counts as loaded from its snapshot on", () => {
    expect(run(activity("delta", change(1))).loaded.has("activity")).toBe(false);
    expect(run(activity("snapshot")).loaded.has("activity")).toBe(true);
  });

  test("instances that changed move the epoch, other news do not", () => {
    const health = (instancesChanged?: boolean): LiveEvent => ({
      kind: "delta",
      id: "3",
      data: { topic: "health", at: AT, events: [], ...(instancesChanged === undefined ? {} : { instancesChanged }) },
    });
    expect(run(health(true), health(), health(true)).instancesEpoch).toBe(2);
  });

  const event = (subject: string): HealthEvent => ({ at: AT, kind: "lease-expired", subject, sentence: `${subject} went` });
  const health = (kind: "snapshot" | "delta", ...subjects: string[]): LiveEvent => ({
    kind,
    id: "3",
    data: { topic: "health", at: AT, events: subjects.map(event) },
  });

  test("health events are newest first, and a snapshot replaces those already known instead of doubling them", () => {
    const state = run(health("snapshot", "a", "b"), health("delta", "c"));
    expect(state.healthEvents).toEqual([event("c"), event("b"), event("a")]);
    expect(reduceLive(state, health("snapshot", "b", "c", "d"), 2).healthEvents).toEqual([event("d"), event("c"), event("b")]);
    expect(reduceLive(state, health("snapshot"), 2).healthEvents).toEqual([]);
    expect(reduceLive(state, health("delta"), 2).healthEvents).toBe(state.healthEvents);
  });

  test("a snapshot moves the instances' epoch, for what changed meanwhile was not heard", () => {
    const before = run(health("snapshot"));
    expect(reduceLive(before, health("snapshot"), 2).instancesEpoch).toBe(before.instancesEpoch + 1);
  });
});
