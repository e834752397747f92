import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { API_TOKEN, type RunningApi, registerShop, startApi } from "./api.fixture.ts";
import { requestHash } from "./request/idempotency.ts";

let api: RunningApi;

beforeEach(async () => {
  api = await startApi();
  await registerShop(api);
});

afterEach(() => api.stop());

const instanceOf = (assignment: string) => ({
  assignment,
  service: "payments",
  version: "2.1.0",
  generation: 1,
  state: "backing-off",
  restarts: 0,
});

describe("the report of an agent", () => {
  test("is taken though one problem says too much, which is cut, so that its node stays connected", async () => {
    const problem = { code: "workload.command-not-found", detail: `There is no file ${"a/".repeat(4_000)}.` };
    const body = { agentPid: 7, instances: [{ ...instanceOf("run-1"), problem }, instanceOf("run-2")] };
    const answer = await api.send("POST", "/api/v1/nodes/node-a/report", { body, headers: { "x-interlock-token": API_TOKEN } });
    expect(answer.status).toBe(200);
    const { body: nodes } = await api.send("GET", "/api/v1/nodes");
    expect(nodes.items.map(({ agent, instances }: { agent: string; instances: [] }) => [agent, instances.length])).toEqual([
      ["connected", 2],
    ]);
    expect(api.engine.workloads.instance("run-1")?.problem?.detail).toHaveLength(2_000);
  });

  test("may have more than two thousand processes", async () => {
    const instances = Array.from({ length: 2_001 }, (_, index) => instanceOf(`run-${index}`));
    const body = { agentPid: 7, instances };
    const answer = await api.send("POST", "/api/v1/nodes/node-a/report", { body, headers: { "x-interlock-token": API_TOKEN } });
    expect(answer.status).toBe(200);
  });
});

describe("a verb on one process", () => {
  const unlocked = { "x-interlock-token": API_TOKEN };
  const restart = "/api/v1/instances/run-1/restart";

  async function openProcess() {
    const body = { replicas: 1, command: ["node", "server.js"] };
    const put = await api.send("PUT", "/api/v1/services/payments/versions/2.1.0/deployment", { body, headers: unlocked });
    const instances = [{ ...instanceOf("run-1"), generation: put.body.generation }];
    const report = { body: { agentPid: 7, instances }, headers: unlocked };
    const reported = await api.send("POST", "/api/v1/nodes/node-a/report", report);
    expect(reported.body.assignments).toMatchObject([{ id: "run-1", desired: "run", restartSeq: 0 }]);
    return {
      report,
      restartSeq: async () => (await api.send("POST", "/api/v1/nodes/node-a/report", report)).body.assignments[0].restartSeq,
    };
  }

  test("that is sent twice under one key restarts once, and the log of a new engine still says who and why", async () => {
    const { report, restartSeq } = await openProcess();
    const sent = { body: { reason: "leaks memory" }, headers: { ...unlocked, "idempotency-key": "again", "x-interlock-author": "anna" } };
    const first = await api.send("POST", restart, sent);
    expect(first.body).toMatchObject({
      assignment: "run-1",
      change: { kind: "instance.restart", subject: "run-1", author: "anna", reason: "leaks memory", undoable: false },
    });
    expect((await api.send("POST", restart, sent)).body).toEqual(first.body);
    expect(await restartSeq()).toBe(1);
    await api.restart();
    const { items } = (await api.send("GET", "/api/v1/changes?limit=1&service=payments")).body;
    expect(items).toMatchObject([{ ...first.body.change, before: { restartsAsked: 0 }, after: { restartsAsked: 1 } }]);
    expect((await api.send("POST", `/api/v1/changes/${items[0].id}/undo`, { headers: unlocked })).status).toBe(409);
    await api.send("POST", "/api/v1/nodes/node-a/report", report);
    expect((await api.send("POST", restart, sent)).body).toEqual(first.body);
    // The agent has not heard of it yet: it is told by the new engine, and once.
    expect(await restartSeq()).toBe(1);
  });

  test("is answered though the engine died before it could, and nothing is heard of the process yet", async () => {
    await openProcess();
    const body = Buffer.from(JSON.stringify({ reason: "leaks memory" }));
    const idempotency = { key: "died", requestHash: requestHash("POST", restart, body) };
    const command = { kind: "instance.move", id: "run-1", verb: "restart", anyway: false } as const;
    const author = { author: "anna", via: "api", reason: "leaks memory" } as const;
    expect((await api.engine.execute(command, author, { idempotency })).ok).toBe(true);
    await api.restart();
    const headers = { ...unlocked, "idempotency-key": "died", "content-type": "application/json" };
    const answer = await api.send("POST", restart, { body, headers });
    expect(answer).toMatchObject({
      status: 200,
      body: { assignment: "run-1", node: "node-a", state: "waiting", desired: "run", change: { kind: "instance.restart", author: "anna" } },
    });
  });

  test("is tried out without anything being asked", async () => {
    const { restartSeq } = await openProcess();
    const before = api.engine.state().seq;
    const dry = await api.send("POST", "/api/v1/instances/run-1/stop?dryRun=true", { headers: unlocked });
    expect(dry.body).toMatchObject({ dryRun: true, desired: "stop", change: { kind: "instance.stop" } });
    expect(api.engine.workloads.instance("run-1")).toMatchObject({ desired: "run" });
    expect([await restartSeq(), api.engine.state().seq]).toEqual([0, before]);
  });

  test("that changes nothing says so", async () => {
    await openProcess();
    await api.send("POST", "/api/v1/instances/run-1/stop", { headers: unlocked });
    const again = await api.send("POST", "/api/v1/instances/run-1/stop", { headers: unlocked });
    expect(again).toMatchObject({ status: 200, body: { assignment: "run-1", desired: "stop", change: null } });
  });
});
