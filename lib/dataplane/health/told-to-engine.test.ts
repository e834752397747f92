import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { InstanceHealthEvent, ProxyMessage, Snapshot } from "../../model/index.ts";
import { createXorshift } from "../../std/index.ts";
import { systemClock } from "../../system/index.ts";
import { type ProxyProcess, startProxyProcess } from "../proxy-process.ts";
import { createTestEngine, type TestEngine } from "../test-engine.fixture.ts";
import { type SnapshotSketch, snapshotWith } from "../test-mesh.fixture.ts";
import { ask, type SteeredInstance, startInstance } from "./health-mesh.fixture.ts";

let folder: string;
let engine: TestEngine;
let running: ProxyProcess | null = null;
let instances: SteeredInstance[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlock-health-"));
  engine = createTestEngine(join(folder, "proxies.sock"));
  await engine.start();
  instances = await Promise.all(["i0", "i1", "i2"].map(startInstance));
});

afterEach(async () => {
  for (const instance of instances) instance.release();
  await running?.stop();
  await engine.stop();
  for (const instance of instances) await instance.die();
  await rm(folder, { recursive: true });
});

function snapshot(version: number, sketch: SnapshotSketch = {}, of: readonly SteeredInstance[] = instances): Snapshot {
  const places = of.map(({ name, port }, index) => {
    const instanceVersion = index === 0 && sketch.weights !== undefined ? "1.0.0" : "2.0.0";
    return { service: "a", version: instanceVersion, port, endpoint: { id: name as never } };
  });
  const policies = {
    a: { outlierDetection: { consecutive5xx: 1, baseEjectionMs: 60_000 }, loadBalancing: { kind: "roundRobin" } },
  } as const;
  return snapshotWith(places, { version, policies, ...sketch });
}

async function startProxy(first: Snapshot): Promise<number> {
  engine.greeting = { kind: "snapshot", snapshot: first };
  const acknowledged = engine.next("ack");
  running = await startProxyProcess({
    node: "node-a",
    dataDir: folder,
    ingressPort: 0,
    enginePath: join(folder, "proxies.sock"),
    clock: systemClock,
    random: createXorshift(5),
    log: () => {},
    limits: { shedLagMs: Number.POSITIVE_INFINITY },
  });
  await acknowledged;
  return running.proxy.ingressPort ?? 0;
}

const told = (): readonly InstanceHealthEvent[] =>
  engine.messages.flatMap((message) => (message.kind === "instance-health" ? message.events : []));
const toldKinds = () => told().map(({ instance, kind }) => `${kind} ${instance}`);
const drains = () =>
  engine.messages.filter((message): message is Extract<ProxyMessage, { kind: "draining" }> => message.kind === "draining");

describe("the engine", () => {
  test("is told of an ejection, with its reason and its end", async () => {
    const port = await startProxy(snapshot(1));
    (instances[0] as SteeredInstance).behaviour = 500;
    for (let request = 0; request < 3; request++) await ask(port);
    await expect.poll(toldKinds, { timeout: 5_000 }).toEqual(["instance-ejected i0"]);
    const [event] = told();
    expect(event).toMatchObject({ service: "a", version: "2.0.0", instance: "i0" });
    expect(event?.reason).toContain("status 500");
    expect((event?.untilMs ?? 0) - (event?.atMs ?? 0)).toBeGreaterThan(59_000);
  });

  test("is told what happened while it was away, and what still stands, once it is back", async () => {
    const port = await startProxy(snapshot(1));
    (instances[0] as SteeredInstance).behaviour = 500;
    for (let request = 0; request < 3; request++) await ask(port);
    await expect.poll(toldKinds, { timeout: 5_000 }).toEqual(["instance-ejected i0"]);
    await engine.stop();
    await instances[1]?.die();
    for (let request = 0; request < 30; request++) await ask(port);
    await expect.poll(() => running?.link.isConnected).toBe(false);
    await engine.start();
    // The ejection stands; fewer than half are healthy, which happened meanwhile.
    await expect.poll(toldKinds, { timeout: 10_000 }).toEqual(["instance-ejected i0", "instance-ejected i0", "panic null"]);
  });
});

describe("a version that loses its weight", () => {
  const shifted = { weights: { a: { "2.0.0": 10_000 } } };
  const before = { weights: { a: { "1.0.0": 10_000 } } };

  test("finishes its requests, which the engine is told of until there are none; its unused connections close", async () => {
    const port = await startProxy(snapshot(1, before));
    const [old] = instances as [SteeredInstance];
    const idle = ask(port);
    await idle;
    old.behaviour = "hang";
    const outcomes = [ask(port), ask(port)];
    await expect.poll(() => old.underWay).toBe(2);
    const acknowledged = engine.next("ack");
    engine.send({ kind: "snapshot", snapshot: snapshot(2, shifted) });
    expect((await acknowledged).draining).toEqual([{ service: "a", version: "1.0.0", requests: 2 }]);
    expect((await ask(port)).instance).not.toBe("i0");
    await expect.poll(() => drains().length, { timeout: 5_000 }).toBeGreaterThan(0);
    old.release();
    await expect.poll(() => drains().at(-1)?.versions, { timeout: 5_000 }).toEqual([]);
    expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual([200, 200]);
    await expect.poll(() => old.sockets.size).toBe(0);
  });

  test("is not draining once nothing is under way", async () => {
    const port = await startProxy(snapshot(1, before));
    await ask(port);
    const acknowledged = engine.next("ack");
    engine.send({ kind: "snapshot", snapshot: snapshot(2, shifted) });
    expect((await acknowledged).draining).toEqual([]);
    await expect.poll(() => instances[0]?.sockets.size).toBe(0);
    expect(drains()).toEqual([]);
  });
});

describe("an instance that leaves", () => {
  test("finishes its requests, and its unused connections close", async () => {
    const port = await startProxy(snapshot(1));
    const [leaving] = instances as [SteeredInstance];
    for (const instance of instances) instance.behaviour = "hang";
    const outcomes = Array.from({ length: 6 }, () => ask(port));
    await expect.poll(() => leaving.underWay).toBe(2);
    const acknowledged = engine.next("ack");
    engine.send({ kind: "snapshot", snapshot: snapshot(2, {}, instances.slice(1)) });
    await acknowledged;
    for (const instance of instances) instance.release();
    expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200));
    await expect.poll(() => leaving.sockets.size).toBe(0);
  });
});

test("a decision about an instance that is gone is over", async () => {
  const port = await startProxy(snapshot(1));
  (instances[0] as SteeredInstance).behaviour = 500;
  for (let request = 0; request < 3; request++) await ask(port);
  await expect.poll(toldKinds, { timeout: 5_000 }).toEqual(["instance-ejected i0"]);
  engine.send({ kind: "snapshot", snapshot: snapshot(2, {}, instances.slice(1)) });
  await expect.poll(toldKinds).toEqual(["instance-ejected i0", "instance-returned i0"]);
  expect(told().at(-1)?.reason).toBe("i0 is gone.");
});
