import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Weights } from "../model/index.ts";
import { meshOf } from "../testing/index.ts";
import { exposure, type FlowEdge, predictedExposure } from "./index.ts";

const NOW = "2026-02-01T00:00:00.000Z";
const SERVICES = ["a", "b", "c", "d"];
const VERSIONS = ["1.0.0", "2.0.0"];
const INGRESS = { service: "ingress", version: null };

/** From "service@version" to "service@version"; "" is the ingress. */
function edge(from: string, to: string, rps: number): FlowEdge {
  const end = (text: string) =>
    text === "" ? INGRESS : { service: text.slice(0, text.indexOf("@")), version: text.slice(text.indexOf("@") + 1) || null };
  return { from: end(from), to: end(to), rps };
}

const name = fc.tuple(fc.constantFrom(...SERVICES), fc.constantFrom(...VERSIONS)).map(([service, version]) => `${service}@${version}`);
/** A rate per second, as counters over a window give it: none, or not so small that arithmetic has no digits for it. */
const rate = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 100, noNaN: true }));
const flows = fc.array(
  fc.tuple(fc.oneof(fc.constant(""), name), name, rate).map(([from, to, rps]) => edge(from, to, rps)),
  { maxLength: 20 },
);

/** Each pair of versions gets a verdict through the range that its consumer declares; "" declares nothing. */
const RANGES = ["*", "^1.0.0", "^2.0.0", "^9.0.0", ""];
const requirements = fc.array(fc.constantFrom(...RANGES), { minLength: 32, maxLength: 32 });

function stateOf(ranges: readonly string[], weights: Weights = {}) {
  let at = 0;
  const sketch = SERVICES.map((service) => {
    const versions = VERSIONS.map((version) => {
      const declared = SERVICES.filter((provider) => provider !== service).map(
        (provider) => [provider, ranges[at++ % ranges.length] ?? ""] as const,
      );
      return [version, Object.fromEntries(declared.filter(([, range]) => range !== ""))] as const;
    });
    return [service, { versions: Object.fromEntries(versions), weights }] as const;
  });
  return meshOf(Object.fromEntries(sketch));
}

describe("exposure", () => {
  test("is the share of requests that reach an undeclared call behind the page they ask for", () => {
    const state = meshOf({
      a: { versions: { "1.0.0": { b: "*", c: "*" } } },
      b: { versions: { "1.0.0": {} } },
      c: { versions: { "1.0.0": {} } },
      d: { versions: { "1.0.0": {} } },
    });
    const edges = [
      edge("", "a@1.0.0", 100),
      edge("a@1.0.0", "b@1.0.0", 14),
      edge("a@1.0.0", "c@1.0.0", 80),
      edge("b@1.0.0", "d@1.0.0", 14),
    ];
    expect(exposure(state, edges, NOW).unproven).toBeCloseTo(0.14, 12);
    expect(exposure(state, edges, NOW).broken).toBe(0);
  });

  test("is a share", () => {
    fc.assert(
      fc.property(flows, requirements, (edges, ranges) => {
        for (const share of Object.values(exposure(stateOf(ranges), edges, NOW))) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("is zero where every pair is declared and satisfied, except for self-calls, which nobody can declare", () => {
    fc.assert(
      fc.property(flows, (edges) => {
        const declared = edges.filter(({ from, to }) => from.service !== to.service);
        expect(exposure(stateOf(["*"]), declared, NOW)).toEqual({ broken: 0, unproven: 0 });
      }),
    );
  });

  test("never falls when one more pair breaks", () => {
    fc.assert(
      fc.property(flows, requirements, fc.nat(23), (edges, ranges, at) => {
        const worse = ranges.with(at, "^9.0.0");
        expect(exposure(stateOf(worse), edges, NOW).broken).toBeGreaterThanOrEqual(exposure(stateOf(ranges), edges, NOW).broken - 1e-6);
      }),
    );
  });

  test("does not depend on the order of edges nor on the unit of the rates", () => {
    fc.assert(
      fc.property(flows, requirements, (edges, ranges) => {
        const state = stateOf(ranges);
        const turned = edges.toReversed().map(({ from, to, rps }) => ({ from, to, rps: rps * 7 }));
        expect(exposure(state, turned, NOW).broken).toBeCloseTo(exposure(state, edges, NOW).broken, 5);
      }),
    );
  });
});

describe("exposure of one chain", () => {
  const state = meshOf({
    a: { versions: { "1.0.0": { b: "^1.0.0" } } },
    b: { versions: { "1.0.0": {}, "2.0.0": {} } },
    worker: { versions: { "1.0.0": { b: "^1.0.0" } } },
  });
  const cases: readonly (readonly [string, readonly FlowEdge[], number])[] = [
    ["no traffic", [], 0],
    [
      "a quarter of the calls meet the broken version",
      [edge("", "a@1.0.0", 10), edge("a@1.0.0", "b@1.0.0", 7.5), edge("a@1.0.0", "b@2.0.0", 2.5)],
      0.25,
    ],
    ["only every tenth request calls at all", [edge("", "a@1.0.0", 10), edge("a@1.0.0", "b@2.0.0", 1)], 0.1],
    [
      "two calls per request, each with one chance in two",
      [edge("", "a@1.0.0", 10), edge("a@1.0.0", "b@1.0.0", 10), edge("a@1.0.0", "b@2.0.0", 10)],
      0.75,
    ],
    ["half of the chains never come near", [edge("", "a@1.0.0", 10), edge("a@1.0.0", "b@2.0.0", 10), edge("", "b@1.0.0", 10)], 0.5],
    ["a worker that nobody calls", [edge("worker@1.0.0", "b@1.0.0", 3), edge("worker@1.0.0", "b@2.0.0", 1)], 0.25],
    ["calls that reached no version", [edge("", "a@1.0.0", 10), edge("a@1.0.0", "b@", 5), edge("a@1.0.0", "b@2.0.0", 5)], 0.5],
  ];
  test.each(cases)("%s", (_, edges, broken) => {
    expect(exposure(state, edges, NOW).broken).toBeCloseTo(broken, 9);
  });
});

describe("the prediction", () => {
  const versions = { a: { "1.0.0": { b: "*" } }, b: { "1.0.0": { c: "*" }, "2.0.0": { c: "^2.0.0" } }, c: { "1.0.0": {} } };
  const mesh = (weights: Weights) =>
    meshOf({ a: { versions: versions.a }, b: { versions: versions.b, weights }, c: { versions: versions.c } });
  const edges = [edge("", "a@1.0.0", 10), edge("a@1.0.0", "b@1.0.0", 10), edge("b@1.0.0", "c@1.0.0", 5)];

  test("shares calls out by the new weights, and takes a version without traffic to call what its sisters call", () => {
    const predicted = predictedExposure(mesh({ "1.0.0": 10_000 }), mesh({ "1.0.0": 6_000, "2.0.0": 4_000 }), edges, NOW);
    expect(predicted.broken).toBeCloseTo(0.4 * 0.5, 9);
  });

  test("is the present exposure when no weight changes", () => {
    fc.assert(
      fc.property(flows, requirements, (measured, ranges) => {
        const state = stateOf(ranges);
        expect(predictedExposure(state, state, measured, NOW)).toEqual(exposure(state, measured, NOW));
      }),
    );
  });

  test("is a share, whatever changes", () => {
    fc.assert(
      fc.property(flows, requirements, fc.nat(10_000), (measured, ranges, weightBp) => {
        const after = stateOf(ranges, { "1.0.0": weightBp, "2.0.0": 10_000 - weightBp });
        for (const share of Object.values(predictedExposure(stateOf(ranges), after, measured, NOW))) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
