import { describe, expect, test } from "vitest";
import { type BlockParts, blockOf, type EdgeCount, halvesOf, measuredSettings } from "./block-of.ts";
import { LEVELS, settingsOf } from "./judge.fixture.ts";

const BOUNDS_S = [0.016, 0.032, 0.064];

function edge(caller: string, version: string, figures: Partial<Omit<EdgeCount, "caller" | "callee">>, callee = "cart"): EdgeCount {
  const [service = "", callerVersion = null] = caller.split("@");
  return {
    caller: { service, version: callerVersion },
    callee: { service: callee, version },
    requests: 0,
    failed: 0,
    aborted: 0,
    denied: 0,
    retries: 0,
    durations: { counts: [0, 0, 0, 0] },
    ...figures,
  };
}

function blockFrom(before: readonly EdgeCount[], after: readonly EdgeCount[], changes: Partial<BlockParts> = {}) {
  return blockOf({
    settings: settingsOf(),
    subject: { service: "cart", version: "2.0.0", baseline: "1.0.0" },
    ms: 5_000,
    weightBp: 2_500,
    before,
    after,
    boundsS: BOUNDS_S,
    evaluate: () => null,
    ...changes,
  });
}

describe("a block", () => {
  test("is what happened between two looks, by caller", () => {
    const before = [edge("shop@1.0.0", "1.0.0", { requests: 100, failed: 5 }), edge("shop@1.0.0", "2.0.0", { requests: 10, failed: 1 })];
    const after = [edge("shop@1.0.0", "1.0.0", { requests: 160, failed: 6 }), edge("shop@1.0.0", "2.0.0", { requests: 30, failed: 4 })];
    expect(blockFrom(before, after).metrics).toEqual([
      { strata: [{ caller: "shop@1.0.0", candidate: { n: 20, bad: 3 }, baseline: { n: 60, bad: 1 } }] },
    ]);
  });

  test("leaves out callers that met one version only, so that a rule cannot look like a difference", () => {
    const after = [
      edge("shop@1.0.0", "1.0.0", { requests: 60 }),
      edge("shop@1.0.0", "2.0.0", { requests: 20 }),
      edge("testers@1.0.0", "2.0.0", { requests: 50, failed: 50 }),
      edge("reports@1.0.0", "1.0.0", { requests: 400 }),
      edge("shop@1.0.0", "2.0.0", { requests: 9, failed: 9 }, "catalog"),
    ];
    const [reading] = blockFrom([], after).metrics;
    expect(reading).toEqual({ strata: [{ caller: "shop@1.0.0", candidate: { n: 20, bad: 0 }, baseline: { n: 60, bad: 0 } }] });
  });

  test("takes every caller where the split gives one version everything", () => {
    const after = [edge("ingress", "2.0.0", { requests: 40 })];
    expect(blockFrom([], after, { weightBp: 10_000 }).metrics).toEqual([
      { strata: [{ caller: "ingress", candidate: { n: 40, bad: 0 }, baseline: { n: 0, bad: 0 } }] },
    ]);
  });

  test("counts neither what authorization refused nor callers that went away, and counts a request that was tried again as bad, once", () => {
    const after = [
      edge("shop", "1.0.0", { requests: 10 }),
      edge("shop", "2.0.0", { requests: 30, aborted: 4, denied: 6, failed: 2, retries: 5 }),
    ];
    const [reading] = blockFrom([], after).metrics;
    expect(reading).toMatchObject({ strata: [{ candidate: { n: 20, bad: 5 } }] });
  });

  test("an edge whose counters went back counts from 0", () => {
    const before = [edge("shop", "1.0.0", { requests: 900, failed: 90 }), edge("shop", "2.0.0", { requests: 5 })];
    const after = [edge("shop", "1.0.0", { requests: 12, failed: 1 }), edge("shop", "2.0.0", { requests: 9 })];
    expect(blockFrom(before, after).metrics[0]).toMatchObject({ strata: [{ candidate: { n: 4, bad: 0 }, baseline: { n: 12, bad: 1 } }] });
  });

  test("latency: bad is what lies beyond the next measured bound", () => {
    const settings = settingsOf([{ kind: "latency", boundaryMs: 20, ...LEVELS }]);
    const after = [
      edge("shop", "1.0.0", { requests: 10, durations: { counts: [7, 2, 1, 0] } }),
      edge("shop", "2.0.0", { requests: 10, durations: { counts: [1, 2, 3, 4] } }),
    ];
    expect(blockFrom([], after, { settings }).metrics[0]).toMatchObject({
      strata: [{ candidate: { n: 10, bad: 7 }, baseline: { n: 10, bad: 1 } }],
    });
    const measured = (boundaryMs: number) =>
      measuredSettings(settingsOf([{ kind: "latency", boundaryMs, ...LEVELS }]), BOUNDS_S).metrics[0];
    expect([20, 32, 900].map(measured)).toMatchObject([{ boundaryMs: 32 }, { boundaryMs: 32 }, { boundaryMs: 64 }]);
  });

  test("a threshold asks for its own figure", () => {
    const settings = settingsOf([{ kind: "threshold", query: "p99(cart)", above: 1, forMs: 0 }]);
    expect(blockFrom([], [], { settings, evaluate: (query) => (query === "p99(cart)" ? 12 : null) }).metrics).toEqual([{ value: 12 }]);
  });
});

describe("halves of the baseline", () => {
  const figures = new Map([
    ["a", { requests: 10, failed: 1 }],
    ["b", { requests: 20, failed: 0 }],
    ["c", { requests: 30, failed: 2 }],
  ]);

  test("take instances in turn", () => {
    expect(halvesOf(figures, ["c", "a", "b"])).toEqual({ candidate: { n: 40, bad: 3 }, baseline: { n: 20, bad: 0 } });
  });

  test("are none where there is one instance, or one half had no requests", () => {
    expect(halvesOf(figures, ["a"])).toBeNull();
    expect(halvesOf(figures, ["a", "unheard"])).toBeNull();
  });
});
