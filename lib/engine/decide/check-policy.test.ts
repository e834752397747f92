import { describe, expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY, effectivePolicy, type TrafficPolicy } from "../../model/index.ts";
import { checkPolicy, normalisePolicy } from "./check-policy.ts";
import { registered, shop } from "./decide-mesh.fixture.ts";

const mesh = shop();
const payments = mesh.service("payments");

/** Policies come from outside: their types are only hoped for. */
const problemsOf = (policy: unknown, path = "") => checkPolicy(payments, policy as TrafficPolicy, path);

const BAD: readonly (readonly [what: string, policy: unknown, paths: readonly string[]])[] = [
  ["a fraction of a millisecond", { slowStartMs: 1.5 }, ["slowStartMs"]],
  ["a negative share", { panicThresholdPercent: -1 }, ["panicThresholdPercent"]],
  ["a share above all", { outlierDetection: { maxEjectionPercent: 101 } }, ["outlierDetection.maxEjectionPercent"]],
  ["no number at all", { circuitBreakers: { maxConnections: Number.NaN } }, ["circuitBreakers.maxConnections"]],
  ["a breaker that lets nothing through", { circuitBreakers: { maxRequests: 0 } }, ["circuitBreakers.maxRequests"]],
  ["too many retries", { retries: { attempts: 6 } }, ["retries.attempts"]],
  ["a retry of a success", { retries: { codes: [200] } }, ["retries.codes.0"]],
  ["a retry after what will not change", { retries: { codes: [503, 404] } }, ["retries.codes.1"]],
  ["a status twice", { retries: { codes: [503, 503] } }, ["retries.codes.1"]],
  ["a budget above all", { retries: { budgetPercent: 120 } }, ["retries.budgetPercent"]],
  ["no time to connect", { timeouts: { connectMs: 0 } }, ["timeouts.connectMs"]],
  ["a try that lasts longer than the request", { timeouts: { requestMs: 100, perTryMs: 200 } }, ["timeouts.perTryMs"]],
  ["a try that lasts longer than the request may by default", { timeouts: { perTryMs: 20_000 } }, ["timeouts.perTryMs"]],
  ["a check as long as its interval", { healthChecks: { kind: "http", intervalMs: 500, timeoutMs: 500 } }, ["healthChecks.timeoutMs"]],
  ["an interval below the default time-out", { healthChecks: { kind: "tcp", intervalMs: 500 } }, ["healthChecks.intervalMs"]],
  ["a check of no path", { healthChecks: { kind: "http", path: "health" } }, ["healthChecks.path"]],
  ["a check of a path with a line break", { healthChecks: { kind: "http", path: "/a\r\nx: y" } }, ["healthChecks.path"]],
  ["a connect check with a path", { healthChecks: { kind: "tcp", path: "/healthz" } }, ["healthChecks.path"]],
  [
    "an ejection above the longest",
    { outlierDetection: { baseEjectionMs: 2_000, maxEjectionMs: 1_000 } },
    ["outlierDetection.baseEjectionMs"],
  ],
  ["a longest ejection below the default first", { outlierDetection: { maxEjectionMs: 1_000 } }, ["outlierDetection.maxEjectionMs"]],
  ["limits the wrong way round", { adaptiveConcurrency: { minLimit: 10, maxLimit: 5 } }, ["adaptiveConcurrency.minLimit"]],
  ["a ring without anything to hash", { loadBalancing: { kind: "ringHash" } }, ["loadBalancing.hashOn"]],
  ["maglev without anything to hash", { loadBalancing: { kind: "maglev" } }, ["loadBalancing.hashOn"]],
  ["a header of no name", { loadBalancing: { kind: "maglev", hashOn: { kind: "header", name: "" } } }, ["loadBalancing.hashOn.name"]],
  ["a cookie with a blank", { loadBalancing: { hashOn: { kind: "cookie", name: "a b" } } }, ["loadBalancing.hashOn.name"]],
  ["failover to an unknown version", { failover: [{ kind: "version", version: "9.9.9" }] }, ["failover.0.version"]],
  ["failover to a zone that nothing can stand in", { failover: [{ kind: "zone", zone: "EU West" }] }, ["failover.0.zone"]],
  ["failover to no zone", { failover: [{ kind: "zone", zone: " " }] }, ["failover.0.zone"]],
  [
    "failover to one zone twice",
    {
      failover: [
        { kind: "zone", zone: "a" },
        { kind: "zone", zone: "a" },
      ],
    },
    ["failover.1"],
  ],
];

describe("a policy is refused with the path of", () => {
  test.each(BAD)("%s", (_, policy, paths) => {
    const problems = problemsOf(policy);
    expect(problems.map(({ path }) => path)).toEqual(paths);
    for (const { code, detail, fix } of problems) {
      expect(code).toBe("policy.invalid");
      expect(`${detail} ${fix}`).not.toMatch(/undefined|NaN to|null\./);
    }
    expect(problemsOf(policy, "changes.0.policy").map(({ path }) => path)).toEqual(paths.map((path) => `changes.0.policy.${path}`));
  });

  test("every field that is wrong, at once", () => {
    const policy = { slowStartMs: -1, retries: { attempts: 99, codes: [99] }, timeouts: { idleMs: 0 }, loadBalancing: { kind: "maglev" } };
    expect(problemsOf(policy).map(({ path }) => path)).toEqual([
      "retries.attempts",
      "timeouts.idleMs",
      "slowStartMs",
      "loadBalancing.hashOn",
      "retries.codes.0",
    ]);
  });

  test("the only version of a service, which would fail over to itself", () => {
    const alone = shop();
    alone.must(...registered("alone", { "1.0.0": {} }));
    const problems = checkPolicy(alone.service("alone"), { failover: [{ kind: "version", version: "1.0.0" }] }, "");
    expect(problems).toMatchObject([{ path: "failover.0.version", detail: expect.stringContaining("itself") }]);
  });
});

describe("a policy that is right", () => {
  test("is the default, written out", () => {
    expect(problemsOf(DEFAULT_TRAFFIC_POLICY)).toEqual([]);
    expect(problemsOf({})).toEqual([]);
  });

  test.each<readonly [string, TrafficPolicy]>([
    ["hashes the caller's address", { loadBalancing: { kind: "ringHash", hashOn: { kind: "source" } } }],
    ["has no time-out per try", { timeouts: { perTryMs: null } }],
    [
      "switches detection and retries off",
      { outlierDetection: { consecutive5xx: 0, consecutiveGatewayFailures: 0 }, retries: { attempts: 0 } },
    ],
    ["checks slowly", { healthChecks: { kind: "http", path: "/ready?deep=1", intervalMs: 10_000, timeoutMs: 9_999 } }],
    [
      "fails over to a zone, then to a version",
      {
        failover: [
          { kind: "zone", zone: "b" },
          { kind: "version", version: "2.3.0" },
        ],
      },
    ],
  ])("%s", (_, policy) => expect(problemsOf(policy)).toEqual([]));

  test("loses what sets nothing, and holds the same", () => {
    const policy = {
      retries: {},
      timeouts: { requestMs: undefined, idleMs: 5 },
      slowStartMs: undefined,
      failover: [],
    } as unknown as TrafficPolicy;
    const normal = normalisePolicy(policy);
    expect(Object.keys(normal)).toEqual(["timeouts", "failover"]);
    expect(effectivePolicy(normal)).toEqual({ ...DEFAULT_TRAFFIC_POLICY, timeouts: { ...DEFAULT_TRAFFIC_POLICY.timeouts, idleMs: 5 } });
  });
});
