import { describe, expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY, type EdgeEnd, type RouteRule, type Version } from "../model/index.ts";
import { createXorshift, type Random } from "../std/index.ts";
import type { RouteAnswer, RouteDecision, RouteRefusal } from "./index.ts";
import { OUTSIDE, testEndpoint, testRequest, testRule, testService, testTable } from "./test-table.fixture.ts";

const INSIDE: EdgeEnd = { service: "checkout", version: "1.4.0" };

function decide(rule: RouteRule, path = "/", headers: Record<string, string> = {}, caller = INSIDE, random: Random = createXorshift(3)) {
  return testTable(testService("shop", { rules: [rule] })).decide(testRequest("shop", path, headers), caller, random);
}

function effectsOf(decision: RouteDecision | RouteAnswer | RouteRefusal) {
  return decision.kind === "route" ? decision.effects : decision;
}

describe("what the rule and the policy make of a request", () => {
  test("parts that the rule gives win over the policy, others are the policy's", () => {
    const rule = testRule({ timeouts: { requestMs: 500 }, retry: { attempts: 3, codes: [503] } });
    expect(decide(rule)).toMatchObject({
      plan: {
        timeouts: { ...DEFAULT_TRAFFIC_POLICY.timeouts, requestMs: 500 },
        retries: { ...DEFAULT_TRAFFIC_POLICY.retries, attempts: 3, codes: [503] },
        requestHeaders: null,
        responseHeaders: null,
        hostname: null,
      },
      effects: null,
    });
  });

  test("header edits and another host are in the plan, so that the shared decision does", () => {
    const rule = testRule({
      filters: [
        { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "x-a", value: "1" }], remove: ["X-B"] } },
        { type: "ResponseHeaderModifier", responseHeaderModifier: { add: [{ name: "x-c", value: "2" }] } },
        { type: "URLRewrite", urlRewrite: { hostname: "inner.example.com" } },
      ],
    });
    const decision = decide(rule);
    expect(effectsOf(decision)).toBeNull();
    expect(decision.kind === "route" && decision.plan).toMatchObject({
      hostname: "inner.example.com",
      requestHeaders: { dropped: new Set(["x-b", "x-a"]), text: "x-a: 1\r\n" },
      responseHeaders: { dropped: new Set(), text: "x-c: 2\r\n" },
    });
  });

  test("a path is rewritten in its normal form, by the prefix of the match that fits", () => {
    const rule: RouteRule = {
      matches: [{ path: { type: "PathPrefix", value: "/a" } }, { path: { type: "PathPrefix", value: "/a/b" } }],
      filters: [{ type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/x" } } }],
    };
    for (const [sent, received] of [
      ["/a/c", "/x/c"],
      ["/a/b/c", "/x/c"],
      ["//a/./%63", "/x/c"],
      ["/a?q=1", "/x"],
    ] as const)
      expect(effectsOf(decide(rule, sent))).toMatchObject({ path: received });
  });

  test("a redirect is answered at once", () => {
    const rule: RouteRule = {
      matches: [{ path: { type: "PathPrefix", value: "/old" } }],
      filters: [
        { type: "RequestRedirect", requestRedirect: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/new" }, statusCode: 308 } },
      ],
    };
    expect(decide(rule, "/old/a?b=c")).toMatchObject({
      kind: "answer",
      status: 308,
      code: null,
      location: "http://shop.mesh/new/a?b=c",
      delayMs: 0,
    });
    expect(decide(rule, "/older")).toMatchObject({ kind: "route", rule: null });
  });
});

describe("faults", () => {
  test.each([
    [{ delayMs: 50, percent: 100 }, { delayMs: 50 }],
    [
      { abortStatus: 503, percent: 100 },
      { kind: "answer", status: 503, code: "routing.fault-injected", delayMs: 0 },
    ],
    [
      { delayMs: 50, abortStatus: 418, percent: 100 },
      { kind: "answer", status: 418, delayMs: 50 },
    ],
  ])("%j does %j", (fault, outcome) => {
    expect(effectsOf(decide(testRule({ fault }), "/"))).toMatchObject(outcome);
  });

  test("befall the share that the rule says: in 40 000 requests within half a point; 0 % befalls none", () => {
    for (const [percent, expected] of [
      [12.5, 0.125],
      [0, 0],
    ] as const) {
      const table = testTable(testService("shop", { rules: [testRule({ fault: { abortStatus: 500, percent } })] }));
      const random = createXorshift(5);
      let aborted = 0;
      for (let draw = 0; draw < 40_000; draw++) if (table.decide(testRequest("shop"), INSIDE, random).kind === "answer") aborted++;
      expect(Math.abs(aborted / 40_000 - expected)).toBeLessThanOrEqual(expected === 0 ? 0 : 0.005);
    }
  });
});

describe("mirrors", () => {
  const rules = [
    testRule({
      filters: [
        { type: "RequestMirror", requestMirror: { backendRef: { version: "2.0.0" } } },
        { type: "RequestMirror", requestMirror: { backendRef: { service: "audit", version: "1.0.0" }, percent: 0 } },
        { type: "RequestMirror", requestMirror: { backendRef: { service: "gone", version: "1.0.0" } } },
      ],
    }),
  ];
  const table = testTable(
    testService("shop", { rules, endpoints: [testEndpoint("shop", "2.0.0")], incompatible: { "checkout@1.4.0": ["2.0.0" as Version] } }),
    testService("audit"),
  );

  test("are named with their instances; with 0 %, or to a service that is not there, none is made", () => {
    expect(effectsOf(table.decide(testRequest("shop"), OUTSIDE, createXorshift(1)))).toMatchObject({
      mirrors: [{ service: "shop", version: "2.0.0", endpoints: [{ id: "shop-2.0.0-1" }] }],
    });
  });

  test("never meet a version that the caller is known not to work with", () => {
    expect(effectsOf(table.decide(testRequest("shop"), INSIDE, createXorshift(1)))).toBeNull();
  });
});

describe("stickiness", () => {
  const split = { weights: { "1.0.0": 5_000, "1.1.0": 5_000 } };

  test("a key always meets the same version, whatever is drawn", () => {
    for (const [stickiness, headers] of [
      [{ by: "header", name: "X-User" }, { "x-user": "u1" }],
      [{ by: "cookie", name: "sid" }, { cookie: 'a=b; sid="u1"' }],
    ] as const) {
      const versions = Array.from({ length: 50 }, (_, seed) => {
        const decision = decide(testRule({ split, stickiness }), "/", headers, INSIDE, createXorshift(seed + 1));
        return decision.kind === "route" && decision.effects === null ? decision.version : "none";
      });
      expect([...new Set(versions)]).toEqual([versions[0]]);
      expect(versions[0]).toMatch(/^1\./);
    }
  });

  test("the ingress gives a browser without a cookie one that keeps it on the version of this first answer", () => {
    const rule = testRule({ split, stickiness: { by: "cookie", name: "sid" } });
    for (let seed = 1; seed <= 50; seed++) {
      const first = decide(rule, "/", {}, OUTSIDE, createXorshift(seed));
      const setCookie = first.kind === "route" ? (first.effects?.setCookie ?? "") : "";
      expect(setCookie).toMatch(/^sid=[0-9a-f]{16}; Path=\/; HttpOnly; SameSite=Lax$/);
      const second = decide(rule, "/", { cookie: setCookie.slice(0, setCookie.indexOf(";")) }, OUTSIDE, createXorshift(99));
      expect(second).toMatchObject({ version: first.kind === "route" ? first.version : "", effects: null });
    }
  });

  test("nobody inside the mesh is given a cookie, and nobody a header", () => {
    expect(effectsOf(decide(testRule({ split, stickiness: { by: "cookie", name: "sid" } })))).toBeNull();
    expect(effectsOf(decide(testRule({ split, stickiness: { by: "header", name: "sid" } }), "/", {}, OUTSIDE))).toBeNull();
  });
});

describe("lanes", () => {
  const only = (version: string) => ({ weights: { [version]: 10_000 } });
  const rules: RouteRule[] = [
    { matches: [{ path: { type: "Exact", value: "/only" } }], split: only("9.0.0") },
    { matches: [{ headers: [{ name: "x-lane", value: "blue" }] }], lane: "blue", split: only("2.0.0") },
    { matches: [], lane: "quiet", split: only("3.0.0") },
  ];
  const table = testTable(testService("shop", { rules }));
  const go = (path: string, headers: Record<string, string>, caller = INSIDE) => {
    const decision = table.decide(testRequest("shop", path, headers), caller, createXorshift(1));
    return decision.kind === "route" ? [decision.version, decision.effects?.lane ?? null] : [decision.kind];
  };

  test.each([
    ["a request that matches enters the lane", "/", { "x-lane": "blue" }, INSIDE, "2.0.0", "blue"],
    ["from outside too", "/", { "x-lane": "blue" }, OUTSIDE, "2.0.0", "blue"],
    ["a request in the lane takes its rule, whatever it matches", "/only", { baggage: "interlock-lane=blue" }, INSIDE, "2.0.0", null],
    ["even a rule without matches", "/only", { baggage: "a=b, interlock-lane=quiet" }, INSIDE, "3.0.0", null],
    ["a lane named from outside counts for nothing", "/", { baggage: "interlock-lane=blue" }, OUTSIDE, "1.0.0", null],
    ["a lane without a rule here takes the normal rules", "/only", { baggage: "interlock-lane=red" }, INSIDE, "9.0.0", null],
    ["and passes through where no rule matches", "/", { baggage: "interlock-lane=red" }, INSIDE, "1.0.0", null],
    ["a request in no lane never takes a rule without matches", "/", {}, INSIDE, "1.0.0", null],
  ] as const)("%s", (_, path, headers, caller, version, lane) => {
    expect(go(path, headers, caller)).toEqual([version, lane]);
  });
});

describe("a path that servers read in different ways", () => {
  const paths = ["/a%2fb", "/a;b", "/a\\b", "/..", "/%252e"];
  const go = (more: Parameters<typeof testService>[1], path: string) =>
    testTable(testService("shop", more)).decide(testRequest("shop", path), INSIDE, createXorshift(1));

  test("is refused where rules or authorization look at paths", () => {
    const authorization = { action: "deny", rules: [{ to: { paths: ["/admin"] } }] } as const;
    for (const more of [{ rules: [testRule({ matches: [{ path: { type: "Exact", value: "/x" } }] })] }, { authorization }])
      for (const path of paths) expect(go(more, path)).toMatchObject({ kind: "refusal", code: "request.malformed", service: "shop" });
  });

  test("passes as it is where nothing looks at it", () => {
    for (const more of [{}, { rules: [testRule({})] }, { authorization: { action: "deny", rules: [] } as const }])
      for (const path of [...paths, "*"]) expect(go(more, path)).toMatchObject({ kind: "route", effects: null });
  });
});
