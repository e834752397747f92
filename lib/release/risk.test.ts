import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RISK_LEVELS, type RiskLevel } from "../model/index.ts";
import { confirmedBy, needsSecondPerson, type RiskFacts, riskOf } from "./risk.ts";

const NONE: RiskFacts = {
  moved: [],
  unproven: [],
  broken: [],
  irreversible: [],
  leaving: [],
  loads: [],
  alerts: [],
  isWayBack: false,
};
const rank = (level: RiskLevel) => RISK_LEVELS.indexOf(level);

const sentences = fc.array(fc.constantFrom("a with b", "c with d"), { maxLength: 2 });
const facts: fc.Arbitrary<RiskFacts> = fc.record({
  moved: fc.array(fc.record({ service: fc.constant("cart"), share: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 2 }),
  unproven: sentences,
  broken: sentences,
  irreversible: sentences,
  leaving: fc.array(
    fc.record({
      service: fc.constant("cart"),
      version: fc.constant("1.0.0"),
      stage: fc.constantFrom("deprecated" as const, "retired" as const),
    }),
    { maxLength: 2 },
  ),
  loads: fc.array(
    fc.record({
      service: fc.constant("cart"),
      version: fc.constant("1.0.0"),
      rps: fc.integer({ min: 0, max: 200 }),
      capacityRps: fc.constant(100),
    }),
    { maxLength: 2 },
  ),
  alerts: sentences,
  isWayBack: fc.boolean(),
});

describe("riskOf", () => {
  test.each([
    ["nothing", {}, "click"],
    ["a small share", { moved: [{ service: "cart", share: 0.05 }] }, "click"],
    ["half of the traffic", { moved: [{ service: "cart", share: 0.5 }] }, "hold"],
    ["a pair that nothing decides", { unproven: ["cart 2.0.0 with payments 3.0.0."] }, "hold"],
    ["an alert that fires", { alerts: ["errors of cart"] }, "hold"],
    ["a deprecated target", { leaving: [{ service: "cart", version: "1.0.0", stage: "deprecated" }] }, "hold"],
    ["no reserve", { loads: [{ service: "cart", version: "2.0.0", rps: 90, capacityRps: 100 }] }, "hold"],
    ["more than it can carry", { loads: [{ service: "cart", version: "2.0.0", rps: 101, capacityRps: 100 }] }, "type"],
    ["a pair that is broken", { broken: ["cart 2.0.0 with payments 3.0.0."] }, "type"],
    ["a step without a way back", { irreversible: ["orders 3 writes what 2 cannot read."] }, "type"],
    ["two such things", { irreversible: ["a"], broken: ["b"] }, "second-person"],
    ["two such things on the way back", { irreversible: ["a"], broken: ["b"], isWayBack: true }, "hold"],
    ["all of the traffic on the way back", { moved: [{ service: "cart", share: 1 }], alerts: ["errors"], isWayBack: true }, "click"],
  ] as const)("%s", (_, given, level) => {
    expect(riskOf({ ...NONE, ...given }).level).toBe(level);
  });

  test("gives a sentence for each reason, the heaviest first", () => {
    const risk = riskOf({
      ...NONE,
      moved: [{ service: "cart", share: 0.25 }],
      loads: [{ service: "cart", version: "2.0.0", rps: 120, capacityRps: 100 }],
    });
    expect(risk.reasons).toEqual([
      "cart 2.0.0 would get 120 of the 100 requests/s that it can carry: that is too much.",
      "25 % of the requests to cart go to another version than before.",
    ]);
  });

  test("a fact more never makes the level lower", () => {
    fc.assert(
      fc.property(facts, facts, (left, right) => {
        const both: RiskFacts = {
          moved: [...left.moved, ...right.moved],
          unproven: [...left.unproven, ...right.unproven],
          broken: [...left.broken, ...right.broken],
          irreversible: [...left.irreversible, ...right.irreversible],
          leaving: [...left.leaving, ...right.leaving],
          loads: [...left.loads, ...right.loads],
          alerts: [...left.alerts, ...right.alerts],
          isWayBack: left.isWayBack,
        };
        expect(rank(riskOf(both).level)).toBeGreaterThanOrEqual(rank(riskOf(left).level));
      }),
    );
  });

  test("a way back needs no second person and nothing typed", () => {
    fc.assert(
      fc.property(facts, (given) => {
        expect(["click", "hold"]).toContain(riskOf({ ...given, isWayBack: true }).level);
      }),
    );
    expect(needsSecondPerson("second-person", "never")).toBe(false);
    expect(needsSecondPerson("hold", "hold")).toBe(true);
    expect(needsSecondPerson("click", "hold")).toBe(false);
    expect(confirmedBy("second-person", "never")).toBe("type");
    expect(confirmedBy("hold", "hold")).toBe("second-person");
  });
});
