import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY } from "../model/index.ts";
import { type RunningApi, registerShop, startApi } from "./api.fixture.ts";

const SERVICE = "/api/v1/services/payments";
const POLICY = `${SERVICE}/traffic-policy`;
const AUTHORIZATION = `${SERVICE}/authorization`;

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await registerShop(api);
});
afterAll(() => api.stop());

const rev = async () => (await api.send("GET", SERVICE)).body.rev as number;
const matching = async () => ({ "if-match": `"${await rev()}"` });

test("a traffic policy reads as set, as it holds, and with the defaults", async () => {
  const before = await api.send("GET", POLICY);
  expect(before.body).toEqual({
    service: "payments",
    rev: before.body.rev,
    policy: {},
    effective: DEFAULT_TRAFFIC_POLICY,
    defaults: DEFAULT_TRAFFIC_POLICY,
  });
  const policy = {
    loadBalancing: { kind: "maglev", hashOn: { kind: "cookie", name: "user" } },
    healthChecks: { kind: "http" },
    failover: [{ kind: "version", version: "2.1.0" }],
  };
  const put = await api.send("PUT", POLICY, { headers: await matching(), body: { ...policy, reason: "sticky users" } });
  expect(put).toMatchObject({
    status: 200,
    headers: { etag: `"${before.body.rev + 1}"` },
    body: { policy, rev: before.body.rev + 1, change: { kind: "policy.set", reason: "sticky users", before: {}, after: policy } },
  });
  expect((await api.send("GET", POLICY)).body).toMatchObject({
    policy,
    effective: { healthChecks: { kind: "http", path: "/healthz", intervalMs: 2_000 }, loadBalancing: { zonePreference: false } },
  });
});

test("a policy is written under If-Match, tried without writing, and repeatable under its key", async () => {
  const body = { slowStartMs: 0 };
  expect(await api.send("PUT", POLICY, { body })).toMatchObject({ status: 428 });
  expect(await api.send("PUT", POLICY, { headers: { "if-match": '"1"' }, body })).toMatchObject({
    status: 412,
    body: { code: "precondition.failed", current: { state: { service: "payments", defaults: DEFAULT_TRAFFIC_POLICY } } },
  });
  const tried = await api.send("PUT", `${POLICY}?dryRun=true`, { headers: await matching(), body });
  expect(tried.body).toMatchObject({ dryRun: true, policy: body, effective: { slowStartMs: 0 } });
  expect((await api.send("GET", POLICY)).body.policy).not.toEqual(body);
  const headers = { ...(await matching()), "idempotency-key": "policy-1" };
  const first = await api.send("PUT", POLICY, { headers, body });
  expect(await api.send("PUT", POLICY, { headers, body })).toMatchObject({ status: first.status, body: first.body });
});

test("every problem of a policy is told with the path of its field", async () => {
  const body = {
    retries: { attempts: 1.5 },
    healthChecks: { kind: "tcp", intervalMs: 500 },
    outlierDetection: { maxEjectionPercent: 200 },
  };
  const refused = await api.send("PUT", POLICY, { headers: await matching(), body });
  expect(refused).toMatchObject({ status: 422, body: { code: "policy.invalid" } });
  expect(refused.body.errors.map(({ path }: { path: string }) => path)).toEqual([
    "outlierDetection.maxEjectionPercent",
    "retries.attempts",
    "healthChecks.intervalMs",
  ]);
  const unknown = await api.send("PUT", POLICY, { headers: await matching(), body: { retries: { count: 1 } } });
  expect(unknown).toMatchObject({ status: 422, body: { code: "input.unknown-field", errors: [{ path: "retries.count" }] } });
});

test("an authorization is null, then set, then taken away", async () => {
  expect((await api.send("GET", AUTHORIZATION)).body).toMatchObject({ service: "payments", authorization: null });
  const policy = { action: "allow", rules: [{ from: { services: ["checkout@1.4.0"] }, to: { methods: ["POST"], paths: ["/pay/*"] } }] };
  const put = await api.send("PUT", AUTHORIZATION, { headers: await matching(), body: policy });
  expect(put).toMatchObject({ status: 200, body: { authorization: policy, change: { kind: "authorization.set" } } });
  expect((await api.send("GET", AUTHORIZATION)).body.authorization).toEqual(policy);
  const wrong = { action: "allow", rules: [{ from: { services: ["Not A Name"] } }] };
  expect(await api.send("PUT", AUTHORIZATION, { headers: await matching(), body: wrong })).toMatchObject({
    status: 422,
    body: { code: "authorization.invalid", errors: [{ path: "rules.0.from.services.0" }] },
  });
  const removed = await api.send("DELETE", `${AUTHORIZATION}?reason=over`, { headers: await matching() });
  expect(removed).toMatchObject({ status: 200, body: { authorization: null, change: { reason: "over" } } });
  expect(await api.send("DELETE", AUTHORIZATION, { headers: await matching() })).toMatchObject({ status: 200, body: { change: null } });
});

test("the exported manifest carries policies, zones and weights, and changes nothing when it comes back", async () => {
  const body = { version: "2.1.0", address: "127.0.0.1", port: 9_101, zone: "b", weight: 4 };
  const instance = await api.send("POST", `${SERVICE}/instances`, { body });
  expect(instance).toMatchObject({ status: 201, body: { zone: "b", weight: 4 } });
  await api.send("PUT", POLICY, { headers: await matching(), body: { tls: { mode: "strict" } } });
  await api.send("PUT", AUTHORIZATION, { headers: await matching(), body: { action: "deny", rules: [] } });
  const manifest = (await api.send("GET", "/api/v1/manifest")).body;
  expect(manifest.services.payments).toMatchObject({
    trafficPolicy: { tls: { mode: "strict" } },
    authorization: { action: "deny", rules: [] },
    versions: { "2.1.0": { instances: [{ port: 9_001 }, { port: 9_101, zone: "b", weight: 4 }] } },
  });
  expect(await api.send("POST", "/api/v1/manifest?prune=true", { body: manifest })).toMatchObject({ status: 200, body: { change: null } });
});

test("a change set carries policies beside splits", async () => {
  const present = await rev();
  const changes = [
    { kind: "traffic-policy", service: "payments", rev: present, policy: {} },
    { kind: "authorization", service: "payments", rev: present, authorization: null },
  ];
  const applied = await api.send("POST", "/api/v1/changes", { body: { changes, reason: "clean up" } });
  expect(applied).toMatchObject({ status: 200, body: { revs: { payments: present + 1 } } });
  const { before, after } = applied.body.change;
  expect(before).toEqual({
    "payments traffic policy": { tls: { mode: "strict" } },
    "payments authorization": { action: "deny", rules: [] },
  });
  expect(after).toEqual({ "payments traffic policy": {}, "payments authorization": null });
});

test("a rule with everything in it reads back as it was written", async () => {
  const rules = [
    {
      name: "beta",
      matches: [{ path: { type: "PathPrefix", value: "/pay" }, method: "POST", caller: { service: "checkout", range: "^1.0.0" } }],
      split: { weights: { "2.1.0": 10_000 } },
      filters: [
        { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "x-beta", value: "1" }], remove: ["x-debug"] } },
        { type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" } } },
        { type: "RequestMirror", requestMirror: { backendRef: { version: "2.1.0" }, percent: 12.5 } },
      ],
      timeouts: { requestMs: 2_000, perTryMs: 500 },
      retry: { attempts: 2, codes: [503], backoffMs: 10 },
      fault: { delayMs: 5, percent: 1 },
      stickiness: { by: "cookie", name: "user" },
    },
    { name: "lane", matches: [], split: { weights: { "2.1.0": 10_000 } }, lane: "pr-7" },
  ];
  const put = await api.send("PUT", `${SERVICE}/routes`, { headers: await matching(), body: { rules } });
  expect(put.status, put.text).toBe(200);
  expect((await api.send("GET", `${SERVICE}/routes`)).body.rules).toEqual(expect.arrayContaining(rules));
});

test("a simulation names rule, versions and each step, and sends nothing", async () => {
  const caller = { service: "checkout", version: "1.4.0" };
  const request = { service: "payments", caller, method: "POST", path: "/pay/9", headers: {} };
  const simulated = await api.send("POST", "/api/v1/simulate", { body: request });
  expect(simulated).toMatchObject({ status: 200, body: { rule: { name: "beta" }, versions: [{ version: "2.1.0", share: 1 }] } });
  expect(simulated.body).not.toHaveProperty("code");
  for (const step of simulated.body.steps) expect(step).toMatchObject({ stage: expect.any(String), why: expect.stringMatching(/\.$/) });
  const outside = await api.send("POST", "/api/v1/simulate", { body: { service: "payments" } });
  expect(outside.body).toMatchObject({ rule: null, versions: [{ version: "2.1.0", share: 1 }] });
  const wrong = { service: "payments", caller: { service: "checkout", version: "9.9.9" }, path: "pay" };
  const refused = await api.send("POST", "/api/v1/simulate", { body: wrong });
  expect(refused.body.errors.map(({ path }: { path: string }) => path)).toEqual(["caller.version", "path"]);
  expect(await api.send("POST", "/api/v1/simulate", { body: { service: "nobody" } })).toMatchObject({ status: 404 });
});

test("a simulation tries rules that are not written, and says what is wrong with them", async () => {
  const before = await api.send("GET", `${SERVICE}/routes`);
  const draft = (weights: object) => [
    { name: "late", matches: [{ path: { type: "PathPrefix", value: "/" } }] },
    { name: "draft", matches: [{ path: { type: "PathPrefix", value: "/new" } }], split: { weights } },
  ];
  const ask = (rules: unknown) => api.send("POST", "/api/v1/simulate", { body: { service: "payments", path: "/new/1", rules } });
  expect((await ask(draft({ "2.1.0": 10_000 }))).body).toMatchObject({
    rule: { name: "draft" },
    versions: [{ version: "2.1.0", share: 1 }],
  });
  expect((await ask([])).body).toMatchObject({ rule: null });
  const refused = await ask(draft({ "9.9.9": 9_000 }));
  expect(refused.status).toBe(422);
  expect(refused.body.errors.map(({ path }: { path: string }) => path)).toContain("rules.1.split.weights.9.9.9");
  expect((await api.send("GET", `${SERVICE}/routes`)).body).toEqual(before.body);
});

test("a simulation is told the claims of a token, and reads none by itself", async () => {
  const jwks = { keys: [{ kty: "EC", crv: "P-256", x: "eA", y: "eQ" }] };
  const body = { action: "allow", rules: [{ from: { jwt: { role: ["admin"] } } }], jwtProviders: [{ issuer: "id", jwks }] };
  expect(await api.send("PUT", AUTHORIZATION, { headers: await matching(), body })).toMatchObject({ status: 200 });
  const ask = async (more: object) => (await api.send("POST", "/api/v1/simulate", { body: { service: "payments", ...more } })).body.code;
  expect(await ask({})).toBe("authorization.denied");
  expect(await ask({ headers: { authorization: "Bearer x" } })).toBe("authorization.denied");
  expect(await ask({ claims: { role: ["user", "admin"] } })).toBeUndefined();
  const wrong = { service: "payments", claims: { role: { name: "admin" } } };
  expect(await api.send("POST", "/api/v1/simulate", { body: wrong })).toMatchObject({ status: 422 });
});
