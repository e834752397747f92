import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import {
  command,
  openTestEngine,
  serviceName,
  superviseTestProxy,
  TEST_AUTHOR,
  TEST_PROXY,
  type TestEngine,
  versionName,
} from "../testing/index.ts";
import { figuresOf, type ProcessFigures, slopeOf } from "./process-figures.fixture.ts";
import { pass, soakInstance, startSoakLoad } from "./soak-load.fixture.ts";

/** 30 by default; INTERLOCK_SOAK_MINUTES shortens it. */
const MINUTES = Number(process.env["INTERLOCK_SOAK_MINUTES"] ?? 30);
/** The first minutes do not count: heap and code still grow to their size. */
const WARM_UP_MS = Math.min(5, MINUTES / 3) * 60_000;
const PER_SECOND = 300;
const EDIT_MS = 2_000;
const LOOK_MS = 10_000;
const SETTLE_MS = 90_000;
/** A slope over a few minutes says more about the garbage collector than about a leak. */
const SLOPE_NEEDS_MINUTES = 15;
const V1 = "1.0.0";
const V2 = "1.1.0";

let dir: string;
let mesh: TestEngine;
let instances: net.Server[];
let supervisor: ReturnType<typeof superviseTestProxy>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "interlock-soak-"));
  mesh = await openTestEngine(systemClock, { dir });
  await mesh.apply({ kind: "service.register", service: "a", hosts: [] });
  instances = [V1, V1, V2, V2].map(() => soakInstance());
  for (const version of [V1, V2]) await mesh.apply({ kind: "version.register", service: "a", version, requirements: {} });
  for (const [index, server] of instances.entries()) {
    const where = { version: index < 2 ? V1 : V2, address: "127.0.0.1", port: await listen(server), node: "node-a" };
    await mesh.engine.execute(command({ kind: "instance.register", service: "a", id: `a-${index}`, instance: where }), TEST_AUTHOR);
  }
  supervisor = superviseTestProxy(dir, 0, (line) => console.log(line));
  await supervisor.ready;
  const haveListeners = () => mesh.engine.instances().every(({ outbound }) => outbound !== null);
  await expect.poll(haveListeners, { timeout: 10_000 }).toBe(true);
  await expect.poll(() => mesh.engine.mesh().proxies[0]?.snapshotVersion ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
});

afterEach(async () => {
  await supervisor.stop();
  await mesh.engine.close();
  for (const server of instances) server.close();
  rmSync(dir, { recursive: true, force: true });
});

async function listen(server: net.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as net.AddressInfo).port;
}

/** Shifts weights, and lets an instance come and go, which opens and closes listeners. */
async function edit(turn: number): Promise<void> {
  const service = mesh.engine.state().services.get(serviceName("a"));
  const weights = turn % 2 === 0 ? { [V1]: 9_000, [V2]: 1_000 } : { [V1]: 5_000, [V2]: 5_000 };
  await mesh.apply({ kind: "split.set", service: "a", rev: service?.rev, weights });
  const lease = mesh.engine.instances().find(({ kind }) => kind === "lease");
  if (lease !== undefined) mesh.engine.removeLease(lease.id);
  else {
    const where = { version: versionName(V1), address: "127.0.0.1", port: 1, node: "node-a" as never, ttlMs: 60_000, standby: true };
    mesh.engine.registerLease(serviceName("a"), where);
  }
}

/** How often each came. */
function tally(failures: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(failures, (failure) => failure)].map(([failure, all]) => [failure, all.length]));
}

/** RELIABILITY 37. */
test(`${PER_SECOND} requests per second with aborts, resets and edits for ${MINUTES} min leak nothing`, {
  timeout: (MINUTES + 3) * 60_000,
}, async () => {
  const pid = Number(supervisor.pids().get(TEST_PROXY));
  const { adminPort, ingressPort } = mesh.engine.mesh().proxies[0] ?? {};
  const look = () => figuresOf(pid, adminPort ?? 0);
  const before = await look();
  const load = startSoakLoad(ingressPort ?? 0, "a.mesh", PER_SECOND);
  const figures: ProcessFigures[] = [];
  const startMs = performance.now();
  for (let turn = 0; performance.now() - startMs < MINUTES * 60_000; turn++) {
    await edit(turn);
    await pass(EDIT_MS);
    if (turn % (LOOK_MS / EDIT_MS) === 0) figures.push(await look());
  }
  await load.stop();
  for (const { id, kind } of mesh.engine.instances()) if (kind === "lease") mesh.engine.removeLease(id);
  // Pools let go of idle connections in their own time.
  const leftOver = async () => Math.abs((await look()).fds - before.fds);
  await expect.poll(leftOver, { timeout: SETTLE_MS, interval: EDIT_MS }).toBeLessThanOrEqual(5);
  const after = await look();
  const counted = figures.filter(({ atMs }) => atMs - startMs > WARM_UP_MS);
  const lags = counted.map(({ loopP99Ms }) => loopP99Ms).toSorted((left, right) => left - right);
  const loopP99Ms = lags[Math.floor(lags.length / 2)] ?? Number.NaN;
  const slope = slopeOf(counted);
  console.log(
    JSON.stringify({
      minutes: MINUTES,
      sent: load.sent,
      failures: tally(load.failures),
      slope,
      loopP99Ms,
      worstMs: lags.at(-1),
      before,
      after,
    }),
  );
  expect(supervisor.pids().get(TEST_PROXY)).toBe(pid);
  expect(tally(load.failures)).toEqual({});
  expect(Math.abs(after.listeners - before.listeners)).toBeLessThanOrEqual(5);
  expect(loopP99Ms).toBeLessThanOrEqual(50);
  expect(MINUTES >= SLOPE_NEEDS_MINUTES ? slope : 0).toBeLessThanOrEqual(0.5);
});
