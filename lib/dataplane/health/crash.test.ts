import http from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TrafficPolicy } from "../../model/index.ts";
import { openTestMesh, snapshotWith, type TestMesh } from "../test-mesh.fixture.ts";
import { ask, type Outcome } from "./health-mesh.fixture.ts";
import { type InstanceProcess, killInstance, spawnInstance } from "./instance-process.fixture.ts";

let mesh: TestMesh;
let processes: InstanceProcess[];
let agent: http.Agent;

beforeEach(async () => {
  mesh = await openTestMesh();
  processes = await Promise.all(["p0", "p1", "p2", "p3"].map(spawnInstance));
  agent = new http.Agent({ keepAlive: true });
});

afterEach(async () => {
  agent.destroy();
  await mesh.close();
  await Promise.all(processes.map(killInstance));
});

async function apply(policy: TrafficPolicy): Promise<void> {
  const places = processes.map(({ name, port }) => ({ service: "a", version: "1.0.0", port, endpoint: { id: name as never } }));
  expect(mesh.proxy.applySnapshot(snapshotWith(places, { policies: { a: policy } })).ok).toBe(true);
  await mesh.proxy.settled();
}

/** Sends requests of this method, so many at a time, until stopped. */
function load(method: string, parallel = 8): { readonly outcomes: Outcome[]; stop(): Promise<void> } {
  const outcomes: Outcome[] = [];
  let isStopped = false;
  const run = async () => {
    while (!isStopped) outcomes.push(await ask(mesh.ingressPort, { agent, method }));
  };
  const runs = Array.from({ length: parallel }, run);
  return {
    outcomes,
    async stop() {
      isStopped = true;
      await Promise.all(runs);
    },
  };
}

const answeredBy = (outcomes: readonly Outcome[], name: string) => outcomes.filter(({ instance }) => instance === name).length;

describe("one of four instances (RELIABILITY 22)", () => {
  test("killed under load fails no GET", async () => {
    await apply({});
    // No more are under way than may be retried at a time.
    const { outcomes, stop } = load("GET", 3);
    await expect.poll(() => outcomes.length, { timeout: 10_000 }).toBeGreaterThan(400);
    await killInstance(processes[0] as InstanceProcess);
    const at = outcomes.length;
    await expect.poll(() => outcomes.length, { timeout: 10_000 }).toBeGreaterThan(at + 800);
    await stop();
    expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answeredBy(outcomes, "p0")).toBeGreaterThan(0);
    expect(answeredBy(outcomes.slice(at + 100), "p0")).toBe(0);
  });

  test("killed under load fails no more POSTs than it had under way", async () => {
    await apply({});
    const { outcomes, stop } = load("POST");
    await expect.poll(() => outcomes.length, { timeout: 10_000 }).toBeGreaterThan(200);
    await killInstance(processes[0] as InstanceProcess);
    const at = outcomes.length;
    await expect.poll(() => outcomes.length, { timeout: 10_000 }).toBeGreaterThan(at + 400);
    await stop();
    expect(outcomes.filter(({ status }) => status !== 200).length).toBeLessThanOrEqual(8);
  });

  test("stopped under load is taken out, and the others serve everything else", async () => {
    await apply({ timeouts: { requestMs: 3_000 } });
    const first = load("GET");
    await expect.poll(() => first.outcomes.length, { timeout: 10_000 }).toBeGreaterThan(200);
    processes[0]?.child.kill("SIGSTOP");
    const isHealthy = () => mesh.proxy.health.boardOf("a" as never)?.health.member("p0" as never)?.isHealthy;
    await expect.poll(isHealthy, { timeout: 10_000 }).toBe(false);
    await first.stop();
    const second = load("GET");
    await expect.poll(() => second.outcomes.length, { timeout: 10_000 }).toBeGreaterThan(400);
    await second.stop();
    expect(second.outcomes.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answeredBy(second.outcomes, "p0")).toBe(0);
    processes[0]?.child.kill("SIGCONT");
  });

  test("the last one gone: 503 at once, never a hang", async () => {
    await apply({});
    await Promise.all(processes.map(killInstance));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => ask(mesh.ingressPort, { agent })));
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(["upstream.connect-failure"]));
  });
});
