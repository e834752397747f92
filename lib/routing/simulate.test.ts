import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AuthorizationPolicy,
  type EdgeEnd,
  effectivePolicy,
  type RouteRule,
  type SnapshotService,
  type Version,
} from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { type SimulatedRequest, simulate } from "./simulate.ts";
import { testEndpoint, testRequest, testRule, testService, testTable } from "./test-table.fixture.ts";

const TRUST_DOMAIN = "interlock.local";
const CALLER = { service: "checkout", version: "1.4.0" };

function ask(service: SnapshotService, more: Partial<SimulatedRequest> = {}) {
  return simulate(
    testTable(service),
    { service: "payments", caller: CALLER, method: "GET", path: "/", headers: {}, ...more },
    TRUST_DOMAIN,
  );
}
const step = (simulation: ReturnType<typeof ask>, stage: string) =>
  simulation.steps.filter((each) => each.stage === stage).map(({ decision }) => decision);

describe("where would this request go", () => {
  const beta: RouteRule = {
    name: "beta",
    matches: [{ path: { type: "PathPrefix", value: "/beta" } }],
    split: { weights: { "2.0.0": 7_500, "1.0.0": 2_500 } },
  };
  const service = testService("payments", {
    rules: [beta],
    endpoints: [testEndpoint("payments", "2.0.0")],
    incompatible: { "checkout@1.3.0": ["2.0.0" as Version], "checkout@1.2.0": ["2.0.0" as Version, "1.0.0" as Version] },
  });

  test("every stage tells what it decided, in the order in which they decide", () => {
    const simulation = ask(service, { path: "/beta/x?y=1" });
    expect(simulation).toMatchObject({
      rule: { name: "beta" },
      versions: [
        { version: "1.0.0", share: 0.25 },
        { version: "2.0.0", share: 0.75 },
      ],
    });
    expect(simulation.steps.map(({ stage, decision }) => `${stage}: ${decision}`)).toEqual([
      "host: payments",
      "lane: none",
      "rule: beta",
      "filters: none",
      "fault: none",
      "range: any version",
      "compatibility: nothing taken out",
      "split: 1.0.0 25 %, 2.0.0 75 %",
      "balancer: leastRequest over 0 instances of 1.0.0",
      "balancer: leastRequest over 1 instance of 2.0.0",
      "authorization: allow",
    ]);
  });

  test("versions that the caller must not meet are taken out and named", () => {
    const simulation = ask(service, { path: "/beta", caller: { service: "checkout", version: "1.3.0" } });
    expect(simulation.versions).toEqual([{ version: "1.0.0", share: 1 }]);
    expect(step(simulation, "compatibility")).toEqual(["without 2.0.0"]);
  });

  test("where nothing is left the code of the refusal is given", () => {
    expect(ask(service, { caller: { service: "checkout", version: "1.2.0" } })).toMatchObject({
      versions: [],
      code: "routing.no-compatible-version",
    });
    expect(ask(service, { headers: { "X-Interlock-Range": "payments=^9" } })).toMatchObject({
      versions: [],
      code: "routing.range-unsatisfied",
    });
    expect(ask(service, { headers: { "x-interlock-range": "?" } })).toMatchObject({ versions: [], code: "request.malformed" });
    expect(ask(service, { headers: { host: "other.example.com" } })).toMatchObject({
      rule: null,
      versions: [],
      code: "routing.unknown-host",
    });
    expect(ask(testService("payments", { weights: {} }))).toMatchObject({ versions: [], code: "routing.no-split" });
  });

  test("a range from outside holds, or is told to count for nothing where the service ignores it", () => {
    const request = { service: "payments", method: "GET", path: "/", headers: { "x-interlock-range": "payments=^9" } };
    expect(simulate(testTable(service), request, TRUST_DOMAIN)).toMatchObject({ versions: [], code: "routing.range-unsatisfied" });
    const closed = { ...service, policy: effectivePolicy({ ranges: { fromOutside: "ignore" } }) };
    const simulation = simulate(testTable(closed), request, TRUST_DOMAIN);
    expect(simulation.versions).toEqual([{ version: "1.0.0", share: 1 }]);
    expect(simulation.steps).toContainEqual(expect.objectContaining({ stage: "range", why: expect.stringContaining("from outside") }));
  });

  test("a rule that answers by itself is told with its answer", () => {
    const redirect = testRule({ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] });
    const simulation = ask(testService("payments", { rules: [redirect] }), { path: "/a" });
    expect(simulation).toMatchObject({ rule: redirect, versions: [] });
    expect(simulation.steps.at(-1)).toEqual({
      stage: "filters",
      decision: "answer 302",
      why: "The rule redirects to https://payments.mesh/a.",
    });
    const abort = testRule({ fault: { abortStatus: 503, percent: 100 } });
    expect(ask(testService("payments", { rules: [abort] }))).toMatchObject({ versions: [], code: "routing.fault-injected" });
    const rarely = testRule({ fault: { abortStatus: 503, percent: 5 } });
    const simulated = ask(testService("payments", { rules: [rarely] }));
    expect([simulated.code, step(simulated, "fault")]).toEqual([undefined, ["5 %"]]);
  });

  test("a sticky key has one version, and a lane its rule", () => {
    const sticky = testRule({ split: { weights: { "1.0.0": 5_000, "2.0.0": 5_000 } }, stickiness: { by: "header", name: "x-user" } });
    expect(ask(testService("payments", { rules: [sticky] }), { headers: { "X-User": "u1" } }).versions).toEqual([
      { version: expect.any(String), share: 1 },
    ]);
    const lane: RouteRule = { name: "blue", matches: [], lane: "blue", split: { weights: { "3.0.0": 10_000 } } };
    const simulation = ask(testService("payments", { rules: [lane] }), { headers: { baggage: "interlock-lane=blue" } });
    expect([simulation.rule?.name, step(simulation, "lane")]).toEqual(["blue", ["blue"]]);
  });

  test("authorization is decided on the path that the instance is asked for", () => {
    const authorization: AuthorizationPolicy = { action: "deny", rules: [{ name: "no admin", to: { paths: ["/admin/*"] } }] };
    const rules = [
      testRule({
        matches: [{ path: { type: "PathPrefix", value: "/a" } }],
        filters: [{ type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/admin" } } }],
      }),
    ];
    const simulation = ask(testService("payments", { authorization, rules }), { path: "/a/b" });
    expect(simulation).toMatchObject({ versions: [], code: "authorization.denied" });
    expect(simulation.steps.at(-1)).toEqual({ stage: "authorization", decision: "deny", why: "no admin denies it." });
  });
});

const WEIGHTS = fc.constantFrom<Record<string, number>>(
  {},
  { "1.0.0": 10_000 },
  { "1.0.0": 6_000, "2.0.0": 4_000 },
  { "2.0.0": 5_000, "3.0.0": 5_000 },
);
const rule: fc.Arbitrary<RouteRule> = fc.record(
  {
    matches: fc.constantFrom<RouteRule["matches"]>(
      [{}],
      [{ path: { type: "PathPrefix", value: "/a" } }],
      [{ caller: { service: "checkout" } }],
    ),
    split: fc.record({ weights: WEIGHTS }),
    stickiness: fc.constant({ by: "header" as const, name: "x-user" }),
    fault: fc.constantFrom({ abortStatus: 503, percent: 100 }, { delayMs: 5, percent: 50 }),
    lane: fc.constant("blue"),
  },
  { requiredKeys: ["matches"] },
);
const headers = fc.record(
  {
    "x-user": fc.constantFrom("u1", "u2", "u3"),
    baggage: fc.constant("interlock-lane=blue"),
    "x-interlock-range": fc.constantFrom("payments=^1", "payments=>1", "??"),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>;

test("the proxy sends a request where the simulation says, and nowhere else", () => {
  const caller = fc.constantFrom<EdgeEnd>(CALLER, { service: "checkout", version: "1.3.0" }, { service: "ingress", version: null });
  fc.assert(
    fc.property(rule, WEIGHTS, headers, caller, fc.constantFrom("/", "/a/b"), (given, weights, sent, from, path) => {
      const incompatible = { "checkout@1.4.0": ["2.0.0" as Version], "checkout@1.3.0": ["1.0.0" as Version, "3.0.0" as Version] };
      const table = testTable(testService("payments", { rules: [given], weights, incompatible }));
      const simulation = simulate(table, { service: "payments", caller: from, method: "GET", path, headers: sent }, TRUST_DOMAIN);
      const random = createXorshift(17);
      const seen = new Set<string>();
      for (let draw = 0; draw < 60; draw++) {
        const decision = table.decide(testRequest("payments", path, sent), from, random);
        seen.add(decision.kind === "route" ? decision.version : (decision.code ?? decision.kind));
      }
      const expected = simulation.code === undefined ? simulation.versions.map(({ version }) => version) : [simulation.code];
      expect([...seen].toSorted()).toEqual([...expected].toSorted());
      const total = simulation.versions.reduce((sum, { share }) => sum + share, 0);
      expect(total).toBeCloseTo(simulation.code === undefined ? 1 : 0, 9);
    }),
    { numRuns: 400 },
  );
});
