import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY, effectivePolicy, type Snapshot } from "../model/index.ts";
import { parseEngineMessage, parseSnapshot } from "./engine-message.ts";
import { openTestMesh, snapshotWith, type TestMesh } from "./test-mesh.fixture.ts";

const INSTANCES = [
  { service: "a", version: "1.0.0", port: 4_001 },
  { service: "a", version: "2.0.0", port: 4_002 },
];

/** Every field that a snapshot can have. */
const FULL: Snapshot = snapshotWith(INSTANCES, {
  rules: {
    a: [
      {
        name: "all",
        matches: [
          {
            path: { type: "PathPrefix", value: "/x" },
            method: "GET",
            headers: [{ type: "RegularExpression", name: "h", value: "a+" }],
            queryParams: [{ name: "q", value: "1" }],
            caller: { service: "web", range: "^1.0" as never },
          },
        ],
        split: { weights: { "1.0.0": 10_000 } as never },
        filters: [
          {
            type: "RequestHeaderModifier",
            requestHeaderModifier: { set: [{ name: "x-a", value: "1" }], add: [{ name: "x-b", value: "2" }] },
          },
          { type: "ResponseHeaderModifier", responseHeaderModifier: { remove: ["x-c"] } },
          { type: "URLRewrite", urlRewrite: { hostname: "h.example", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/y" } } },
          { type: "RequestMirror", requestMirror: { backendRef: { service: "a", version: "2.0.0" }, percent: 12.5 } },
        ],
        timeouts: { requestMs: 1_000, perTryMs: 100, idleMs: 500 },
        retry: { attempts: 2, codes: [503], backoffMs: 10 },
        fault: { delayMs: 5, abortStatus: 503, percent: 1.25 },
        stickiness: { by: "cookie", name: "c" },
        lane: "blue",
      },
      {
        matches: [{ path: { type: "Exact", value: "/old" } }],
        filters: [
          {
            type: "RequestRedirect",
            requestRedirect: {
              scheme: "https",
              hostname: "h.example",
              port: 8_443,
              path: { type: "ReplaceFullPath", replaceFullPath: "/new" },
              statusCode: 301,
            },
          },
        ],
      },
    ],
  },
  policies: {
    a: {
      loadBalancing: { kind: "maglev", hashOn: { kind: "header", name: "x-user" }, zonePreference: true },
      healthChecks: { kind: "http", path: "/up" },
      failover: [
        { kind: "zone", zone: "z" },
        { kind: "version", version: "2.0.0" },
      ],
      timeouts: { perTryMs: 200 },
      tls: { mode: "strict" },
    },
  },
  authorization: {
    a: {
      action: "allow",
      rules: [
        {
          name: "r",
          action: "deny",
          from: { services: ["web@1.0.0"], identities: ["spiffe://x/*"], jwt: { role: ["admin"] } },
          to: { methods: ["GET"], paths: ["/x/*"] },
        },
      ],
      jwtProviders: [{ issuer: "https://i", audiences: ["shop"], jwks: { keys: [{ kty: "EC", crv: "P-256" }] } }],
    },
  },
  incompatible: { a: { "web@1.0.0": ["2.0.0"] } },
});

let mesh: TestMesh | null = null;

afterEach(async () => {
  await mesh?.close();
  mesh = null;
});

describe("a snapshot", () => {
  test("is read without losing anything", () => {
    expect(parseSnapshot(structuredClone(FULL))).toEqual({ ok: true, value: FULL });
    expect(parseEngineMessage({ kind: "snapshot", snapshot: structuredClone(FULL) })).toEqual({
      ok: true,
      value: { kind: "snapshot", snapshot: FULL },
    });
  });

  test("of an older engine, which knew no policies, has the defaults", () => {
    const { authorization: _, incompatible: __, policy: ___, ...old } = structuredClone(FULL.services["a"] ?? ({} as never));
    const read = parseSnapshot({ ...FULL, services: { a: { ...old, rules: [] } } });
    expect(read.ok && read.value.services["a"]).toMatchObject({ policy: DEFAULT_TRAFFIC_POLICY, authorization: null, incompatible: {} });
  });

  test("of a newer engine may say more, where nothing is decided by it", () => {
    const service = { ...FULL.services["a"], colour: "blue", policy: { ...effectivePolicy({}), newer: 1 } };
    expect(parseSnapshot({ ...FULL, more: 1, services: { a: service } }).ok).toBe(true);
  });

  const rule = (change: object) => ({ rules: [{ matches: [{}], ...change }] });
  const authorization = (change: object) => ({ authorization: { action: "deny", rules: [{ ...change }] } });
  test.each<[string, object, string]>([
    ["a filter of an unknown type", rule({ filters: [{ type: "Newer", newer: {} }] }), "services.a.rules.0.filters.0.type"],
    ["a condition that is not understood", rule({ matches: [{ cookies: [] }] }), "services.a.rules.0.matches.0"],
    [
      "an edit of the wrong shape",
      rule({ filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { set: ["x"] } }] }),
      "services.a.rules.0.filters.0.requestHeaderModifier.set.0",
    ],
    ["a time that is no number", rule({ timeouts: { requestMs: "1s" } }), "services.a.rules.0.timeouts.requestMs"],
    ["a fault beyond all requests", rule({ fault: { percent: 101 } }), "services.a.rules.0.fault.percent"],
    [
      "a balancer of another kind",
      { policy: { ...effectivePolicy({}), loadBalancing: { kind: "best" } } },
      "services.a.policy.loadBalancing.kind",
    ],
    ["a policy with a part left out", { policy: { ...effectivePolicy({}), timeouts: {} } }, "services.a.policy.timeouts.requestMs"],
    [
      "an authorization rule that asks for something unknown",
      authorization({ from: { addresses: ["10.0.0.0/8"] } }),
      "services.a.authorization.rules.0.from",
    ],
    ["an action that is none", { authorization: { action: "log", rules: [] } }, "services.a.authorization.action"],
    ["a caller without a list", { incompatible: { "web@1.0.0": "2.0.0" } }, "services.a.incompatible.web@1.0.0"],
  ])("with %s is refused whole, and says where", (_, change, path) => {
    const read = parseSnapshot({ ...FULL, services: { a: { ...FULL.services["a"], ...change } } });
    expect(read).toEqual({ ok: false, error: expect.stringContaining(`${path}: `) });
  });

  test("with a rule, a policy or an authorization that means nothing is refused whole with its path, and the old one stays", async () => {
    mesh = await openTestMesh();
    expect(mesh.proxy.applySnapshot(snapshotWith(INSTANCES, { version: 4 })).ok).toBe(true);
    const bad = snapshotWith(INSTANCES, {
      version: 5,
      rules: { a: [{ matches: [{}], fault: { percent: 5 } }] },
      authorization: { a: { action: "allow", rules: [{ to: { paths: ["/a//b"] } }] } },
    });
    const applied = mesh.proxy.applySnapshot(bad);
    expect(applied.ok ? [] : applied.error.map(({ path }) => path).sort()).toEqual([
      "services.a.authorization.rules.0.to.paths.0",
      "services.a.rules.0.fault",
    ]);
    expect(mesh.proxy.version).toBe(4);
  });
});
