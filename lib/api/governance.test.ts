import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, registerShop, startApi } from "./api.fixture.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
  await registerShop(api);
  await api.send("POST", "/api/v1/manifest", {
    body: { services: { payments: { versions: { "2.2.0": { instances: [{ address: "127.0.0.1", port: 9011 }] } } } } },
  });
});

afterAll(() => api.stop());

const revOf = async (service: string): Promise<number> => (await api.send("GET", `/api/v1/services/${service}`)).body.rev;
const SPLIT = "/api/v1/services/payments/split";
const HALF = { weights: { "2.1.0": 5_000, "2.2.0": 5_000 } };
const as = (author: string, more: Readonly<Record<string, string>> = {}) => ({ "x-interlock-author": author, ...more });

describe("freezes", () => {
  const freeze = { name: "Big sale", from: "2026-01-01T00:00:00Z", until: "2026-02-01T00:00:00Z" };

  test("need If-Match, 0 for a new one, and give their own rev out", async () => {
    expect((await api.send("PUT", "/api/v1/freezes/sale", { body: freeze })).body.code).toBe("precondition.required");
    const made = await api.send("PUT", "/api/v1/freezes/sale", { body: freeze, headers: { "if-match": '"0"' } });
    expect(made).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { id: "sale", rev: 1, weekly: false, services: [] } });
    const stale = await api.send("PUT", "/api/v1/freezes/sale", { body: freeze, headers: { "if-match": '"0"' } });
    expect(stale).toMatchObject({ status: 412, body: { current: { rev: 1, state: { name: "Big sale" } } } });
    expect(await api.send("GET", "/api/v1/freezes/nosuch")).toMatchObject({ status: 404, body: { code: "freeze.unknown" } });
    expect(await api.send("DELETE", "/api/v1/freezes/sale", { headers: { "if-match": '"1"' } })).toMatchObject({ status: 200 });
    expect((await api.send("GET", "/api/v1/freezes")).body).toEqual({ items: [] });
  });
});

describe("a version", () => {
  test("shows its stage and its build, and is moved under the service's rev", async () => {
    const path = "/api/v1/services/payments/versions/2.2.0";
    expect((await api.send("GET", path)).body.lifecycle).toMatchObject({ stage: "registered", cause: "operator" });
    const rev = await revOf("payments");
    const body = { stage: "deprecated", sunset: "2100-01-01T00:00:00Z", reason: "old" };
    const moved = await api.send("PUT", `${path}/lifecycle`, { body, headers: as("anna", { "if-match": `"${rev}"` }) });
    expect(moved).toMatchObject({
      status: 200,
      headers: { etag: `"${rev + 1}"` },
      body: { lifecycle: { stage: "deprecated", by: "anna", sunset: "2100-01-01T00:00:00.000Z" }, calledBy: [] },
    });
    expect(await api.send("PUT", `${path}/lifecycle`, { body, headers: { "if-match": `"${rev}"` } })).toMatchObject({ status: 412 });
    const unknown = await api.send("PUT", `${path}/lifecycle`, { body: { stage: "gone" }, headers: { "if-match": `"${rev + 1}"` } });
    expect(unknown).toMatchObject({ status: 422, body: { errors: [{ path: "stage" }] } });
  });
});

describe("a dry run", () => {
  test("says how a change has to be confirmed, and why", async () => {
    const rev = await revOf("payments");
    const answer = await api.send("PUT", `${SPLIT}?dryRun=true`, { body: HALF, headers: { "if-match": `"${rev}"` } });
    expect(answer.body.risk).toEqual({
      level: "hold",
      reasons: [
        "payments 2.2.0 is deprecated and gets more requests.",
        "50 % of the requests to payments go to another version than before.",
      ],
    });
    expect((await api.send("POST", "/api/v1/services?dryRun=true", { body: { name: "search" } })).body).not.toHaveProperty("risk");
  });
});

describe("approvals", () => {
  test("are bound to what was asked: sent as it was it goes, once; with anything else they are void", async () => {
    await api.send("PUT", "/api/v1/governance", { body: { secondPersonFrom: "hold" }, headers: { "if-match": '"0"' } });
    const rev = await revOf("payments");
    const match = { "if-match": `"${rev}"` };
    expect(await api.send("PUT", SPLIT, { body: HALF, headers: as("anna", match) })).toMatchObject({
      status: 409,
      body: { code: "approval.required" },
    });
    const request = { method: "PUT", path: SPLIT, ifMatch: rev, body: HALF };
    const asked = await api.send("POST", "/api/v1/approvals", { body: { request, reason: "autumn" }, headers: as("anna") });
    expect(asked).toMatchObject({
      status: 201,
      body: { state: "waiting", names: "as-given", diffHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const { id } = asked.body;
    expect(await api.send("POST", `/api/v1/approvals/${id}/approve`, { headers: as("anna") })).toMatchObject({
      body: { code: "approval.second-person" },
    });
    expect(await api.send("POST", `/api/v1/approvals/${id}/approve`, { headers: as("ben") })).toMatchObject({
      body: { state: "approved" },
    });
    const other = { weights: { "2.1.0": 4_000, "2.2.0": 6_000 } };
    const approved = as("anna", { ...match, "x-interlock-approval": id });
    expect(await api.send("PUT", SPLIT, { body: other, headers: approved })).toMatchObject({ body: { code: "approval.void" } });
    expect((await api.send("GET", `/api/v1/approvals/${id}`)).body).toMatchObject({ state: "void" });
    expect(await api.send("PUT", SPLIT, { body: HALF, headers: approved })).toMatchObject({ body: { code: "approval.state" } });

    const again = await api.send("POST", "/api/v1/approvals", { body: { request }, headers: as("anna") });
    await api.send("POST", `/api/v1/approvals/${again.body.id}/approve`, { headers: as("ben") });
    const headers = as("anna", { ...match, "x-interlock-approval": again.body.id });
    expect(await api.send("PUT", SPLIT, { body: { ...HALF, reason: "said later" }, headers })).toMatchObject({
      body: { change: { after: HALF.weights } },
    });
    expect((await api.send("GET", `/api/v1/approvals/${again.body.id}`)).body.state).toBe("used");
  });

  test("are asked for only about requests that become a change, with every problem at its place", async () => {
    const ask = (request: unknown) => api.send("POST", "/api/v1/approvals", { body: { request }, headers: as("anna") });
    expect(await ask({ method: "PUT", path: "/api/v1/nowhere", ifMatch: 1, body: {} })).toMatchObject({
      status: 404,
      body: { errors: [{ path: "request.path" }] },
    });
    expect(await ask({ method: "POST", path: "/api/v1/can-i-shift", body: {} })).toMatchObject({ body: { code: "route.unknown" } });
    const channel = { target: { kind: "webhook", url: "https://hooks.example.com/x" }, secret: "top-secret-key" };
    const refused = await ask({ method: "PUT", path: "/api/v1/channels/pager", ifMatch: 0, body: channel });
    expect(refused).toMatchObject({ status: 409, body: { code: "approval.state" } });
    expect((await api.send("GET", "/api/v1/approvals")).text).not.toContain("top-secret");
    expect(await ask({ method: "PUT", path: SPLIT, body: HALF })).toMatchObject({ body: { code: "precondition.required" } });
    expect(await ask({ method: "PUT", path: SPLIT, ifMatch: 1, body: { weight: {} } })).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ path: "request.body.weight" })]) },
    });
    expect(await ask({ method: "PUT", path: SPLIT, ifMatch: 1, body: HALF })).toMatchObject({ body: { code: "precondition.failed" } });
  });
});
