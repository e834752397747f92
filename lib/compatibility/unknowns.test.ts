import { describe, expect, test } from "vitest";
import type { EvidenceFact, ServiceName, Version } from "../model/index.ts";
import { meshOf, SKETCHED_AT } from "../testing/index.ts";
import { type FlowEdge, inferredVerdict, judge, learnedEdge, misfitsOf, rankUnknowns, regionsOf } from "./index.ts";

const NOW = "2026-02-01T00:00:00.000Z";
const CHECKOUT = "checkout" as ServiceName;
const PAYMENTS = "payments" as ServiceName;

function fact(seq: number, consumer: string, provider: string, verdict: EvidenceFact["verdict"]): EvidenceFact {
  return {
    id: `ev_${seq}`,
    source: "operator",
    consumer: { service: CHECKOUT, version: consumer as Version },
    provider: { service: PAYMENTS, version: provider as Version },
    constraint: "api",
    verdict,
    at: SKETCHED_AT,
    author: "anna",
    reason: "tried it",
  };
}

function flow(consumer: string, provider: string, rps: number): FlowEdge {
  return { from: { service: "checkout", version: consumer }, to: { service: "payments", version: provider }, rps };
}

/** checkout 1.0.0 to 1.2.0 and payments 2.0.0 to 2.3.0; nobody declares anything. */
function shop(facts: readonly EvidenceFact[]) {
  const versions = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));
  return meshOf(
    {
      checkout: { versions: versions("1.0.0", "1.1.0", "1.2.0"), weights: { "1.1.0": 10_000 } },
      payments: { versions: versions("2.0.0", "2.1.0", "2.2.0", "2.3.0"), weights: { "2.2.0": 10_000 } },
    },
    [],
    facts,
  );
}

const ANCHORS = [
  fact(1, "1.0.0", "2.2.0", "compatible"),
  fact(2, "1.2.0", "2.0.0", "compatible"),
  fact(3, "1.2.0", "2.3.0", "incompatible"),
];

describe("what is learned of an edge", () => {
  test("is told as boundaries per version of the consumer, and a pair between them is inferred", () => {
    const edge = learnedEdge(shop(ANCHORS), CHECKOUT, PAYMENTS, NOW);
    if (edge === null) throw new Error("not registered");
    expect(regionsOf(edge)[1]).toEqual({
      consumerVersion: "1.1.0",
      lowestProven: "2.0.0",
      highestProven: "2.2.0",
      lowestPossible: "2.0.0",
      highestPossible: "2.2.0",
    });
    expect(inferredVerdict(edge, "1.1.0" as Version, "2.1.0" as Version)).toBe("compatible");
    expect(inferredVerdict(edge, "1.1.0" as Version, "2.3.0" as Version)).toBe("incompatible");
    expect(inferredVerdict(edge, "1.2.0" as Version, "2.3.0" as Version)).toBeNull();
    expect([edge.knowledge.open.count, edge.next]).toEqual([0, null]);
  });

  test("never changes a verdict: an inferred pair stays unknown for the gate", () => {
    const before = shop(ANCHORS);
    const services = new Map(before.services);
    const checkout = services.get(CHECKOUT);
    if (checkout === undefined) throw new Error("not registered");
    services.set(CHECKOUT, { ...checkout, weights: { "1.0.0": 10_000 } });
    const payments = services.get(PAYMENTS);
    if (payments === undefined) throw new Error("not registered");
    services.set(PAYMENTS, { ...payments, weights: { "2.3.0": 10_000 } });
    expect(judge(before, { ...before, services }, NOW)).toMatchObject({ refused: [], verdict: "unknown" });
  });

  test("names the facts that no order fits", () => {
    const column = ["1.0.0", "1.1.0"].flatMap((consumer, at) => [
      fact(10 * at + 1, consumer, "2.0.0", "compatible"),
      fact(10 * at + 2, consumer, "2.1.0", "incompatible"),
      fact(10 * at + 3, consumer, "2.2.0", "incompatible"),
      fact(10 * at + 4, consumer, "2.3.0", "compatible"),
    ]);
    const edge = learnedEdge(shop(column), CHECKOUT, PAYMENTS, NOW);
    const misfits = edge === null ? [] : misfitsOf(edge, CHECKOUT, PAYMENTS);
    expect(misfits).toHaveLength(4);
    expect(misfits[0]?.sentence).toBe(
      "checkout 1.0.0 does not work with payments 2.1.0, although 1.0.0 works with 2.0.0 and 1.0.0 works with 2.3.0: newer and older versions on either side work. Nothing is inferred from such facts.",
    );
  });
});

describe("unknown pairs", () => {
  test("are ranked by requests at stake and by what a test would settle, and each says how to find out", () => {
    const { items, total } = rankUnknowns(shop([]), [flow("1.1.0", "2.2.0", 20)], NOW, 10);
    expect(items[0]).toMatchObject({
      consumer: { version: "1.1.0" },
      provider: { version: "2.2.0" },
      live: true,
      rps: 20,
      minutes: 1,
      how: expect.stringMatching(
        /^Run the contract test of checkout 1\.1\.0 against payments 2\.2\.0 and publish its result, or let them run: .* about 1 minute/,
      ),
    });
    expect(total).toBeGreaterThanOrEqual(items.length);
  });

  test("include the next test of an edge without traffic, for which only a test can tell", () => {
    const { items } = rankUnknowns(shop([fact(1, "1.0.0", "2.0.0", "compatible")]), [], NOW, 10);
    const next = items.find(({ isNextTest }) => isNextTest);
    expect(next).toMatchObject({ rps: 0, minutes: null });
    expect(next?.remaining).toBeGreaterThan(1);
    expect(next?.how).toMatch(/publish its result\.$/);
  });

  test("are none where everything is decided, and no more than asked for", () => {
    const all = ["1.0.0", "1.1.0", "1.2.0"].flatMap((consumer, row) =>
      ["2.0.0", "2.1.0", "2.2.0", "2.3.0"].map((provider, column) => fact(4 * row + column, consumer, provider, "compatible")),
    );
    expect(rankUnknowns(shop(all), [flow("1.1.0", "2.2.0", 20)], NOW, 10)).toEqual({ items: [], total: 0 });
    const flows = [flow("1.1.0", "2.2.0", 20), flow("1.0.0", "2.2.0", 1), flow("1.2.0", "2.2.0", 2)];
    expect(rankUnknowns(shop([]), flows, NOW, 1).items).toHaveLength(1);
  });
});
