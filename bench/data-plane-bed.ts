/**
 * The test bed of the data plane's benches: nginx as the instances (`v1`, `v2`, 1-KB bodies), our proxy as a process of its own with a
 * small engine's end, HAProxy with one thread as the anchor. Proxies on the first core, everything else on the second.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineMessage, ProxyMessage, Snapshot, SnapshotService, Weights } from "../lib/model/index.ts";
import { socketPath, TRAFFIC_FLAGS } from "../lib/supervisor/index.ts";

export const PROXY_CORE = "0";
export const OTHER_CORE = "1";
export const PIN = "taskset";
const BODY_BYTES = 1_024;
const LARGE_BYTES = 64 * 1_024;
/** A body of 64 KB, below the root. */
export const LARGE_PATH = "64k";
const SERVICE = "a";
const VERSIONS = { v1: "1.0.0", v2: "2.0.0" };

export interface Bed {
  readonly ours: { readonly port: number; readonly pid: number };
  /** Null where this machine has no HAProxy. */
  readonly haproxy: { readonly port: number; readonly pid: number } | null;
  /** Sends all traffic of our proxy to one version; resolves with its acknowledgement. */
  shiftOurs(to: "v1" | "v2"): Promise<void>;
  /** The same for HAProxy, over its runtime API. */
  shiftHaproxy(to: "v1" | "v2"): Promise<void>;
  /** Where the instance `v1` listens. */
  readonly instancePort: number;
  /** Starts another proxy on the proxies' core; `command` makes its command line out of the port it is to listen on. */
  startAnchor(command: (port: number, dir: string) => readonly string[]): Promise<{ readonly port: number; readonly pid: number }>;
  close(): Promise<void>;
}

/** Which of these programs this machine does not have. */
export function missingPrograms(names: readonly string[]): string[] {
  return names.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
}

export async function openBed(): Promise<Bed> {
  const dir = mkdtempSync(join(tmpdir(), "interlock-bench-"));
  const children: ChildProcess[] = [];
  const [first = 0, second = 0, ourPort = 0, haproxyPort = 0] = await freePorts(4);
  const run = async (core: string, command: readonly string[], port: number): Promise<number> => {
    const child = spawn(PIN, ["-c", core, ...command], { stdio: ["ignore", "ignore", "inherit"] });
    children.push(child);
    await untilListening(port, child);
    return child.pid ?? 0;
  };

  writeFileSync(join(dir, LARGE_PATH), "x".repeat(LARGE_BYTES));
  writeFileSync(join(dir, "nginx.conf"), nginxConfig(dir, { v1: first, v2: second }));
  await run(OTHER_CORE, ["nginx", "-c", join(dir, "nginx.conf"), "-e", "/dev/null"], second);
  const engine = await openEngineEnd(socketPath(dir, "proxies.sock"), snapshotOver({ v1: first, v2: second }));
  const main = join(import.meta.dirname, "..", "lib", "dataplane", "main.ts");
  const args = [process.execPath, ...TRAFFIC_FLAGS, main, "--node", "bench", "--data", dir];
  const ourPid = await run(PROXY_CORE, [...args, "--ingress-port", String(ourPort)], ourPort);
  await engine.adopted;

  let haproxy: Bed["haproxy"] = null;
  const runtimeApi = join(dir, "haproxy.sock");
  if (missingPrograms(["haproxy"]).length === 0) {
    writeFileSync(join(dir, "haproxy.cfg"), haproxyConfig(runtimeApi, haproxyPort, { v1: first, v2: second }));
    haproxy = { port: haproxyPort, pid: await run(PROXY_CORE, ["haproxy", "-q", "-f", join(dir, "haproxy.cfg")], haproxyPort) };
  }
  return {
    ours: { port: ourPort, pid: ourPid },
    haproxy,
    shiftOurs: (to) => engine.shift({ [VERSIONS[to]]: 10_000 }),
    instancePort: first,
    async startAnchor(command) {
      const [port = 0] = await freePorts(1);
      return { port, pid: await run(PROXY_CORE, command(port, dir), port) };
    },
    // The one that gets traffic first, so that there is always one with weight.
    shiftHaproxy: (to) => tell(runtimeApi, `set server b/${to} weight 100;set server b/${to === "v1" ? "v2" : "v1"} weight 0\n`),
    async close() {
      for (const child of children) child.kill("SIGTERM");
      await Promise.all(children.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, "exit") : null)));
      engine.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A program on the core that the proxies leave alone; its output is for the caller. */
export function spawnBeside(command: readonly string[]): ChildProcess {
  return spawn(PIN, ["-c", OTHER_CORE, ...command], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Scheduler run time of all threads of a process, in microseconds. */
export function cpuUs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]));
  return ns.reduce((sum, each) => sum + each, 0) / 1_000;
}

interface Ports {
  readonly v1: number;
  readonly v2: number;
}

function nginxConfig(dir: string, ports: Ports): string {
  const server = (name: string, port: number) =>
    `server { listen 127.0.0.1:${port} backlog=4096; add_header X-Version ${name}; default_type application/json; location = /${LARGE_PATH} { root ${dir}; } location / { return 200 "${"x".repeat(BODY_BYTES)}"; } }`;
  return `daemon off; worker_processes 1; master_process off; pid ${dir}/nginx.pid; error_log /dev/null;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; tcp_nodelay on;
client_body_temp_path ${dir}; proxy_temp_path ${dir}; fastcgi_temp_path ${dir}; uwsgi_temp_path ${dir}; scgi_temp_path ${dir};
${server("v1", ports.v1)}
${server("v2", ports.v2)} }
`;
}

/** What our proxy does too: X-Forwarded-For, timeouts, a kept pool towards the instances. */
function haproxyConfig(runtimeApi: string, port: number, ports: Ports): string {
  return `global
  nbthread 1
  maxconn 4096
  stats socket ${runtimeApi} mode 600 level admin
defaults
  mode http
  option http-keep-alive
  option forwardfor
  http-reuse always
  timeout connect 1s
  timeout client 60s
  timeout server 15s
  timeout http-request 10s
frontend f
  bind 127.0.0.1:${port} backlog 4096
  default_backend b
backend b
  balance random(2)
  server v1 127.0.0.1:${ports.v1} weight 100
  server v2 127.0.0.1:${ports.v2} weight 0
`;
}

function snapshotOver(ports: Ports): Snapshot {
  const endpoints = (["v1", "v2"] as const).map((name) => ({
    id: `${SERVICE}-${name}`,
    service: SERVICE,
    version: VERSIONS[name],
    address: "127.0.0.1",
    port: ports[name],
  }));
  const service = { name: SERVICE, hosts: ["*"], rev: 1, splitEpoch: 1, weights: { [VERSIONS.v1]: 10_000 }, rules: [], endpoints };
  const services = { [SERVICE]: service as unknown as SnapshotService };
  return { version: 1, at: new Date().toISOString(), services, egress: [], reservedPorts: [] };
}

export interface EngineEnd {
  readonly adopted: Promise<void>;
  shift(weights: Weights): Promise<void>;
  close(): void;
}

/** As much of the engine as a proxy needs: a snapshot after hello, deltas, acknowledgements of batches. */
export async function openEngineEnd(
  path: string,
  snapshot: Snapshot,
  onMessage: (message: ProxyMessage, send: (message: EngineMessage) => void) => void = () => {},
): Promise<EngineEnd> {
  const waiting = new Map<number, () => void>();
  const acked = (version: number) => new Promise<void>((resolve) => waiting.set(version, resolve));
  let link: net.Socket | null = null;
  let { version } = snapshot;
  const send = (message: EngineMessage): void => void link?.write(frameOf(message));
  const take = (message: ProxyMessage) => {
    onMessage(message, send);
    if (message.kind === "hello") send({ kind: "snapshot", snapshot });
    if (message.kind === "ack") waiting.get(message.version)?.();
    if (message.kind === "telemetry") send({ kind: "telemetry-ack", bootId: message.batch.bootId, seq: message.batch.seq });
  };
  const adopted = acked(version);
  const server = net.createServer((socket) => {
    let bytes: Buffer = Buffer.alloc(0);
    link = socket;
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
        const end = 4 + bytes.readUInt32BE(0);
        take(JSON.parse(bytes.toString("utf8", 4, end)) as ProxyMessage);
        bytes = bytes.subarray(end);
      }
    });
  });
  server.listen(path);
  await once(server, "listening");
  return {
    adopted,
    shift(weights) {
      const base = version++;
      const service = { ...(snapshot.services[SERVICE] as SnapshotService), weights, splitEpoch: version };
      const done = acked(version);
      send({ kind: "delta", delta: { base, version, at: snapshot.at, upserts: [service], removed: [] } });
      return done;
    },
    close() {
      link?.destroy();
      server.close();
    },
  };
}

function frameOf(message: EngineMessage): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** One command on HAProxy's runtime API; resolves when it was carried out. */
function tell(path: string, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ path }, () => socket.write(command));
    socket.on("error", reject);
    socket.resume().on("end", resolve);
  });
}

/** Ports that nothing listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Resolves once somebody listens; throws when the program ends before. */
export async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.slice(3, 5).join(" ")} ended with code ${child.exitCode}`);
    const socket = net.connect({ port, host: "127.0.0.1" });
    const isUp = await new Promise((resolve) => socket.once("connect", () => resolve(true)).once("error", () => resolve(false)));
    socket.destroy();
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}
