import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Policy, type PolicyValues, policyOfValues, rebaseValues, valuesOfPolicy } from "./policy-values.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const ms = fc.integer({ min: 1, max: 3_600_000 });
const count = fc.nat(10_000);
const percent = fc.nat(100);
const filled = <T extends object>(part: fc.Arbitrary<T>) => part.filter((each) => Object.keys(each).length > 0);
const figures = { intervalMs: ms, timeoutMs: ms, unhealthyAfter: count, healthyAfter: count };
const policy = fc.record(
  {
    loadBalancing: filled(
      fc.record(
        {
          kind: fc.constantFrom("roundRobin", "leastRequest", "ringHash", "maglev"),
          hashOn: fc.oneof(fc.constant({ kind: "source" }), fc.record({ kind: fc.constantFrom("header", "cookie", "query"), name: word })),
          zonePreference: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    ),
    healthChecks: fc.oneof(
      fc.constant({ kind: "off" }),
      fc.record({ kind: fc.constant("http"), path: word.map((text) => `/${text}`), ...figures }, { requiredKeys: ["kind"] }),
      fc.record({ kind: fc.constant("tcp"), ...figures }, { requiredKeys: ["kind"] }),
    ),
    outlierDetection: filled(
      fc.record({ consecutive5xx: count, intervalMs: ms, baseEjectionMs: ms, maxEjectionPercent: percent }, { requiredKeys: [] }),
    ),
    circuitBreakers: filled(fc.record({ maxConnections: count, maxPending: count, maxRetries: count }, { requiredKeys: [] })),
    adaptiveConcurrency: filled(fc.record({ enabled: fc.boolean(), minLimit: count }, { requiredKeys: [] })),
    retries: filled(
      fc.record(
        { attempts: count, codes: fc.array(fc.integer({ min: 400, max: 599 }), { maxLength: 3 }), backoffMs: ms, budgetPercent: percent },
        { requiredKeys: [] },
      ),
    ),
    timeouts: filled(fc.record({ requestMs: ms, perTryMs: fc.option(ms), idleMs: ms, connectMs: ms }, { requiredKeys: [] })),
    slowStartMs: ms,
    panicThresholdPercent: percent,
    failover: fc.array(
      fc.oneof(fc.record({ kind: fc.constant("zone"), zone: word }), fc.record({ kind: fc.constant("version"), version: word })),
      { minLength: 1, maxLength: 3 },
    ),
    tls: fc.record({ mode: fc.constantFrom("strict", "permissive") }),
    ranges: fc.record({ fromOutside: fc.constantFrom("follow", "ignore") }),
  },
  { requiredKeys: [] },
);

describe("the form of a traffic policy", () => {
  test("a policy comes out of its form as it went in", () => {
    fc.assert(
      fc.property(policy, (given) => {
        expect(policyOfValues(valuesOfPolicy(given as Policy))).toEqual(given);
      }),
    );
  });

  test("what is emptied is left out, so that its default holds", () => {
    const values = valuesOfPolicy({ slowStartMs: 1000, outlierDetection: { consecutive5xx: 3 } });
    const fields = { ...values.fields, slowStartMs: " ", "outlierDetection/consecutive5xx": "" };
    expect(policyOfValues({ ...values, fields })).toEqual({});
  });

  test("what is no number is sent as it was typed", () => {
    const values: PolicyValues = { ...valuesOfPolicy({}), fields: { slowStartMs: "soon", "circuitBreakers/maxPending": "many" } };
    expect(policyOfValues(values)).toEqual({ slowStartMs: "soon", circuitBreakers: { maxPending: "many" } });
  });

  test("settings of a health check go with its kind, and come back with it", () => {
    const http: Policy = { healthChecks: { kind: "http", path: "/live", intervalMs: 500 } };
    const values = valuesOfPolicy(http);
    expect(policyOfValues({ ...values, checks: "tcp" })).toEqual({ healthChecks: { kind: "tcp", intervalMs: 500 } });
    expect(policyOfValues({ ...values, checks: "" })).toEqual({});
    expect(policyOfValues(values)).toEqual(http);
  });

  test("what I changed stays on top of what somebody else changed meanwhile, and nothing else of mine does", () => {
    const base = valuesOfPolicy({ timeouts: { requestMs: 3000 }, slowStartMs: 1000, tls: { mode: "strict" } });
    const mine = { ...base, fields: { ...base.fields, "timeouts/connectMs": "500 ms", slowStartMs: "2 s" } };
    const theirs = valuesOfPolicy({ timeouts: { requestMs: 9000 }, slowStartMs: 7000, retries: { attempts: 2 } });
    expect(policyOfValues(rebaseValues(base, mine, theirs))).toEqual({
      timeouts: { requestMs: 9000, connectMs: 500 },
      slowStartMs: 2000,
      retries: { attempts: 2 },
    });
  });
});
