import { type ChildProcess, fork } from "node:child_process";
import net from "node:net";
import { join } from "node:path";
import { createApi, loopbackHosts, serveApi } from "../lib/api/index.ts";
import type { EngineNotice, MeshEngine, TopologyView } from "../lib/engine/index.ts";
import { EMPTY_MESH_STATE } from "../lib/model/index.ts";
import { systemClock } from "../lib/system/index.ts";
import { type BenchOptions, type BenchRow, interleave, ratioOf } from "./bench-table.ts";
import type { ReadersOrder, ReadersReport } from "./stream-readers.ts";

const READERS = 800;
const EVENT_EVERY_MS = 100;
/** Edges that change with each event: about 4 KB. */
const EDGES = 26;

/** Cost of one event to one reader, against a loop that writes the same bytes to bare sockets; memory per reader. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const readers = startReaders();
  const ours = await startOurs();
  const raw = await startRaw(ours.eventBytes);
  const roundMs = options.short ? 1000 : 2500;
  const memory: number[] = [];
  try {
    const cost = await interleave(
      {
        ours: () => costUs({ readers, server: ours, roundMs, memory }),
        raw: () => costUs({ readers, server: raw, roundMs, memory: [] }),
      },
      options.short ? 1 : 3,
    );
    return [
      {
        figure: `CPU per reader and event, ${READERS} readers, ${(ours.eventBytes / 1024).toFixed(1)} KB`,
        unit: "µs",
        ours: cost.ours,
        anchor: cost.raw,
        anchorName: "bare socket.write loop",
        ratio: ratioOf(cost.ours, cost.raw),
        goal: "≤ 1.5×",
      },
      {
        figure: "memory per reader of the stream",
        unit: "KB",
        ours: Math.min(...memory),
        anchor: null,
        anchorName: "none",
        ratio: null,
        goal: "≤ 40 KB",
        note: "heap and buffers, sockets included",
      },
    ];
  } finally {
    readers.process.kill();
    await ours.close();
    await raw.close();
  }
}

interface Contestant {
  readonly port: number;
  readonly eventBytes: number;
  /** Gives one event to every reader. */
  send(): void;
  close(): Promise<void>;
}

interface Round {
  readonly readers: ReturnType<typeof startReaders>;
  readonly server: Contestant;
  readonly roundMs: number;
  readonly memory: number[];
}

async function costUs({ readers, server, roundMs, memory }: Round): Promise<number> {
  const before = heldBytes();
  await readers.ask({ kind: "open", port: server.port, count: READERS });
  memory.push((heldBytes() - before) / 1024 / READERS);
  const start = process.cpuUsage();
  let events = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      server.send();
      events++;
      if (events * EVENT_EVERY_MS < roundMs) return;
      clearInterval(timer);
      setTimeout(resolve, EVENT_EVERY_MS);
    }, EVENT_EVERY_MS);
  });
  const { user, system } = process.cpuUsage(start);
  const report = await readers.ask({ kind: "close" });
  const expected = events * READERS * server.eventBytes;
  if (report.kind !== "closed" || report.bytes < expected) throw new Error(`readers got ${JSON.stringify(report)} of ${expected} bytes`);
  return (user + system) / events / READERS;
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function startReaders() {
  const child: ChildProcess = fork(join(import.meta.dirname, "stream-readers.ts"));
  return {
    process: child,
    ask(order: ReadersOrder): Promise<ReadersReport> {
      child.send(order);
      return new Promise((resolve) => child.once("message", (report) => resolve(report as ReadersReport)));
    },
  };
}

/** The API over an engine whose edges all change with every event. */
async function startOurs(): Promise<Contestant> {
  let requests = 100_000;
  let tell: (notice: EngineNotice) => void = () => {};
  const picture = (): TopologyView => ({
    at: "2026-01-01T00:00:00.000Z",
    windowMs: 10_000,
    services: [],
    edges: Array.from({ length: EDGES }, (_, index) => ({
      from: { service: "checkout", version: `1.${index}.0` },
      to: { service: "payments", version: "2.1.0" },
      rps: 12.5,
      errorRate: 0,
      p99Ms: 12.5,
      requests,
      verdict: "compatible",
      denied: 0,
      retries: 0,
      failovers: 0,
      encrypted: 0,
      mirrored: 0,
    })),
  });
  const engine = {
    watch(listener) {
      tell = listener;
      return () => {};
    },
    state: () => EMPTY_MESH_STATE,
    mesh: () => ({}) as ReturnType<MeshEngine["mesh"]>,
    healthEvents: () => [],
    topology: picture,
  } satisfies Partial<MeshEngine>;
  const knownHosts = loopbackHosts([]);
  const api = createApi({ engine: engine as unknown as MeshEngine, clock: systemClock, knownHosts, version: "0.0.0", streamsMax: READERS });
  const server = await serveApi({ api, clock: systemClock, tcpPort: 0 });
  return {
    port: server.port,
    eventBytes: Buffer.byteLength(JSON.stringify(picture())),
    send() {
      requests++;
      tell({ kind: "instances" });
    },
    close: () => server.close(),
  };
}

async function startRaw(eventBytes: number): Promise<Contestant> {
  const sockets = new Set<net.Socket>();
  const event = Buffer.alloc(eventBytes, 0x78);
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.resume();
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    eventBytes,
    send() {
      for (const socket of sockets) socket.write(event);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
