import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, registerShop, startApi } from "../api.fixture.ts";
import { requestHash } from "./idempotency.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await registerShop(api);
});
afterAll(() => api.stop());

const PATH = "/api/v1/services";

function keyed(key: string, body: unknown) {
  return { body, headers: { "idempotency-key": key } };
}

test("a repeat gets the first answer, and nothing is done twice", async () => {
  const first = await api.send("POST", PATH, keyed("k1", { name: "alpha" }));
  const { seq } = api.engine.state();
  const repeat = await api.send("POST", PATH, keyed("k1", { name: "alpha" }));
  expect(first.status).toBe(201);
  expect(repeat).toMatchObject({ status: 201, text: first.text });
  expect(repeat.headers).toMatchObject({ etag: first.headers.etag, "idempotency-replayed": "true" });
  expect(api.engine.state().seq).toBe(seq);
});

test("a repeat after a restart of the engine gets the first answer too", async () => {
  const first = await api.send("POST", PATH, keyed("k2", { name: "beta" }));
  await api.restart();
  expect(await api.send("POST", PATH, keyed("k2", { name: "beta" }))).toMatchObject({ status: 201, text: first.text });
});

test("a refusal is repeated as well, even when it would no longer be refused", async () => {
  const refused = await api.send("POST", "/api/v1/services/later/versions", keyed("k3", { version: "1.0.0" }));
  await api.send("POST", PATH, { body: { name: "later" } });
  expect(refused.status).toBe(404);
  expect(await api.send("POST", "/api/v1/services/later/versions", keyed("k3", { version: "1.0.0" }))).toMatchObject({
    status: 404,
    text: refused.text,
  });
});

test("the same key with another request is refused, before anything else is looked at", async () => {
  await api.send("POST", PATH, keyed("k4", { name: "gamma" }));
  const other = await api.send("POST", PATH, { body: "{", headers: { "idempotency-key": "k4", "content-type": "text/plain" } });
  expect(other).toMatchObject({ status: 422, body: { code: "idempotency.mismatch" } });
  expect(await api.send("POST", `${PATH}?dryRun=true`, keyed("k4", { name: "gamma" }))).toMatchObject({ status: 422 });
});

test("a replay comes before the precondition: a retry of a write that succeeded is no conflict", async () => {
  const { headers } = await api.send("GET", `${PATH}/checkout`);
  const patch = { body: { hosts: ["shop.example.com"] }, headers: { "idempotency-key": "k5", "if-match": headers.etag ?? "" } };
  const first = await api.send("PATCH", `${PATH}/checkout`, patch);
  expect(first.status).toBe(200);
  expect(await api.send("PATCH", `${PATH}/checkout`, patch)).toMatchObject({ status: 200, text: first.text });
});

test("of many equal requests at once one is carried out, and all get its answer", async () => {
  const { seq } = api.engine.state();
  const answers = await Promise.all(Array.from({ length: 8 }, () => api.send("POST", PATH, keyed("k6", { name: "delta" }))));
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(answers.every((answer) => answer.status === 201)).toBe(true);
  expect(api.engine.state().seq).toBe(seq + 1);
});

test("when the first died after its change and before its answer, a repeat gets the answer built from the change", async () => {
  const body = { name: "epsilon" };
  const idempotency = { key: "k7", requestHash: requestHash("POST", PATH, Buffer.from(JSON.stringify(body))) };
  api.engine.recall(idempotency.key, idempotency.requestHash);
  const command = { kind: "service.register", service: "epsilon", hosts: [] } as unknown as Parameters<typeof api.engine.execute>[0];
  const applied = await api.engine.execute(command, { author: "ana", via: "api", reason: "" }, { idempotency });
  expect(applied.ok).toBe(true);
  await api.restart();
  const { seq } = api.engine.state();
  const repeat = await api.send("POST", PATH, keyed("k7", body));
  expect(repeat).toMatchObject({ status: 201, body: { name: "epsilon", rev: 1, change: { author: "ana" } } });
  expect(api.engine.state().seq).toBe(seq);
});

test("when the first died before its change, a repeat is carried out", async () => {
  const body = { name: "zeta" };
  api.engine.recall("k8", requestHash("POST", PATH, Buffer.from(JSON.stringify(body))));
  await api.restart();
  expect(await api.send("POST", PATH, keyed("k8", body))).toMatchObject({ status: 201, body: { name: "zeta" } });
});

test("a request that waited for its approval is carried out under the key under which it was refused", async () => {
  const as = (author: string, more: Readonly<Record<string, string>> = {}) => ({ "x-interlock-author": author, ...more });
  const { headers: settings } = await api.send("GET", "/api/v1/governance");
  const careful = { body: { secondPersonFrom: "hold" }, headers: { "if-match": settings.etag ?? "" } };
  expect((await api.send("PUT", "/api/v1/governance", careful)).status).toBe(200);
  const path = "/api/v1/services/payments/split";
  const { headers } = await api.send("GET", path);
  await api.send("DELETE", "/api/v1/services/checkout", {
    headers: { "if-match": (await api.send("GET", `${PATH}/checkout`)).headers.etag ?? "" },
  });
  const body = { weights: { "3.0.0": 10_000 } };
  const keyed = as("anna", { "if-match": headers.etag ?? "", "idempotency-key": "k9" });
  expect(await api.send("PUT", path, { body, headers: keyed })).toMatchObject({ status: 409, body: { code: "approval.required" } });
  const request = { method: "PUT", path, ifMatch: Number(headers.etag?.replaceAll('"', "")), body };
  const asked = await api.send("POST", "/api/v1/approvals", { body: { request }, headers: as("anna") });
  const approved = { ...keyed, "x-interlock-approval": String(asked.body.id) };
  expect(await api.send("PUT", path, { body, headers: approved })).toMatchObject({ body: { code: "approval.state" } });
  await api.send("POST", `/api/v1/approvals/${asked.body.id}/approve`, { headers: as("ben") });
  const done = await api.send("PUT", path, { body, headers: approved });
  expect(done.status).toBe(200);
  expect(await api.send("PUT", path, { body, headers: approved })).toMatchObject({ status: 200, text: done.text });
});
