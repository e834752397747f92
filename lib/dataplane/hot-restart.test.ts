import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { openTelemetryStore } from "../telemetry/index.ts";
import { command, openTestEngine, superviseTestProxy, TEST_AUTHOR, TEST_PROXY, type TestEngine } from "../testing/index.ts";
import { startPacedLoad } from "./paced-load.fixture.ts";

let dir: string;
let mesh: TestEngine | null;
let instance: http.Server;
let ingressPort: number;
/** Requests that came to the instance. */
let received: number;
let supervisor: ReturnType<typeof superviseTestProxy>;
let said: string[];
/** Ends the answer to /long. */
let finishLong: () => void;
const sockets = new Set<net.Socket>();

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "interlock-hot-"));
  said = [];
  received = 0;
  instance = http.createServer((request, response) => {
    received += 1;
    if (request.url !== "/long") return void request.resume().on("end", () => response.end(request.url));
    response.write("begun ");
    finishLong = () => response.end("done");
  });
  instance.on("upgrade", (_, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    socket.pipe(socket);
  });
  const port = await listen(instance);
  const closed = net.createServer();
  ingressPort = await listen(closed);
  closed.close();
  mesh = await openTestEngine(systemClock, { dir });
  await mesh.apply({ kind: "service.register", service: "a", hosts: [] });
  await mesh.apply({ kind: "version.register", service: "a", version: "1.0.0", requirements: {} });
  const where = { version: "1.0.0", address: "127.0.0.1", port, node: "node-a" };
  await mesh.engine.execute(command({ kind: "instance.register", service: "a", id: "a-1", instance: where }), TEST_AUTHOR);
  supervisor = superviseTestProxy(dir, ingressPort, (line) => said.push(line));
  await supervisor.ready;
  await expect.poll(outboundPort).toBeGreaterThan(0);
  await expect
    .poll(() =>
      get("/ready").then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await supervisor.stop();
  await mesh?.engine.close();
  instance.closeAllConnections();
  instance.close();
  rmSync(dir, { recursive: true, force: true });
});

async function listen(server: net.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as net.AddressInfo).port;
}

const outboundPort = () => mesh?.engine.instances()[0]?.outbound?.port ?? 0;

interface Asked {
  readonly agent?: http.Agent | false;
  readonly port?: number;
}

async function get(path: string, { agent = false, port = ingressPort }: Asked = {}) {
  const request = http.get({ host: "127.0.0.1", port, path, headers: { host: "a.mesh" }, agent });
  const [answer] = (await once(request, "response")) as [http.IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

async function dialTunnel() {
  const socket = net.connect(ingressPort, "127.0.0.1");
  sockets.add(socket);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  socket.write("GET /echo HTTP/1.1\r\nHost: a.mesh\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
  await expect.poll(() => received).toContain("\r\n\r\n");
  return { socket, received: () => received };
}

test("five hot restarts under load fail no request, and every request is counted", { timeout: 90_000 }, async () => {
  const outbound = outboundPort();
  const through = startPacedLoad((agent) => get("/in", { agent }), 4);
  const called = startPacedLoad((agent) => get("/out", { agent, port: outbound }), 2);
  const pids = [supervisor.pids().get(TEST_PROXY)];
  for (let restart = 0; restart < 5; restart++) {
    await supervisor.succeed(TEST_PROXY);
    pids.push(supervisor.pids().get(TEST_PROXY));
    const sent = through.sent;
    await expect.poll(() => through.sent, { timeout: 10_000 }).toBeGreaterThan(sent + 60);
  }
  await Promise.all([through.stop(), called.stop()]);
  expect([through.failures, called.failures]).toEqual([[], []]);
  expect(new Set(pids).size).toBe(6);
  expect([outboundPort(), through.sent > 300, called.sent > 100]).toEqual([outbound, true, true]);
  await expect.poll(() => pids.slice(0, -1).map((pid) => isAlive(Number(pid))), { timeout: 30_000 }).not.toContain(true);
  // A proxy that stops hands over what it counted last.
  await supervisor.stop();
  expect(await countedInAll()).toBe(received);
  expect(received).toBeGreaterThanOrEqual(through.sent + called.sent);
});

test("a long request and a tunnel finish on the old process", { timeout: 60_000 }, async () => {
  const tunnel = await dialTunnel();
  const long = get("/long");
  await expect.poll(() => finishLong).toBeDefined();
  const old = Number(supervisor.pids().get(TEST_PROXY));
  await supervisor.succeed(TEST_PROXY);
  expect(await get("/new")).toEqual({ status: 200, body: "/new" });
  tunnel.socket.write("still here");
  await expect.poll(tunnel.received).toContain("still here");
  finishLong();
  expect(await long).toEqual({ status: 200, body: "begun done" });
  tunnel.socket.end();
  await expect.poll(() => isAlive(old), { timeout: 20_000 }).toBe(false);
  expect(said).toEqual([]);
});

test("an ejected instance stays ejected in the process that follows, for what is left of its time", { timeout: 60_000 }, async () => {
  const bad = http.createServer((request, response) => void request.resume().on("end", () => response.writeHead(500).end()));
  const where = { version: "1.0.0", address: "127.0.0.1", port: await listen(bad), node: "node-a" };
  const register = command({ kind: "instance.register", service: "a", id: "a-bad", instance: where });
  await mesh?.engine.execute(register, TEST_AUTHOR);
  const standing = () => {
    const view = mesh?.engine.instances().find(({ id }) => id === "a-bad");
    return { health: view?.health, until: view?.ejectedUntil };
  };
  await expect.poll(() => get("/").then(() => standing().health), { timeout: 20_000, interval: 10 }).toBe("ejected");
  const before = standing();
  await supervisor.succeed(TEST_PROXY);
  const statuses = await Promise.all(Array.from({ length: 40 }, () => get("/").then(({ status }) => status)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(standing()).toEqual(before);
  bad.close();
});

test("a proxy that is killed under load is back on its ports and serves from disk, without the engine", { timeout: 60_000 }, async () => {
  await mesh?.engine.close();
  mesh = null;
  process.kill(Number(supervisor.pids().get(TEST_PROXY)), "SIGKILL");
  await expect.poll(() => said, { timeout: 20_000 }).toContainEqual(expect.stringMatching(/is back after \d+ ms/));
  expect(await get("/again")).toEqual({ status: 200, body: "/again" });
});

test("a hot restart without the engine serves from disk", { timeout: 60_000 }, async () => {
  await mesh?.engine.close();
  mesh = null;
  const old = supervisor.pids().get(TEST_PROXY);
  await supervisor.succeed(TEST_PROXY);
  expect(supervisor.pids().get(TEST_PROXY)).not.toBe(old);
  await expect.poll(() => isAlive(Number(old)), { timeout: 20_000 }).toBe(false);
  expect(await get("/again")).toEqual({ status: 200, body: "/again" });
});

/** Good answers of `a` that the engine has counted since it was made; ends the engine. */
async function countedInAll(): Promise<number> {
  await mesh?.engine.close();
  mesh = null;
  const store = openTelemetryStore({ dir, clock: systemClock, onLimit: () => {} });
  if (!store.ok) throw new Error(store.error.detail);
  const totals = store.value.totals().filter(({ callee }) => callee.service === "a");
  store.value.close();
  return totals.reduce((sum, { statusClasses }) => sum + statusClasses[1], 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
