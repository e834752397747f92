import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TapEntry } from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { parseExposition } from "../testing/index.ts";
import type { AccessLogLine, AccessLogMode } from "./access-log.ts";
import { type ProxyProcess, startProxyProcess } from "./proxy-process.ts";
import { createTestEngine, type TestEngine } from "./test-engine.fixture.ts";
import { httpInstance, NODE, openTestMesh, snapshotWith, type TestMesh } from "./test-mesh.fixture.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

let dataDir: string;
let engine: TestEngine;
/** Only for its sockets: instances and callers. */
let mesh: TestMesh;
let running: ProxyProcess | null;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "interlock-watch-"));
  engine = createTestEngine(join(dataDir, "proxies.sock"));
  mesh = await openTestMesh();
  const server = httpInstance((request, response) => {
    response.statusCode = request.url?.startsWith("/fail") ? 500 : 200;
    request.resume().on("end", () => response.end("ok"));
  });
  const instance = { service: "a", version: "1.0.0", port: await mesh.serve(server) };
  engine.greeting = { kind: "snapshot", snapshot: snapshotWith([instance], { version: 5 }) };
  running = null;
  await engine.start();
});

afterEach(async () => {
  await running?.stop();
  await engine.stop();
  await mesh.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(accessLog: AccessLogMode): Promise<ProxyProcess> {
  const adopted = engine.next("ack");
  const enginePath = join(dataDir, "proxies.sock");
  const place = { node: NODE, dataDir, ingressPort: 0, enginePath, accessLog };
  running = await startProxyProcess({ ...place, clock: systemClock, random: createXorshift(5), log: () => {} });
  await adopted;
  return running;
}

async function ask({ proxy }: ProxyProcess, path: string, host = "a.mesh"): Promise<void> {
  const caller = await mesh.dial(proxy.ingressPort ?? 0);
  caller.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\ntraceparent: 00-${TRACE}-00f067aa0ba902b7-01\r\nConnection: close\r\n\r\n`);
  await caller.ended;
}

const known = (line: Partial<TapEntry>) => [line.callee?.service, line.path, line.status, line.code, line.traceId];

test("every request is a line of the access log, with what became of it and without its query", async () => {
  const started = await start("all");
  await ask(started, "/pay?card=4111");
  await ask(started, "/fail");
  await ask(started, "/", "nobody.mesh");
  await started.stop();
  const lines = readFileSync(join(dataDir, `proxy-${NODE}`, "access.log"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as AccessLogLine);
  expect(lines.map(known)).toEqual([
    ["a", "/pay", 200, null, TRACE],
    ["a", "/fail", 500, null, TRACE],
    [expect.any(String), "/", 404, "routing.unknown-host", TRACE],
  ]);
  expect(lines[0]).toMatchObject({
    proxy: NODE,
    side: "caller",
    caller: { service: "ingress", version: null },
    callee: { version: "1.0.0" },
    instance: "a-1.0.0-0",
    method: "GET",
    host: "a.mesh",
    attempts: 1,
    encrypted: false,
    mirror: false,
    sampled: 1,
  });
});

test("a tap gets what fits while it runs, and ends with the engine", async () => {
  const started = await start("off");
  engine.send({ kind: "tap-start", tapId: "tap-1", filter: { service: "a", statusMin: 500 } });
  await expect.poll(() => started.proxy.taps.isWatched).toBe(true);
  const message = engine.next("tap");
  await ask(started, "/pay");
  await ask(started, "/fail");
  const { dropped, entries, tapId } = await message;
  expect([tapId, dropped, entries.map(known)]).toEqual(["tap-1", 0, [["a", "/fail", 500, null, TRACE]]]);
  const back = engine.next("hello");
  engine.cut();
  await back;
  expect(started.proxy.taps.isWatched).toBe(false);
});

test("a proxy's metrics are what it told the engine, and the engine is told where they are", async () => {
  const hello = engine.next("hello");
  const started = await start("all");
  const { adminPort } = await hello;
  for (let request = 0; request < 20; request++) await ask(started, request % 5 === 0 ? "/fail" : "/pay");
  await ask(started, "/", "nobody.mesh");
  const answer = await fetch(`http://127.0.0.1:${adminPort}/metrics`, { headers: { accept: "application/openmetrics-text" } });
  const text = await answer.text();
  const samples = parseExposition(text);
  const sum = (name: string, fits: (labels: Readonly<Record<string, string>>) => boolean = () => true) =>
    samples.filter((sample) => sample.name === name && fits(sample.labels)).reduce((total, { value }) => total + value, 0);
  expect([
    sum("interlock_proxy_requests_total", (labels) => labels["code_class"] === "2xx"),
    sum("interlock_proxy_requests_total", (labels) => labels["code_class"] === "5xx"),
    sum("interlock_proxy_coded_answers_total", (labels) => labels["code"] === "routing.unknown-host"),
    sum("interlock_proxy_request_duration_seconds_count"),
  ]).toEqual([16, 4, 1, 20]);
  expect(text).toContain(`# {trace_id="${TRACE}"}`);
  await started.stop();
  running = null;
  const told = [...engine.batches.values()].flatMap(({ edges }) => edges.flatMap(({ statusClasses }) => [...statusClasses]));
  expect(told.reduce((total, count) => total + count, 0)).toBe(20);
});
