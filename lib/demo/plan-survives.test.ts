import { afterEach, expect, test } from "vitest";
import type { ApiClient } from "../client/index.ts";
import { systemClock } from "../system/index.ts";
import { createMeshCall } from "./mesh-call.ts";
import { closeProcessMesh, serve, startLoad, startProcesses } from "./process-mesh.fixture.ts";

afterEach(closeProcessMesh);

/** checkout calls payments; payments 3.0.0 fails for every checkout but 2.0.0, as the requirements say. */
async function startShop(client: ApiClient): Promise<void> {
  const outbound = new Map<string, string>();
  const instance = (port: number) => ({ instances: [{ address: "127.0.0.1", port, node: "node-a" }] });
  const payments = async (version: string) =>
    instance(
      await serve((request, response) => {
        const isRead = version !== "3.0.0" || String(request.headers["x-interlock-caller"]).endsWith("2.0.0");
        response.writeHead(isRead ? 200 : 500).end("{}");
      }),
    );
  const checkout = async (version: string) =>
    instance(
      await serve((_, response) => {
        const call = createMeshCall(outbound.get(version) ?? "");
        call("payments", "/").then(
          ({ status }) => response.writeHead(status).end(),
          () => response.writeHead(502).end(),
        );
      }),
    );
  const needs = { "1.4.0": { payments: "^2.1.0" }, "2.0.0": { payments: ">=2.3.0 <4.0.0" } };
  await client.call("POST /api/v1/manifest", {
    query: {},
    body: {
      services: {
        payments: {
          versions: { "2.3.0": await payments("2.3.0"), "3.0.0": await payments("3.0.0") },
          split: { weights: { "2.3.0": 10_000 } },
        },
        checkout: {
          versions: {
            "1.4.0": { requirements: needs["1.4.0"], ...(await checkout("1.4.0")) },
            "2.0.0": { requirements: needs["2.0.0"], ...(await checkout("2.0.0")) },
          },
          split: { weights: { "1.4.0": 10_000 } },
        },
      },
    },
  });
  const read = () => client.call("GET /api/v1/services/{service}/instances", { params: { service: "checkout" } });
  await expect.poll(async () => (await read()).items.every((each) => each.outbound !== null), { timeout: 10_000 }).toBe(true);
  for (const { outbound: at, version } of (await read()).items) outbound.set(version, `http://${at?.address}:${at?.port}`);
}

test("an engine that is killed after each move of a plan carries it on, forward and back, and no request fails", {
  timeout: 90_000,
}, async () => {
  const { client, ingressPort, supervisor } = await startProcesses();
  await startShop(client);
  const asked = () => fetch(`http://127.0.0.1:${ingressPort}/`, { headers: { host: "checkout.mesh" } }).catch(() => null);
  await expect.poll(async () => (await asked()) !== null, { timeout: 10_000 }).toBe(true);
  const statuses = startLoad(ingressPort, "checkout.mesh");
  await expect.poll(() => statuses.at(-1), { timeout: 10_000 }).toBe(200);
  statuses.length = 0;

  const { id } = await client.call("POST /api/v1/plans", { body: { target: { checkout: "2.0.0", payments: "3.0.0" } } });
  const look = () => client.call("GET /api/v1/plans/{id}", { params: { id } }).catch(() => null);
  function kill(): void {
    const pid = supervisor.pids().get("engine");
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  }
  /** Kills at once, for a plan may be through before anybody has looked, and then at every place where it is seen. */
  async function killedUntil(end: string): Promise<void> {
    const killedAt = systemClock.wallMs();
    kill();
    let seen = "";
    const step = async () => {
      const plan = await look();
      const place = `${plan?.state} ${plan?.wavesDone}`;
      if (plan === null || place === seen) return plan?.state;
      seen = place;
      if (plan.state !== end) kill();
      return plan.state;
    };
    await expect.poll(step, { timeout: 60_000, interval: 20 }).toBe(end);
    const { items } = await client.call("GET /api/v1/changes", { query: { limit: 1 } });
    expect(Date.parse(items[0]?.at ?? "")).toBeGreaterThan(killedAt);
  }
  await client.call("POST /api/v1/plans/{id}/execute", { params: { id } });
  await killedUntil("done");
  await client.call("POST /api/v1/plans/{id}/reverse", { params: { id } });
  await killedUntil("reversed");
  const { items } = await client.call("GET /api/v1/services", { query: { limit: 10 } });
  expect(items.map(({ name, weights }) => [name, weights])).toEqual(
    expect.arrayContaining([
      ["checkout", { "1.4.0": 10_000 }],
      ["payments", { "2.3.0": 10_000 }],
    ]),
  );
  expect(statuses.length).toBeGreaterThan(50);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});
