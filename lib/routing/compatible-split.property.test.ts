import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY, type EdgeEnd, isInRange, type Version } from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { RANGE_HEADER } from "./range-header.ts";
import { OUTSIDE, testEndpoint, testRequest, testRule, testService, testTable } from "./test-table.fixture.ts";

const VERSIONS = ["1.0.0", "1.1.0", "2.0.0", "3.0.0"] as const;
const CALLER: EdgeEnd = { service: "checkout", version: "1.4.0" };
const blockedSet = fc.subarray([...VERSIONS]) as fc.Arbitrary<Version[]>;
/** Four weights that sum to 10 000; some are 0. */
const weights = fc
  .tuple(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000))
  .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), 10_000])
  .map((bounds) => Object.fromEntries(VERSIONS.map((version, index) => [version, (bounds[index + 1] ?? 0) - (bounds[index] ?? 0)])))
  .map((all): Record<string, number> => Object.fromEntries(Object.entries(all).filter(([, weightBp]) => weightBp > 0)));
const range = fc.constantFrom(undefined, "^1.0", "~1.1", "2.x", ">=2", "*", "9.x");

function versionsOf(
  split: Readonly<Record<string, number>>,
  blocked: readonly Version[],
  asked: string | undefined,
  caller: EdgeEnd,
  viaRule: boolean,
) {
  const more = viaRule ? { rules: [testRule({ split: { weights: split } })], weights: { "1.0.0": 10_000 } } : { weights: split };
  const table = testTable(testService("payments", { ...more, incompatible: { "checkout@1.4.0": blocked } }));
  const random = createXorshift(7);
  const request = testRequest("payments", "/", asked === undefined ? {} : { [RANGE_HEADER]: `payments=${asked}, other=^9` });
  const seen: Record<string, number> = {};
  for (let draw = 0; draw < 200; draw++) {
    const decision = table.decide(request, caller, random);
    const outcome = decision.kind === "route" ? decision.version : decision.kind === "refusal" ? decision.code : decision.kind;
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  return seen;
}

describe("a split seen by a caller", () => {
  test("gives traffic to what it weighs, the caller may meet and the range holds, and to nothing else", () => {
    fc.assert(
      fc.property(weights, blockedSet, range, fc.boolean(), (split, blocked, asked, viaRule) => {
        const inRange = Object.keys(split).filter((version) => asked === undefined || isInRange(version, asked));
        const open = inRange.filter((version) => !blocked.includes(version as Version));
        const nothing = inRange.length === 0 ? "routing.range-unsatisfied" : "routing.no-compatible-version";
        const seen = Object.keys(versionsOf(split, blocked, asked, CALLER, viaRule));
        expect(open.length === 0 ? [nothing] : open).toEqual(expect.arrayContaining(seen));
      }),
      { numRuns: 300 },
    );
  });

  test("keeps the proportions of the rest: in 40 000 requests within a point", () => {
    const table = testTable(
      testService("payments", {
        weights: { "1.0.0": 5_000, "2.0.0": 4_000, "3.0.0": 1_000 },
        incompatible: { "checkout@1.4.0": ["1.0.0" as Version] },
      }),
    );
    const random = createXorshift(11);
    let second = 0;
    for (let draw = 0; draw < 40_000; draw++) {
      const decision = table.decide(testRequest("payments"), CALLER, random);
      if (decision.kind === "route" && decision.version === "2.0.0") second++;
    }
    expect(Math.abs(second / 40_000 - 0.8)).toBeLessThan(0.01);
  });

  test("is whole for other versions of the caller, and for traffic from outside", () => {
    for (const caller of [OUTSIDE, { service: "checkout", version: "1.5.0" }, { service: "cart", version: "1.4.0" }])
      expect(versionsOf({ "2.0.0": 10_000 }, ["2.0.0" as Version], undefined, caller, false)).toEqual({ "2.0.0": 200 });
  });
});

describe("where nothing is left", () => {
  test("the refusal names the pair", () => {
    const table = testTable(
      testService("payments", { weights: { "3.0.0": 10_000 }, incompatible: { "checkout@1.4.0": ["3.0.0" as Version] } }),
    );
    expect(table.decide(testRequest("payments"), CALLER, createXorshift(1))).toEqual({
      kind: "refusal",
      code: "routing.no-compatible-version",
      service: "payments",
      detail: "checkout 1.4.0 is known not to work with payments 3.0.0, and no other version is left.",
    });
  });

  test("the refusal names the range, and a header that nobody can read is refused as such", () => {
    const table = testTable(testService("payments"));
    expect(table.decide(testRequest("payments", "/", { [RANGE_HEADER]: "payments=^2" }), CALLER, createXorshift(1))).toMatchObject({
      code: "routing.range-unsatisfied",
      detail: expect.stringContaining("payments=^2"),
    });
    expect(table.decide(testRequest("payments", "/", { [RANGE_HEADER]: "payments" }), CALLER, createXorshift(1))).toMatchObject({
      code: "request.malformed",
      service: "payments",
    });
  });
});

describe("a range", () => {
  const split = { weights: { "1.0.0": 5_000, "2.0.0": 5_000 }, incompatible: { "checkout@1.4.0": ["2.0.0" as Version] } };

  test("that one caller thinks up never brings another one to a version that it must not meet", () => {
    const table = testTable(testService("payments", split));
    const ask = (range: string, caller: EdgeEnd) =>
      table.decide(testRequest("payments", "/", { [RANGE_HEADER]: `payments=${range}` }), caller, createXorshift(1));
    // The versions that the second caller must not meet, and then its range: together they are a range as well.
    expect(ask("2.0.0 ^2", { service: "cart", version: "1.0.0" })).toMatchObject({ kind: "route", version: "2.0.0" });
    expect(ask("^2", CALLER)).toMatchObject({ kind: "refusal", code: "routing.no-compatible-version" });
  });

  test("asked for from outside the mesh counts for nothing where the service ignores it, readable or not", () => {
    const policy = { ...DEFAULT_TRAFFIC_POLICY, ranges: { fromOutside: "ignore" as const } };
    const table = testTable(testService("payments", { weights: { "1.0.0": 10_000 }, policy }));
    for (const range of ["payments=^2", "??"])
      expect(table.decide(testRequest("payments", "/", { [RANGE_HEADER]: range }), OUTSIDE, createXorshift(1))).toMatchObject({
        kind: "route",
        version: "1.0.0",
      });
  });
});

describe("decisions are shared", () => {
  const failover = [
    { kind: "zone", zone: "b" } as const,
    { kind: "version", version: "1.0.0" } as const,
    { kind: "version", version: "2.0.0" } as const,
  ];
  const service = testService("payments", {
    weights: { "3.0.0": 10_000 },
    endpoints: [testEndpoint("payments", "1.0.0"), testEndpoint("payments", "2.0.0")],
    policy: { ...DEFAULT_TRAFFIC_POLICY, failover },
    incompatible: { "checkout@1.4.0": ["2.0.0" as Version], "cart@1.0.0": ["2.0.0" as Version] },
  });
  const table = testTable(service);
  const decide = (caller: EdgeEnd, headers = {}) => table.decide(testRequest("payments", "/", headers), caller, createXorshift(1));

  test("by all callers that must not meet the same versions, and by all that may meet everything", () => {
    expect(decide(CALLER)).toBe(decide({ service: "cart", version: "1.0.0" }));
    expect(decide(OUTSIDE)).toBe(decide({ service: "cart", version: "2.0.0" }));
    expect(decide(CALLER, { [RANGE_HEADER]: "payments=*" })).toBe(decide(CALLER, { [RANGE_HEADER]: "payments=*" }));
  });

  test("and fail over only to versions that the caller may meet and the range holds", () => {
    const steps = (caller: EdgeEnd, headers = {}) => {
      const decision = decide(caller, headers);
      return decision.kind === "route"
        ? decision.failover.map((step) => (step.kind === "zone" ? step.zone : `${step.version} ${step.endpoints.length}`))
        : [];
    };
    expect(steps(OUTSIDE)).toEqual(["b", "1.0.0 1", "2.0.0 1"]);
    expect(steps(CALLER)).toEqual(["b", "1.0.0 1"]);
    expect(steps({ service: "cart", version: "2.0.0" }, { [RANGE_HEADER]: "payments=>=2" })).toEqual(["b", "2.0.0 1"]);
  });
});
