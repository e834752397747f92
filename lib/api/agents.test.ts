import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { API_TOKEN, type RunningApi, registerShop, startApi } from "./api.fixture.ts";

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
