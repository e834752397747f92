import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { openTestEngine, superviseTestProxy, type TestEngine } from "../testing/index.ts";

const SECONDS = 60;
const PLACES = 10;
const WORK_MS = 50;
const CAPACITY_RPS = (PLACES * 1_000) / WORK_MS;
const NORMAL_RPS = CAPACITY_RPS / 2;
const NORMAL_SECONDS = 15;

interface Answer {
  readonly atMs: number;
  readonly tookMs: number;
  readonly status: number;
}

let dir: string;
let mesh: TestEngine;
let slow: http.Server;
let supervisor: ReturnType<typeof superviseTestProxy>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "interlock-overload-"));
  mesh = await openTestEngine(systemClock, { dir });
  slow = slowService();
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  const { port } = slow.address() as net.AddressInfo;
  await mesh.apply({ kind: "service.register", service: "slow", hosts: [] });
  await mesh.apply({ kind: "version.register", service: "slow", version: "1.0.0", requirements: {} });
  const instance = { version: "1.0.0", address: "127.0.0.1", port };
  await mesh.apply({ kind: "instance.register", service: "slow", id: "slow-1", instance });
  supervisor = superviseTestProxy(dir, 0, (line) => console.log(line));
  await supervisor.ready;
  await expect.poll(() => mesh.engine.ready(), { timeout: 10_000 }).toBe(true);
});

afterEach(async () => {
  await supervisor.stop();
  await mesh.engine.close();
  slow.closeAllConnections();
  rmSync(dir, { recursive: true, force: true });
});

/** So many requests at a time, the others wait in line without end: what a program without limits of its own does. */
function slowService(): http.Server {
  const waiting: http.ServerResponse[] = [];
  let busy = 0;
  const work = () => {
    while (busy < PLACES && waiting.length > 0) {
      const response = waiting.shift();
      busy++;
      setTimeout(() => {
        busy--;
        response?.end("done");
        work();
      }, WORK_MS);
    }
  };
  return http.createServer((_request, response) => {
    waiting.push(response);
    work();
  });
}

/** Sends at a fixed rate, however long answers take. */
async function openLoop(port: number, perSecond: number, seconds: number): Promise<readonly Answer[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4_000 });
  const answers: Promise<Answer>[] = [];
  const startMs = performance.now();
  for (let nowMs = 0; nowMs < seconds * 1_000; nowMs = performance.now() - startMs) {
    while (answers.length < (nowMs / 1_000) * perSecond) answers.push(ask(port, agent, startMs));
    await pause(2);
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all;
}

async function ask(port: number, agent: http.Agent, startMs: number): Promise<Answer> {
  const sentMs = performance.now();
  const request = http.get({ host: "127.0.0.1", port, headers: { host: "slow.mesh" }, agent });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  response.resume();
  await once(response, "end");
  return { atMs: sentMs - startMs, tookMs: performance.now() - sentMs, status: response.statusCode ?? 0 };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** RELIABILITY 35, with default settings. */
test(`three times the load of a slow service for ${SECONDS} s leaves its goodput, and normal service comes back`, {
  timeout: (SECONDS + 2 * NORMAL_SECONDS + 60) * 1_000,
}, async () => {
  const port = mesh.engine.mesh().proxies[0]?.ingressPort ?? 0;
  const before = await openLoop(port, NORMAL_RPS, NORMAL_SECONDS);
  const over = await openLoop(port, 3 * CAPACITY_RPS, SECONDS);
  const after = await openLoop(port, NORMAL_RPS, NORMAL_SECONDS);
  const good = over.filter(({ status }) => status === 200);
  const shed = over.filter(({ status }) => status !== 200);
  const calmP99Ms = quantile(
    before.map(({ tookMs }) => tookMs),
    0.99,
  );
  // The limit is found by feeling its way down from what a calm service had: the first seconds are not its figure.
  const settled = good.filter(({ atMs }) => atMs > 10_000).map(({ tookMs }) => tookMs);
  const figures = {
    goodput: good.length / (CAPACITY_RPS * SECONDS),
    p99: quantile(settled, 0.99) / calmP99Ms,
    shedP99Ms: quantile(
      shed.map(({ tookMs }) => tookMs),
      0.99,
    ),
    normalAfterMs: Math.max(0, ...after.filter(({ status, tookMs }) => status !== 200 || tookMs > 3 * calmP99Ms).map(({ atMs }) => atMs)),
  };
  console.log(JSON.stringify({ ...figures, good: good.length, shed: shed.length, calmP99Ms }));
  expect(new Set(shed.map(({ status }) => status))).toEqual(new Set([503]));
  expect(figures.goodput).toBeGreaterThanOrEqual(0.8);
  expect(figures.p99).toBeLessThanOrEqual(5);
  expect(figures.shedP99Ms).toBeLessThanOrEqual(20);
  expect(figures.normalAfterMs).toBeLessThanOrEqual(5_000);
});
