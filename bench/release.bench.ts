import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiClient } from "../lib/client/index.ts";
import { findFreePorts } from "../lib/demo/index.ts";
import type { MeshEngine } from "../lib/engine/index.ts";
import type { Release, TelemetryBatch } from "../lib/model/index.ts";
import { transition } from "../lib/release/index.ts";
import { createXorshift } from "../lib/std/index.ts";
import { systemClock } from "../lib/system/index.ts";
import { command, connectTappedProxy, openTestEngine, superviseTestMesh, type TappedProxy, TEST_AUTHOR } from "../lib/testing/index.ts";
import { type BenchOptions, type BenchRow, quantile } from "./bench-table.ts";

const PAUSE_MS = 20_000;

/** What a step of the state machine costs, what 500 releases at once cost one engine, and how fast a rollback takes requests away. */
export async function run({ short }: BenchOptions): Promise<BenchRow[]> {
  const releases = short ? 50 : 500;
  return [...(await manyReleases(releases, short ? 8_000 : 15_000)), ...(await rollbacks(short ? 5 : 40))];
}

function rowOf(figure: string, unit: string, ours: number | null, goal: string, note = ""): BenchRow {
  return { figure, unit, ours, anchor: null, anchorName: "none", ratio: null, goal, note };
}

function stepCost(release: Release): BenchRow {
  const moment = { nowIso: "2026-05-01T03:13:00.000Z", author: "interlock", reason: "" };
  const rounds = 200_000;
  const work = () => {
    for (let round = 0; round < rounds; round++) transition(release, { kind: "advance" }, moment);
  };
  work();
  const started = process.hrtime.bigint();
  work();
  const micros = Number(process.hrtime.bigint() - started) / 1e3 / rounds;
  return rowOf("a transition of the state machine", "µs", micros, "≤ 10 µs", "pure, without the change");
}

/** As many releases as services, each judged by traffic of its own; every step falls due at about the same time. */
async function manyReleases(count: number, watchMs: number): Promise<BenchRow[]> {
  const mesh = await openTestEngine(systemClock);
  try {
    const services = Array.from({ length: count }, (_, index) => `service-${index}`);
    await registered(mesh.engine, services);
    const proxy = await obedientProxy(mesh.proxySocket);
    await until(() => mesh.engine.mesh().proxies.some(({ connected }) => connected), 10_000);
    const steps = [{ weightBp: 1_000, pauseMs: PAUSE_MS }, { weightBp: 5_000, pauseMs: 600_000 }, { weightBp: 10_000 }];
    const [started, before] = [performance.now(), process.cpuUsage()];
    for (const service of services) {
      const create = command({
        kind: "release.create",
        service,
        version: "2.0.0",
        strategy: { kind: "canary", steps },
        judge: { minRequests: 0 },
        start: true,
      } as never);
      const done = await mesh.engine.execute(create, TEST_AUTHOR);
      if (!done.ok) throw new Error(done.error.detail);
      // As requests of an API come: with time for others in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const createMs = (performance.now() - started) / count;
    const createCpuMs = cpuMsSince(before) / count;
    const feed = feeder(proxy, services);
    await pause(Math.max(0, PAUSE_MS - (performance.now() - started) - 6_000));
    const idle = await watched(mesh.engine, Math.min(5_000, watchMs));
    await until(() => [...mesh.engine.state().releases.values()].every(({ step }) => step === 1), 120_000);
    const allMs = performance.now() - started;
    const judged = await watched(mesh.engine, watchMs);
    feed();
    proxy.close();
    const size = `${count} releases on one engine, judged`;
    const [any] = mesh.engine.state().releases.values();
    return [
      ...(any === undefined ? [] : [stepCost(any)]),
      rowOf("starting a release", "ms", createMs, "≤ 20 ms", `with its change on disk; ${createCpuMs.toFixed(1)} ms of processor time`),
      rowOf(`${size}, processor`, "% of a core", judged.cpu * 100, "≤ 25 %", `${(idle.cpu * 100).toFixed(1)} % while the first step lasts`),
      rowOf(`${size}, longest stall of the loop`, "ms", judged.stallMs, "≤ 100 ms"),
      rowOf(
        `${count} steps that fall due together, all taken`,
        "s",
        Math.max(0, allMs - PAUSE_MS) / 1_000,
        "≤ 10 s",
        "from the first one's time to the last change, starting included",
      ),
    ];
  } finally {
    await mesh.remove();
  }
}

async function registered(engine: MeshEngine, services: readonly string[]): Promise<void> {
  const instance = (port: number) => ({ instances: [{ address: "127.0.0.1", port }] });
  const of = (index: number) => ({
    versions: { "1.0.0": instance(20_000 + index * 2), "2.0.0": instance(20_001 + index * 2) },
    split: { weights: { "1.0.0": 10_000 } },
  });
  const manifest = Object.fromEntries(services.map((service, index) => [service, of(index)]));
  const applied = await engine.execute(command({ kind: "manifest.apply", services: manifest, prune: false } as never), TEST_AUTHOR);
  if (!applied.ok) throw new Error(JSON.stringify(applied.error).slice(0, 400));
}

async function obedientProxy(path: string): Promise<TappedProxy> {
  const proxy = await connectTappedProxy(path);
  const obey = (kind: "snapshot" | "delta") =>
    void proxy.next(kind).then((message) => {
      const { version } = message.kind === "snapshot" ? message.snapshot : message.delta;
      proxy.send({ kind: "ack", version, draining: [] });
      obey(kind);
    });
  obey("snapshot");
  obey("delta");
  return proxy;
}

/** Figures of every service, twice a second, as a proxy sends them. */
function feeder(proxy: TappedProxy, services: readonly string[]): () => void {
  let seq = 0;
  return systemClock.every(500, () => {
    const edges = services.flatMap((service) => ["1.0.0", "2.0.0"].map((version) => edgeOf(service, version)));
    proxy.send({
      kind: "telemetry",
      batch: { proxyId: "node-a", bootId: "boot-1", seq: ++seq, atMs: systemClock.wallMs(), edges, instances: [], codes: {} },
    });
  });
}

function edgeOf(service: string, version: string): TelemetryBatch["edges"][number] {
  const zero = { aborted: 0, denied: 0, plain: 0, failovers: 0, encrypted: 0, retries: 0, bytesIn: 0, bytesOut: 0 };
  return {
    caller: { service: "ingress", version: null },
    callee: { service, version },
    splitEpoch: null,
    statusClasses: [0, 20, 0, 0, 0],
    failed: 0,
    mirror: false,
    latencyUsSum: 20_000,
    latency: [100, 20],
    ...zero,
  };
}

/** Processor time as a share of one core, and the longest time that the loop was not free. */
async function watched(_: MeshEngine, ms: number): Promise<{ cpu: number; stallMs: number }> {
  let [last, stallMs] = [performance.now(), 0];
  const stop = systemClock.every(5, () => {
    const now = performance.now();
    stallMs = Math.max(stallMs, now - last - 5);
    last = now;
  });
  const [before, started] = [process.cpuUsage(), performance.now()];
  await pause(ms);
  const cpu = cpuMsSince(before) / (performance.now() - started);
  stop();
  return { cpu, stallMs };
}

/** From the click (the request of the API is sent) to the last request that the version still got, in a mesh of processes under load. */
async function rollbacks(rounds: number): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), "interlock-bench-"));
  const [api = 0, console = 0, ingress = 0] = await findFreePorts(3, createXorshift(systemClock.wallMs() >>> 0));
  const supervisor = superviseTestMesh(dir, { api, console, ingress });
  const servers: http.Server[] = [];
  let lastNewMs = 0;
  const serve = async (isNew: boolean) => {
    const server = http.createServer((_, response) => {
      if (isNew) lastNewMs = performance.now();
      response.end("{}");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    servers.push(server);
    return { instances: [{ address: "127.0.0.1", port: (server.address() as AddressInfo).port, node: "node-a" }] };
  };
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  let isLoading = true;
  try {
    await supervisor.ready;
    const client = createApiClient({ baseUrl: `http://127.0.0.1:${api}` });
    const cart = { versions: { "1.0.0": await serve(false), "2.0.0": await serve(true) }, split: { weights: { "1.0.0": 10_000 } } };
    await client.call("POST /api/v1/manifest", { query: {}, body: { services: { cart } } });
    const clients = Array.from({ length: 8 }, async () => {
      while (isLoading) await asked(agent, ingress);
    });
    const latencies: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const strategy = { kind: "canary" as const, steps: [{ weightBp: 5_000, gate: "manual" as const }, { weightBp: 10_000 }] };
      const { id } = await client.call("POST /api/v1/releases", { body: { service: "cart", version: "2.0.0", strategy } });
      const since = performance.now();
      await until(() => lastNewMs > since, 15_000);
      await pause(100);
      const clicked = performance.now();
      await client.call("POST /api/v1/releases/{id}/{verb}", { params: { id, verb: "rollback" }, body: {} });
      await pause(400);
      latencies.push(Math.max(0, lastNewMs - clicked));
      await until(async () => (await client.call("GET /api/v1/releases/{id}", { params: { id } })).state === "rolled-back", 15_000);
    }
    isLoading = false;
    await Promise.all(clients);
    const note = `${rounds} rollbacks over the API under load`;
    return [
      rowOf("rollback click → zero new requests, p50", "ms", quantile(latencies, 0.5), "≤ 100 ms", note),
      rowOf("rollback click → zero new requests, p95", "ms", quantile(latencies, 0.95), "≤ 250 ms", note),
    ];
  } finally {
    isLoading = false;
    agent.destroy();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await supervisor.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function asked(agent: http.Agent, port: number): Promise<void> {
  return new Promise((resolve) => {
    const request = http.get({ port, headers: { host: "cart.mesh" }, agent }, (response) => response.resume().on("end", resolve));
    request.on("error", () => setTimeout(resolve, 50));
  });
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { system, user } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(holds: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error("it took too long");
    await pause(20);
  }
}
