import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_TOKEN, type RunningApi, startApi } from "./api.fixture.ts";

let api: RunningApi;
const ONE = "/api/v1/services/web/versions/1.0.0/deployment";
const BODY = { replicas: 1, command: ["node", "server.js"], env: { SECRET: "hidden" } };
const unlocked = { "x-interlock-token": API_TOKEN };

beforeAll(async () => {
  api = await startApi();
  await api.send("POST", "/api/v1/services", { body: { name: "web" } });
  await api.send("POST", "/api/v1/services/web/versions", { body: { version: "1.0.0" } });
});

afterAll(() => api.stop());

describe("without the local token", () => {
  test.each([
    ["PUT", ONE, BODY],
    ["DELETE", ONE, undefined],
    ["POST", `${ONE}/scale`, { replicas: 2 }],
    ["POST", `${ONE}/restart`, undefined],
    ["POST", "/api/v1/nodes/node-a/drain", undefined],
    ["POST", "/api/v1/nodes/node-a/undrain", undefined],
    ["POST", "/api/v1/nodes/node-a/report", { agentPid: 1, instances: [] }],
    ["POST", "/api/v1/instances/x/start", undefined],
    ["POST", "/api/v1/instances/x/stop", undefined],
    ["POST", "/api/v1/instances/x/restart", undefined],
  ])("%s %s is refused, and nothing is written", async (method, path, body) => {
    const before = api.engine.state().seq;
    const missing = await api.send(method, path, { body });
    expect({ status: missing.status, code: missing.body.code }).toEqual({ status: 401, code: "token.required" });
    const wrong = await api.send(method, path, { body, headers: { "x-interlock-token": "guessed" } });
    expect({ status: wrong.status, code: wrong.body.code }).toEqual({ status: 403, code: "token.invalid" });
    expect(api.engine.state().seq).toBe(before);
  });

  test("the values of the environment are not told, and a deployment cannot be brought back by undo", async () => {
    const put = await api.send("PUT", ONE, { body: BODY, headers: unlocked });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({ env: { SECRET: "hidden" }, envShown: true, change: { kind: "deployment.set" } });
    expect((await api.send("GET", ONE)).body).toMatchObject({ env: { SECRET: "" }, envShown: false });
    expect((await api.send("GET", ONE, { headers: unlocked })).body).toMatchObject({ env: { SECRET: "hidden" } });
    expect(JSON.stringify((await api.send("GET", "/api/v1/changes")).body)).not.toContain("hidden");
    await api.send("PUT", ONE, { body: { ...BODY, command: ["node", "other.js"] }, headers: unlocked });
    const { items } = (await api.send("GET", "/api/v1/changes?limit=1")).body;
    const undo = `/api/v1/changes/${items[0].id}/undo`;
    expect((await api.send("POST", undo)).body.code).toBe("token.required");
    expect((await api.send("POST", undo, { headers: unlocked })).status).toBe(200);
    expect((await api.send("GET", ONE)).body.command).toEqual(["node", "server.js"]);
  });
});

describe("with it", () => {
  test("a version that is not there hides nothing else that is wrong", async () => {
    const put = await api.send("PUT", "/api/v1/services/web/versions/9.0.0/deployment", { body: { ...BODY, gamma: 0 }, headers: unlocked });
    expect(put.body.errors.map(({ path }: { path: string }) => path)).toEqual(["version", "gamma"]);
  });

  test("a deployment is written, shown, dry-run, scaled and taken away", async () => {
    const dry = await api.send("PUT", `${ONE}?dryRun=true`, { body: { ...BODY, replicas: 3 }, headers: unlocked });
    expect(dry.body).toMatchObject({ dryRun: true, replicas: 3 });
    expect((await api.send("GET", ONE)).body.replicas).toBe(1);
    expect((await api.send("PUT", ONE, { body: BODY, headers: unlocked })).body.change).toBeNull();
    const scaled = await api.send("POST", `${ONE}/scale`, { body: { replicas: 2, reason: "load" }, headers: unlocked });
    expect(scaled.body).toMatchObject({ replicas: 2, target: 2, change: { reason: "load" } });
    expect((await api.send("GET", "/api/v1/deployments")).body.items).toHaveLength(1);
    expect((await api.send("DELETE", ONE, { headers: unlocked })).body.code).toBe("deployment.in-use");
    expect((await api.send("DELETE", `${ONE}?anyway=true`, { headers: unlocked })).status).toBe(200);
    expect((await api.send("GET", ONE)).body.code).toBe("deployment.unknown");
  });

  test("an agent reports, is listed with its node, and a node is drained and returned", async () => {
    const reported = await api.send("POST", "/api/v1/nodes/node-a/report", { body: { agentPid: 7, instances: [] }, headers: unlocked });
    expect(reported.body).toEqual({ assignments: [] });
    const node = async () => (await api.send("GET", "/api/v1/nodes")).body.items[0];
    expect(await node()).toMatchObject({ node: "node-a", agent: "connected", proxy: false, schedulable: false, drained: null });
    const drained = await api.send("POST", "/api/v1/nodes/node-a/drain", { body: { reason: "kernel" }, headers: unlocked });
    expect(drained.body).toMatchObject({ node: "node-a", drained: { reason: "kernel", empty: true }, change: { kind: "node.drain" } });
    expect((await api.send("POST", "/api/v1/nodes/node-a/undrain", { headers: unlocked })).body).toMatchObject({ drained: null });
    await api.send("POST", "/api/v1/nodes/node-a/drain", { headers: unlocked });
    await api.restart();
    expect(await node()).toMatchObject({ agent: "none", drained: { empty: true } });
    expect((await api.send("POST", "/api/v1/nodes/node-a/undrain", { headers: unlocked })).body).toMatchObject({
      node: "node-a",
      drained: null,
    });
    const unknown = await api.send("POST", "/api/v1/nodes/nowhere/drain", { headers: unlocked });
    expect({ status: unknown.status, code: unknown.body.code }).toEqual({ status: 404, code: "node.unknown" });
    const named = await api.send("POST", "/api/v1/nodes/Not%20a%20name/report", {
      body: { agentPid: 7, instances: [] },
      headers: unlocked,
    });
    expect(named.body.code).toBe("name.invalid");
  });

  test("what is wrong has its own code, field and fix, and the mesh stays as it was", async () => {
    const before = api.engine.state().seq;
    const empty = await api.send("PUT", ONE, { body: { ...BODY, command: [] }, headers: unlocked });
    expect(empty.body).toMatchObject({ code: "deployment.command", errors: [{ path: "command", fix: expect.any(String) }] });
    const several = await api.send("PUT", ONE, { body: { ...BODY, replicas: 1.5, gamma: 0 }, headers: unlocked });
    expect(several.body.errors.map(({ path }: { path: string }) => path)).toEqual(["replicas", "gamma"]);
    const unknown = await api.send("PUT", "/api/v1/services/web/versions/9.0.0/deployment", { body: BODY, headers: unlocked });
    expect(unknown.body).toMatchObject({ code: "version.unknown", errors: [{ fix: expect.stringContaining("Register it first") }] });
    expect(api.engine.state().seq).toBe(before);
  });
});
