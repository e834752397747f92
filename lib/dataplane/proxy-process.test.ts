import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { type ProxyProcess, startProxyProcess } from "./proxy-process.ts";
import { createTestEngine, type TestEngine } from "./test-engine.fixture.ts";
import { httpInstance, NODE, openTestMesh, snapshotWith, type TestInstance, type TestMesh } from "./test-mesh.fixture.ts";

let dataDir: string;
let engine: TestEngine;
/** Only for its sockets: instances and callers. */
let mesh: TestMesh;
let instance: TestInstance;
let logs: string[];
let running: ProxyProcess[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "interlock-proxy-"));
  engine = createTestEngine(join(dataDir, "proxies.sock"));
  mesh = await openTestMesh();
  const server = httpInstance((request, response) => void request.resume().on("end", () => response.end("ok")));
  instance = { service: "a", version: "1.0.0", port: await mesh.serve(server) };
  engine.greeting = { kind: "snapshot", snapshot: snapshotWith([instance], { version: 5 }) };
  logs = [];
  running = [];
});

afterEach(async () => {
  for (const process of running) await process.stop();
  await engine.stop();
  await mesh.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<ProxyProcess> {
  const process = await startProxyProcess({
    node: NODE,
    dataDir,
    ingressPort: 0,
    enginePath: join(dataDir, "proxies.sock"),
    clock: systemClock,
    random: createXorshift(running.length + 1),
    log: (line) => logs.push(line),
  });
  running.push(process);
  return process;
}

async function statusAt(port: number | null): Promise<string> {
  const caller = await mesh.dial(port ?? 0);
  caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
  await caller.ended;
  return caller.received.slice(9, 12);
}

const snapshotPath = () => join(dataDir, `proxy-${NODE}`, "snapshot.json");

describe("the link", () => {
  test("begins with hello and listeners, and a snapshot is acknowledged and served", async () => {
    await engine.start();
    const [hello, ack] = [engine.next("hello"), engine.next("ack")];
    const { proxy } = await start();
    expect(await hello).toMatchObject({
      proxyId: NODE,
      node: NODE,
      bootId: proxy.bootId,
      snapshotVersion: null,
      ingressPort: proxy.ingressPort,
    });
    expect(await ack).toEqual({ kind: "ack", version: 5, draining: [] });
    expect(await statusAt(proxy.ingressPort)).toBe("200");
    await expect
      .poll(() => engine.messages.findLast(({ kind }) => kind === "listeners"))
      .toEqual({
        kind: "listeners",
        outbound: [{ instance: "a-1.0.0-0", address: "127.0.0.1", port: proxy.outbound[0]?.port }],
        inbound: expect.any(Array),
      });
  });

  test("is dialled again within 250 ms, as often as it takes, and traffic does not notice", async () => {
    await engine.start();
    const adopted = engine.next("ack");
    const { proxy } = await start();
    await adopted;
    for (const round of [1, 2, 3]) {
      const hello = engine.next("hello");
      engine.cut();
      expect([round, await statusAt(proxy.ingressPort)]).toEqual([round, "200"]);
      expect(await hello).toMatchObject({ snapshotVersion: 5, bootId: proxy.bootId });
    }
    await engine.stop();
    expect(await statusAt(proxy.ingressPort)).toBe("200");
    const back = engine.next("hello");
    await engine.start();
    await back;
    expect(logs).toContain("the engine is back");
  });

  test.each<readonly [what: string, message: () => unknown, code: string]>([
    [
      "a snapshot whose weights do not sum up",
      () => ({ kind: "snapshot", snapshot: snapshotWith([instance], { version: 6, weights: { a: { "1.0.0": 9_999 } } }) }),
      "snapshot.invalid",
    ],
    [
      "a snapshot with a field of the wrong type",
      () => ({ kind: "snapshot", snapshot: { ...snapshotWith([instance], { version: 6 }), egress: 7 } }),
      "snapshot.invalid",
    ],
    [
      "a snapshot with an expression that is none",
      () => ({
        kind: "snapshot",
        snapshot: snapshotWith([instance], {
          version: 6,
          rules: { a: [{ matches: [{ path: { type: "RegularExpression", value: "(" } }] }] },
        }),
      }),
      "snapshot.invalid",
    ],
    [
      "a delta on another base",
      () => ({ kind: "delta", delta: { base: 4, version: 6, at: "x", upserts: [], removed: [] } }),
      "snapshot.base-mismatch",
    ],
    [
      "a delta without version of its services",
      () => ({ kind: "delta", delta: { base: 5, version: 6, at: "x", upserts: [{ name: "a" }], removed: [] } }),
      "snapshot.invalid",
    ],
  ])("refuses %s, and the old one stays in force", async (_, message, code) => {
    await engine.start();
    const adopted = engine.next("ack");
    const { proxy } = await start();
    await adopted;
    const nack = engine.next("nack");
    engine.send(message());
    expect(await nack).toMatchObject({ version: 6, code });
    expect(proxy.version).toBe(5);
    expect(await statusAt(proxy.ingressPort)).toBe("200");
  });

  test("takes deltas after a refused one", async () => {
    await engine.start();
    const adopted = engine.next("ack");
    const { proxy } = await start();
    await adopted;
    engine.send({ kind: "delta", delta: { base: 4, version: 6, at: "x", upserts: [], removed: [] } });
    const ack = engine.next("ack");
    engine.send({ kind: "delta", delta: { base: 5, version: 7, at: "x", upserts: [], removed: ["a"] } });
    expect(await ack).toEqual({ kind: "ack", version: 7, draining: [] });
    expect([proxy.version, await statusAt(proxy.ingressPort)]).toEqual([7, "404"]);
  });

  test("survives what is no message at all by starting anew", async () => {
    await engine.start();
    const adopted = engine.next("ack");
    await start();
    await adopted;
    const hello = engine.next("hello");
    engine.send({ kind: "nonsense" });
    await hello;
    expect(logs.join("\n")).toContain("cannot be read");
  });
});

describe("figures", () => {
  test("are conserved exactly, however often the link is cut and acknowledgements are lost", async () => {
    await engine.start();
    const adopted = engine.next("ack");
    const { proxy, stop } = await start();
    await adopted;
    const random = createXorshift(42);
    let served = 0;
    for (let round = 0; round < 25; round++) {
      const statuses = await Promise.all(Array.from({ length: 1 + (random.nextUint32() % 8) }, () => statusAt(proxy.ingressPort)));
      served += statuses.filter((status) => status === "200").length;
      engine.acknowledges = random.nextUint32() % 3 > 0;
      // A batch is closed now instead of at the next half second; the link may be up, down, or about to be.
      const waiting = proxy.recorder.closeBatch();
      engine.send({ kind: "telemetry-ack", bootId: "somebody else's", seq: waiting.seq });
      if (random.nextUint32() % 2 === 0) engine.cut();
      await new Promise((resolve) => setImmediate(resolve));
    }
    engine.acknowledges = true;
    const hello = engine.next("hello");
    engine.cut();
    await hello;
    await stop();
    running = [];
    const edges = [...engine.batches.values()].flatMap((batch) => batch.edges);
    expect(edges.reduce((sum, { aborted, statusClasses }) => sum + aborted + statusClasses[1], 0)).toBe(served);
    expect([...engine.batches.values()].flatMap((batch) => batch.instances).reduce((sum, { requests }) => sum + requests, 0)).toBe(served);
    expect(served).toBeGreaterThan(50);
  });

  test("of the last moment are handed over before the process ends", async () => {
    await engine.start();
    const adopted = engine.next("ack");
    const { proxy, stop } = await start();
    await adopted;
    await statusAt(proxy.ingressPort);
    await stop();
    running = [];
    const edges = [...engine.batches.values()].flatMap((batch) => batch.edges);
    expect(edges.map(({ statusClasses }) => statusClasses)).toEqual([[0, 1, 0, 0, 0]]);
  });

  test("of a process that another one follows are handed over, though the engine has just closed its link for the other", async () => {
    await engine.start();
    const adopted = engine.next("ack");
    const { handOver, link, proxy } = await start();
    await adopted;
    await statusAt(proxy.ingressPort);
    await handOver();
    engine.cut();
    await expect.poll(() => link.isConnected, { interval: 1 }).toBe(false);
    await link.stop();
    const edges = [...engine.batches.values()].flatMap((batch) => batch.edges);
    expect(edges.map(({ statusClasses }) => statusClasses)).toEqual([[0, 1, 0, 0, 0]]);
  });
});

describe("the disk", () => {
  async function leaveSnapshot(): Promise<number | null> {
    await engine.start();
    const adopted = engine.next("ack");
    const { proxy, stop } = await start();
    await adopted;
    await proxy.settled();
    const port = proxy.outbound[0]?.port ?? null;
    await stop();
    running = [];
    await engine.stop();
    return port;
  }

  test("holds the last good snapshot: a new process serves without the engine, on the same outbound port", async () => {
    const port = await leaveSnapshot();
    const { proxy } = await start();
    expect(proxy.version).toBe(5);
    expect(await statusAt(proxy.ingressPort)).toBe("200");
    expect(proxy.outbound[0]?.port).toBe(port);
    await engine.start();
  });

  test("gives another outbound port where the old one is taken", async () => {
    const port = await leaveSnapshot();
    const squatter = httpInstance(() => {});
    await new Promise<void>((resolve) => squatter.listen(port ?? 0, "127.0.0.1", resolve));
    const { proxy } = await start();
    expect(proxy.outbound[0]?.port).not.toBe(port);
    expect(proxy.outbound).toHaveLength(1);
    squatter.close();
    await engine.start();
  });

  test.each([
    ["torn", (text: string) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["changed in one character", (text: string) => text.replace("10000", "10001")],
    ["of another format", (text: string) => text.replace('"format":1', '"format":2')],
    ["not an object", () => "null"],
  ])("with a snapshot that is %s is named and ignored; the engine's next one serves", async (_, damage) => {
    await leaveSnapshot();
    writeFileSync(snapshotPath(), damage(readFileSync(snapshotPath(), "utf8")));
    const { proxy } = await start();
    expect(proxy.version).toBeNull();
    expect(logs.join("\n")).toContain("snapshot.json is ignored");
    expect(await statusAt(proxy.ingressPort)).toBe("503");
    const ack = engine.next("ack");
    await engine.start();
    await ack;
    expect(await statusAt(proxy.ingressPort)).toBe("200");
  });
});

test("an ingress port that is taken is a sentence that names it", async () => {
  const attempt = startProxyProcess({
    node: NODE,
    dataDir,
    ingressPort: mesh.ingressPort,
    enginePath: join(dataDir, "proxies.sock"),
    clock: systemClock,
    random: createXorshift(1),
    log: () => {},
  });
  await expect(attempt).rejects.toThrow(`the ingress cannot listen on port ${mesh.ingressPort} (EADDRINUSE)`);
  await engine.start();
});
