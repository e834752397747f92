import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, registerShop, startApi } from "./api.fixture.ts";
import { contract } from "./contract/index.ts";
import type { OperationKey } from "./operation.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await registerShop(api);
});
afterAll(() => api.stop());

/** Sends and checks the answer against the contract. */
async function send(key: OperationKey, path: string, options?: Parameters<RunningApi["send"]>[2]) {
  const answer = await api.send(key.split(" ")[0] ?? "", path, options);
  expect(answer.status, answer.text).toBeLessThan(300);
  contract[key].response.parse(answer.body);
  return answer;
}

async function revOf(service: string): Promise<string> {
  return (await api.send("GET", `/api/v1/services/${service}`)).headers.etag ?? "";
}

test("a service is created with 201, its change and its ETag, and reads back the same", async () => {
  const created = await send("POST /api/v1/services", "/api/v1/services", {
    body: { name: "search", hosts: ["search.example.com"] },
    headers: { "x-interlock-author": encodeURIComponent("王伟"), "x-interlock-via": "cli" },
  });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    name: "search",
    hosts: ["search.example.com"],
    rev: 1,
    change: { kind: "service.register", author: "王伟", via: "cli" },
  });
  expect(created.headers.etag).toBe('"1"');
  const read = await send("GET /api/v1/services/{service}", "/api/v1/services/search");
  expect(read.body).toMatchObject({ name: "search", rev: 1, versions: [], weights: {} });
  expect(read.headers["cache-control"]).toBe("no-store");
});

test("versions are registered, changed, read and removed under the service's rev", async () => {
  const created = await send("POST /api/v1/services/{service}/versions", "/api/v1/services/checkout/versions", {
    body: { version: "1.5.0", requirements: { payments: "^2.1.0", fraud: "^1.0.0" }, capacityRps: 50 },
  });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ service: "checkout", version: "1.5.0", openRequirements: ["fraud"], live: false, capacityRps: 50 });
  const changed = await send("PATCH /api/v1/services/{service}/versions/{version}", "/api/v1/services/checkout/versions/1.5.0", {
    body: { requirements: { payments: ">=2.1.0" }, capacityRps: null },
    headers: { "if-match": created.headers.etag ?? "" },
  });
  expect(changed.body.requirements).toEqual({ payments: ">=2.1.0" });
  expect(changed.body.capacityRps).toBeUndefined();
  const listed = await send("GET /api/v1/services/{service}/versions", "/api/v1/services/checkout/versions");
  expect(listed.body.items.map((item: { version: string }) => item.version)).toEqual(["1.5.0", "1.4.0"]);
  const removed = await send(
    "DELETE /api/v1/services/{service}/versions/{version}",
    "/api/v1/services/checkout/versions/1.5.0?reason=unused",
    {
      headers: { "if-match": changed.headers.etag ?? "" },
    },
  );
  expect(removed.body.change).toMatchObject({ kind: "version.remove", reason: "unused", undoable: true });
  const gone = await api.send("GET", "/api/v1/services/checkout/versions/1.5.0");
  expect(gone.body.code).toBe("version.unknown");
});

test("a split is set at once, an identical one changes nothing, a rollback tells from and to", async () => {
  await api.send("PATCH", "/api/v1/services/checkout/versions/1.4.0", {
    body: { requirements: { payments: ">=2.1.0" } },
    headers: { "if-match": await revOf("checkout") },
  });
  const rev = await revOf("payments");
  const weights = { "2.1.0": 7500, "3.0.0": 2500 };
  const dry = await send("PUT /api/v1/services/{service}/split", "/api/v1/services/payments/split?dryRun=true", {
    body: { weights },
    headers: { "if-match": rev },
  });
  expect(dry.body).toMatchObject({ dryRun: true, change: { kind: "split.set", after: weights } });
  expect(await revOf("payments")).toBe(rev);

  const set = await send("PUT /api/v1/services/{service}/split", "/api/v1/services/payments/split", {
    body: { weights, reason: "canary" },
    headers: { "if-match": rev },
  });
  expect(set.body).toMatchObject({ change: { after: weights, reason: "canary" }, rev: Number(rev.slice(1, -1)) + 1 });
  const again = await send("PUT /api/v1/services/{service}/split", "/api/v1/services/payments/split", {
    body: { weights },
    headers: { "if-match": set.headers.etag ?? "" },
  });
  expect(again).toMatchObject({ status: 200, body: { change: null } });
  const read = await send("GET /api/v1/services/{service}/split", "/api/v1/services/payments/split");
  expect(read.body).toMatchObject({ weights, accepted: { proxies: 0 }, since: { changeId: set.body.change.id } });

  const rolled = await send("POST /api/v1/services/{service}/rollback", "/api/v1/services/payments/rollback", {
    body: { reason: "errors" },
    headers: { "if-match": set.headers.etag ?? "" },
  });
  expect(rolled.body).toMatchObject({ from: weights, to: { "2.1.0": 10_000 }, change: { kind: "rollback" } });
  const undone = await send("POST /api/v1/changes/{id}/undo", `/api/v1/changes/${rolled.body.change.id}/undo`);
  expect(undone.body.change).toMatchObject({ kind: "undo", undoes: rolled.body.change.id });
});

test("routes are replaced as a whole and read in order of precedence", async () => {
  const rules = [
    { matches: [{ path: { type: "PathPrefix", value: "/a" } }], split: { weights: { "2.1.0": 10_000 } } },
    { name: "beta", matches: [{ path: { type: "Exact", value: "/a/b" }, headers: [{ name: "x-beta", value: "1" }] }] },
  ];
  const set = await send("PUT /api/v1/services/{service}/routes", "/api/v1/services/payments/routes", {
    body: { rules },
    headers: { "if-match": await revOf("payments") },
  });
  const read = await send("GET /api/v1/services/{service}/routes", "/api/v1/services/payments/routes");
  expect(read.body.rules).toEqual(set.body.rules);
  expect(read.body.rules[0].name).toBe("beta");
  expect(read.headers.etag).toBe(set.headers.etag);
});

test("a static instance is a change, a lease is none and lives by heartbeats", async () => {
  const path = "/api/v1/services/payments/instances";
  const fixed = await send("POST /api/v1/services/{service}/instances", path, {
    body: { version: "2.1.0", address: "127.0.0.1", port: 9101, node: "n1" },
  });
  expect(fixed).toMatchObject({ status: 201, body: { kind: "static", health: "ready", ttlMs: 0, change: { kind: "instance.register" } } });
  const lease = await send("POST /api/v1/services/{service}/instances", path, {
    body: { version: "2.1.0", address: "127.0.0.1", port: 9102, ttlMs: 60_000 },
  });
  expect(lease).toMatchObject({ status: 201, body: { kind: "lease", ttlMs: 60_000, change: null } });
  const beat = await send("PUT /api/v1/instances/{id}/heartbeat", `/api/v1/instances/${lease.body.id}/heartbeat`);
  expect(beat.body.expiresInMs).toBeGreaterThan(50_000);
  const found = await send("GET /api/v1/discovery/{service}", "/api/v1/discovery/payments?range=^2.0.0&caller=checkout@1.4.0");
  expect(found.body.items.map((item: { id: string }) => item.id)).toEqual(expect.arrayContaining([fixed.body.id, lease.body.id]));
  expect(found.body.items[0].verdict).toBe("compatible");

  const dry = await send("POST /api/v1/services/{service}/instances", `${path}?dryRun=true`, {
    body: { version: "2.1.0", address: "127.0.0.1", port: 9103, ttlMs: 60_000 },
  });
  expect(dry).toMatchObject({ status: 200, body: { dryRun: true, kind: "lease", ttlMs: 60_000, change: null } });
  const tooShort = await api.send("POST", `${path}?dryRun=true`, {
    body: { version: "2.1.0", address: "127.0.0.1", port: 9103, ttlMs: 5 },
  });
  expect(tooShort).toMatchObject({ status: 422, body: { errors: [{ path: "ttlMs" }] } });
  expect((await send("DELETE /api/v1/instances/{id}", `/api/v1/instances/${lease.body.id}`)).body).toEqual({ change: null });
  expect((await send("DELETE /api/v1/instances/{id}", `/api/v1/instances/${fixed.body.id}`)).body.change.kind).toBe("instance.remove");
  const left = await send("GET /api/v1/services/{service}/instances", path);
  expect(left.body.items.map((item: { port: number }) => item.port)).not.toContain(9103);
});

test("changes are paged newest first, without repeating or losing one", async () => {
  const all = (await send("GET /api/v1/changes", "/api/v1/changes?limit=500")).body.items.map((item: { seq: number }) => item.seq);
  const paged: number[] = [];
  let cursor = "";
  do {
    const page = (await send("GET /api/v1/changes", `/api/v1/changes?limit=3${cursor}`)).body;
    paged.push(...page.items.map((item: { seq: number }) => item.seq));
    cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  expect(paged).toEqual(all);
  expect(paged).toEqual(paged.toSorted((left, right) => right - left));
});

test.each(["/api/v1/services", "/api/v1/services/payments/versions", "/api/v1/services/payments/instances", "/api/v1/discovery/payments"])(
  "%s is paged without repeating or losing one",
  async (path) => {
    const all = (await api.send("GET", path)).body.items;
    const paged: unknown[] = [];
    let cursor = "";
    do {
      const { body } = await api.send("GET", `${path}?limit=1${cursor}`);
      expect(body.items).toHaveLength(1);
      paged.push(...body.items);
      cursor = body.nextCursor === undefined ? "" : `&cursor=${body.nextCursor}`;
    } while (cursor !== "");
    expect(all.length).toBeGreaterThan(1);
    expect(paged).toEqual(all);
  },
);

test("a change set applies to several services at once and answers all their revs", async () => {
  const rev = async (service: string) => Number((await revOf(service)).slice(1, -1));
  const changes = [
    { kind: "split", service: "payments", rev: await rev("payments"), weights: { "2.1.0": 5000, "3.0.0": 5000 } },
    { kind: "routes", service: "checkout", rev: await rev("checkout"), rules: [{ matches: [{ method: "GET" }] }] },
  ];
  const applied = await send("POST /api/v1/changes", "/api/v1/changes", { body: { changes, reason: "both" } });
  expect(applied.body).toMatchObject({
    change: { kind: "change-set", reason: "both" },
    revs: { payments: await rev("payments"), checkout: await rev("checkout") },
  });
  const stale = await api.send("POST", "/api/v1/changes", { body: { changes } });
  expect(stale).toMatchObject({ status: 412, body: { code: "precondition.failed" } });
});

test("a stale write is told the present rev as ETag, and null where what it saw is gone", async () => {
  const [path, headers] = ["/api/v1/services/payments", { "if-match": '"0"' }];
  const etag = await revOf("payments");
  const stale = await api.send("PATCH", path, { body: { hosts: [] }, headers });
  expect(stale).toMatchObject({ status: 412, headers: { etag }, body: { current: { state: { name: "payments" } } } });
  const gone = await api.send("DELETE", `${path}/versions/9.9.9`, { headers });
  expect(gone).toMatchObject({ status: 412, headers: { etag }, body: { current: { rev: Number(etag.slice(1, -1)), state: null } } });
});

test("the exported manifest, applied again as YAML or JSON, changes nothing", async () => {
  const exported = await send("GET /api/v1/manifest", "/api/v1/manifest");
  const again = await send("POST /api/v1/manifest", "/api/v1/manifest", { body: exported.body });
  expect(again.body.change).toBeNull();
  const yaml = "services:\n  payments:\n    versions:\n      4.0.0: { instances: [{ address: 127.0.0.1, port: 9400 }] }\n      4.1.0:\n";
  const applied = await send("POST /api/v1/manifest", "/api/v1/manifest", {
    body: yaml,
    headers: { "content-type": "application/yaml; charset=utf-8" },
  });
  expect(applied.body.change).toMatchObject({ kind: "manifest.apply", via: "manifest" });
  const versions = (await send("GET /api/v1/services/{service}/versions", "/api/v1/services/payments/versions")).body.items;
  expect(versions.map((item: { version: string }) => item.version).slice(0, 2)).toEqual(["4.1.0", "4.0.0"]);
});

test("live views, compatibility and can-i-shift answer as the contract says", async () => {
  await send("GET /api/v1/mesh", "/api/v1/mesh");
  await send("GET /api/v1/topology", "/api/v1/topology");
  await send("GET /api/v1/series", "/api/v1/series?service=payments&metric=rps");
  await send("GET /api/v1/services", "/api/v1/services?limit=1");
  const matrix = await send("GET /api/v1/compatibility", "/api/v1/compatibility?consumer=checkout&provider=payments");
  expect(matrix.body.cells.length).toBeGreaterThan(0);
  expect(matrix.body.regions.length).toBe(matrix.body.consumerVersions.length);
  await send("GET /api/v1/unknowns", "/api/v1/unknowns?limit=5");
  const verdict = await send("POST /api/v1/can-i-shift", "/api/v1/can-i-shift", {
    body: { changes: [{ service: "payments", weights: { "3.0.0": 10_000 } }] },
  });
  expect(verdict.body.verdict).toBe("compatible");
});

test("services are paged by name", async () => {
  const first = await send("GET /api/v1/services", "/api/v1/services?limit=2");
  expect(first.body.items.map((item: { name: string }) => item.name)).toEqual(["checkout", "payments"]);
  const second = await send("GET /api/v1/services", `/api/v1/services?limit=2&cursor=${first.body.nextCursor}`);
  expect(second.body.items.map((item: { name: string }) => item.name)).toEqual(["search"]);
  expect(second.body.nextCursor).toBeUndefined();
});

test("health, readiness and the Unix socket", async () => {
  expect(await api.send("GET", "/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
  expect(await api.send("GET", "/readyz")).toMatchObject({ status: 503, body: { code: "engine.not-ready" } });
  expect(await api.send("GET", "/api/v1/mesh", { socketPath: api.socketPath, headers: { host: "localhost" } })).toMatchObject({
    status: 200,
  });
});
