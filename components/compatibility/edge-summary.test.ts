import { describe, expect, test } from "vitest";
import type { Service, TopologyEdge, Verdict } from "@/lib/client/index.ts";
import { findEdges, flowByEdge, orderEdges, pairsAtStake } from "./edge-summary.ts";

const AT = "2026-11-21T00:00:00.000Z";

function service(name: string, versions: Readonly<Record<string, Readonly<Record<string, string>>>>): Service {
  return {
    name,
    hosts: [],
    rev: 1,
    registeredAt: AT,
    weights: {},
    rules: 0,
    versions: Object.entries(versions).map(([version, requirements]) => ({
      service: name,
      version,
      rev: 1,
      requirements: { ...requirements },
      openRequirements: [],
      registeredAt: AT,
      registeredBy: "anna",
      lifecycle: { stage: "registered", since: "2026-01-01T00:00:00.000Z", by: "anna", cause: "operator" },
      weightBp: 0,
      live: false,
      instances: 0,
      ready: 0,
    })),
  };
}

function edge(from: string, to: string, verdict: Verdict, rps: number): TopologyEdge {
  const end = (text: string) => {
    const [name = "", version = null] = text.split("@");
    return { service: name, version };
  };
  const figures = {
    rps,
    requests: Math.round(rps * 5),
    errorRate: 0,
    p99Ms: 1,
    denied: 0,
    retries: 0,
    failovers: 0,
    encrypted: 0,
    mirrored: 0,
  };
  return { from: end(from), to: end(to), verdict, ...figures };
}

const SHOP = [
  service("checkout", { "1.4.0": { payments: "^2.1.0" }, "2.0.0": { payments: ">=2.3.0 <4.0.0" } }),
  service("payments", { "2.3.0": {}, "3.0.0": {} }),
  service("cart", { "1.0.0": { ledger: "^1.0.0" } }),
];

describe("edges", () => {
  test("each registered pair counts once under its verdict", () => {
    const found = findEdges({ services: SHOP, facts: [] }, [], AT).find((each) => each.key === "checkout>payments");
    expect(found?.pairs).toEqual({ compatible: 3, incompatible: 1, unknown: 0 });
  });

  test("an edge that is only seen in traffic is listed, its pairs unknown", () => {
    const found = findEdges({ services: SHOP, facts: [] }, [{ from: "cart", to: "checkout" }], AT).find(
      (each) => each.key === "cart>checkout",
    );
    expect(found?.pairs).toEqual({ compatible: 0, incompatible: 0, unknown: 2 });
  });

  test("a requirement on a service that does not exist is listed as such", () => {
    expect(findEdges({ services: SHOP, facts: [] }, [], AT).find((each) => each.key === "cart>ledger")).toMatchObject({
      isRegistered: false,
      pairs: { unknown: 0 },
    });
  });

  test("traffic from outside is no edge between services", () => {
    expect(
      findEdges({ services: SHOP, facts: [] }, [{ from: "ingress", to: "cart" }], AT).some((each) => each.consumer === "ingress"),
    ).toBe(false);
  });

  test("broken traffic comes before more unproven traffic, and that before none", () => {
    const edges = findEdges({ services: SHOP, facts: [] }, [{ from: "cart", to: "checkout" }], AT);
    const flows = flowByEdge([
      edge("checkout@1.4.0", "payments@3.0.0", "incompatible", 0.2),
      edge("cart@1.0.0", "checkout@1.4.0", "unknown", 90),
    ]);
    expect(orderEdges(edges, flows).map((each) => each.key)).toEqual(["checkout>payments", "cart>checkout", "cart>ledger"]);
  });

  test("a rate that flickers does not reorder edges", () => {
    const edges = findEdges(
      { services: SHOP, facts: [] },
      [
        { from: "cart", to: "checkout" },
        { from: "cart", to: "payments" },
      ],
      AT,
    );
    const flows = (first: number, second: number) =>
      flowByEdge([edge("cart@1.0.0", "checkout@1.4.0", "unknown", first), edge("cart@1.0.0", "payments@2.3.0", "unknown", second)]);
    expect(orderEdges(edges, flows(9, 9.4))).toEqual(orderEdges(edges, flows(9.4, 9)));
  });
});

describe("traffic", () => {
  test("requests that reached no version count for the edge and for no pair", () => {
    const edges = [edge("cart@1.0.0", "checkout", "unknown", 4), edge("cart@1.0.0", "checkout@1.4.0", "compatible", 6)];
    expect(flowByEdge(edges).get("cart>checkout")).toEqual({ rps: 10, brokenRps: 0, unknownRps: 0, isBrokenLive: false });
    expect(pairsAtStake(edges, "unknown")).toEqual([]);
  });

  test("a broken pair is listed while it is live, with requests or without", () => {
    const quiet = edge("checkout@1.4.0", "payments@3.0.0", "incompatible", 0);
    expect(pairsAtStake([quiet], "incompatible")).toEqual([quiet]);
    expect(orderEdges(findEdges({ services: SHOP, facts: [] }, [], AT), flowByEdge([quiet]))[0]?.key).toBe("checkout>payments");
  });

  test("only unknown pairs that carry requests are listed, the larger rate first", () => {
    const small = edge("cart@1.0.0", "checkout@1.4.0", "unknown", 1);
    const large = edge("cart@1.0.0", "payments@2.3.0", "unknown", 40);
    const idle = edge("cart@1.0.0", "payments@3.0.0", "unknown", 0);
    expect(pairsAtStake([small, idle, large], "unknown")).toEqual([large, small]);
  });
});
