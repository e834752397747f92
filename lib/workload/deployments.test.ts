import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { answeringWith, type DeployedMesh, openDeployedMesh } from "./deployed-mesh.fixture.ts";

let mesh: DeployedMesh;

beforeAll(async () => {
  mesh = await openDeployedMesh();
  await mesh.client.call("POST /api/v1/services", { body: { name: "web" } });
  await mesh.client.call("POST /api/v1/services/{service}/versions", { params: { service: "web" }, body: { version: "1.0.0" } });
  await mesh.deploy({ replicas: 1, command: answeringWith("first") });
  await mesh.settled({ ready: 1 });
}, 120_000);

afterAll(() => mesh.close(), 120_000);

const WEB = { service: "web", version: "1.0.0" };
const scale = (replicas: number) =>
  mesh.client.call("POST /api/v1/services/{service}/versions/{version}/deployment/scale", { params: WEB, body: { replicas } });
const drain = (verb: "drain" | "undrain") => mesh.client.call(`POST /api/v1/nodes/{node}/${verb}`, { params: { node: "node-b" } });
const nodesOf = async () => (await mesh.shown())?.instances.map(({ node }) => node).toSorted();

test("a service is scaled from one to four to two under load, and no request fails", { timeout: 120_000 }, async () => {
  const load = mesh.load();
  await scale(4);
  await mesh.settled({ ready: 4, actual: 4 });
  expect(await nodesOf()).toEqual(["node-a", "node-a", "node-b", "node-b"]);
  await scale(2);
  await mesh.settled({ ready: 2, actual: 2 });
  const { failed, requests } = await load.stop();
  expect(failed).toEqual([]);
  expect(requests).toBeGreaterThan(50);
});

test("it is rolled to another program under load, and no request fails", { timeout: 120_000 }, async () => {
  const load = mesh.load();
  await mesh.deploy({ replicas: 2, command: answeringWith("second") });
  await mesh.settled({ updated: 2, actual: 2 });
  await expect.poll(() => load.bodies.get("second") ?? 0, { timeout: 20_000 }).toBeGreaterThan(10);
  expect((await load.stop()).failed).toEqual([]);
});

test("a node is drained and given back under load, and no request fails", { timeout: 120_000 }, async () => {
  const load = mesh.load();
  expect(await nodesOf()).toEqual(["node-a", "node-b"]);
  await drain("drain");
  await vi.waitFor(async () => expect(await nodesOf()).toEqual(["node-a", "node-a"]), { timeout: 30_000 });
  await mesh.settled({ ready: 2, actual: 2 });
  await drain("undrain");
  await scale(3);
  await mesh.settled({ ready: 3 });
  expect(await nodesOf()).toContain("node-b");
  expect((await load.stop()).failed).toEqual([]);
});

test("a roll goes on after kill -9 of the engine in the middle of it, starts nothing twice, and no request fails", {
  timeout: 120_000,
}, async () => {
  const load = mesh.load();
  await mesh.deploy({ replicas: 3, command: answeringWith("third") });
  await expect.poll(async () => (await mesh.shown())?.updated ?? 0, { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
  const pid = mesh.supervisor.pids().get("engine");
  process.kill(pid ?? 0, "SIGKILL");
  let most = 0;
  const shown = await expect
    .poll(
      async () => {
        const now = await mesh.shown();
        most = Math.max(most, now?.instances.length ?? 0);
        return now;
      },
      { timeout: 90_000, interval: 100 },
    )
    .toMatchObject({ updated: 3, actual: 3, waitingFor: null })
    .then(() => mesh.shown());
  expect(mesh.supervisor.pids().get("engine")).not.toBe(pid);
  expect(most).toBeLessThanOrEqual(4);
  expect(shown?.instances.map(({ state }) => state)).toEqual(["ready", "ready", "ready"]);
  await expect.poll(() => load.bodies.get("third") ?? 0, { timeout: 20_000 }).toBeGreaterThan(10);
  expect((await load.stop()).failed).toEqual([]);
});

test.each([
  ["a command that does not exist", ["/no/such/program"], {}, "workload.command-not-found", "command.0"],
  ["a program that ends at once", [process.execPath, "-e", "process.exit(3)"], {}, "workload.exits-at-once", "command"],
  [
    "a program that never gets healthy",
    [process.execPath, "-e", "setInterval(() => {}, 1000)"],
    { health: { kind: "tcp", startWithinMs: 1_000 } },
    "workload.never-healthy",
    "health",
  ],
] as const)(
  "%s is shown with its own code, field and fix, and requests go where they went",
  { timeout: 120_000 },
  async (_, command, more, code, path) => {
    const load = mesh.load();
    await mesh.deploy({ replicas: 3, command, ...more });
    await expect
      .poll(mesh.shown, { timeout: 60_000, interval: 100 })
      .toMatchObject({ problem: { code, path, fix: expect.stringMatching(/.+/) }, ready: 3, updated: 0 });
    await mesh.deploy({ replicas: 3, command: answeringWith("third") });
    await mesh.settled({ updated: 3, actual: 3 });
    expect((await load.stop()).failed).toEqual([]);
  },
);
