/** A proxy with real sockets on both sides, for tests: instances that do what a test says, callers that see every byte. */
import http from "node:http";
import net from "node:net";
import {
  type AuthorizationPolicy,
  effectivePolicy,
  type RouteRule,
  type Snapshot,
  type SnapshotEndpoint,
  type SnapshotService,
  type TrafficPolicy,
  type Weights,
} from "../model/index.ts";
import { type Clock, createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { MeshProxy, type ProxyOptions } from "./mesh-proxy.ts";
import type { ProxyLimits } from "./proxy-limits.ts";

export const NODE = "node-a";

/** One instance: `<service>-<version>-<n>`. */
export interface TestInstance {
  readonly service: string;
  readonly version: string;
  readonly port: number;
  /** Anything else of its endpoint: zone, weight, inbound, sinceMs. */
  readonly endpoint?: Partial<SnapshotEndpoint>;
}

/** Parts by service; what is left out has its default. */
export interface SnapshotSketch {
  readonly version?: number;
  readonly weights?: Readonly<Record<string, Weights>>;
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  readonly rules?: Readonly<Record<string, readonly RouteRule[]>>;
  readonly policies?: Readonly<Record<string, TrafficPolicy>>;
  readonly authorization?: Readonly<Record<string, AuthorizationPolicy>>;
  readonly incompatible?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly egress?: readonly string[];
  readonly reservedPorts?: readonly number[];
}

/** A snapshot over instances; a service's split is even over its versions unless `weights` says otherwise. */
export function snapshotWith(instances: readonly TestInstance[], sketch: SnapshotSketch = {}): Snapshot {
  const names = [...new Set([...instances.map(({ service }) => service), ...Object.keys(sketch.weights ?? {})])];
  const services = names.map((name): [string, SnapshotService] => {
    const own = instances.filter(({ service }) => service === name);
    const versions = [...new Set(own.map(({ version }) => version))];
    const even = Object.fromEntries(versions.map((version) => [version, 10_000 / versions.length]));
    const service = {
      name,
      hosts: sketch.hosts?.[name] ?? [],
      rev: 1,
      splitEpoch: sketch.version ?? 1,
      weights: sketch.weights?.[name] ?? even,
      rules: sketch.rules?.[name] ?? [],
      endpoints: own.map(({ endpoint: rest, port, version }, index): SnapshotEndpoint => {
        const endpoint = { id: `${name}-${version}-${index}`, service: name, version, address: "127.0.0.1", port, node: NODE, ...rest };
        return endpoint as unknown as SnapshotEndpoint;
      }),
      policy: effectivePolicy(sketch.policies?.[name] ?? {}),
      authorization: sketch.authorization?.[name] ?? null,
      incompatible: sketch.incompatible?.[name] ?? {},
    };
    return [name, service as unknown as SnapshotService];
  });
  const { egress = [], reservedPorts = [], version = 1 } = sketch;
  return { version, at: "2026-01-01T00:00:00.000Z", services: Object.fromEntries(services), egress, reservedPorts };
}

export interface TestMesh {
  readonly proxy: MeshProxy;
  readonly ingressPort: number;
  readonly logs: readonly string[];
  /** Listens as an instance; closed with the mesh. */
  serve(listener: net.Server): Promise<number>;
  /** Connects to the ingress, or to another port. */
  dial(port?: number): Promise<TestCaller>;
  /** The port of the outbound listener of the n-th instance. */
  outboundPort(index?: number): number;
  close(): Promise<void>;
}

/** Opens a proxy with an ingress and no configuration. */
export async function openTestMesh(
  options: { readonly limits?: Partial<ProxyLimits>; readonly clock?: Clock; readonly seed?: number } & Pick<
    Partial<ProxyOptions>,
    "zone" | "loopLoad" | "accessLog"
  > = {},
): Promise<TestMesh> {
  const logs: string[] = [];
  const proxy = new MeshProxy({
    node: NODE,
    clock: options.clock ?? systemClock,
    random: createXorshift(options.seed ?? 7),
    log: (line) => logs.push(line),
    ...(options.accessLog === undefined ? {} : { accessLog: options.accessLog }),
    ...(options.zone === undefined ? {} : { zone: options.zone }),
    ...(options.loopLoad === undefined ? {} : { loopLoad: options.loopLoad }),
    // Instances, callers and the proxy share one loop here, so its lateness says nothing of the proxy.
    limits: { shedLagMs: Number.POSITIVE_INFINITY, ...options.limits },
  });
  const ingress = await proxy.listenIngress(0);
  if (!ingress.ok) throw new Error(ingress.error);
  const servers: net.Server[] = [];
  const sockets = new Set<net.Socket>();
  return {
    proxy,
    ingressPort: ingress.value,
    logs,
    async serve(server) {
      servers.push(server);
      server.on("connection", (socket: net.Socket) => {
        sockets.add(socket);
        socket.on("error", () => {});
      });
      return listen(server);
    },
    async dial(port = ingress.value) {
      const caller = await dialCaller(port);
      sockets.add(caller.socket);
      return caller;
    },
    outboundPort: (index = 0) => proxy.outbound[index]?.port ?? 0,
    async close() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Listens on a port of the kernel's choice. */
export function listen(server: net.Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
  });
}

/** An instance in the words of `node:http`. */
export function httpInstance(handler: http.RequestListener): http.Server {
  return http.createServer({ keepAliveTimeout: 60_000 }, handler);
}

/** An instance that sees bytes: called with everything that came on a connection so far, after each piece. */
export function rawInstance(onBytes: (socket: net.Socket, received: string) => void): net.Server {
  return net.createServer({ allowHalfOpen: true }, (socket) => {
    let received = "";
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      onBytes(socket, received);
    });
  });
}

/** A port that nothing listens on. */
export async function deadPort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A caller's connection that sees every byte. */
export interface TestCaller {
  readonly socket: net.Socket;
  readonly received: string;
  send(text: string): void;
  /** Resolves with everything received once it contains `text` (or fits the pattern) after position `from`; rejects when the connection ends before. */
  until(text: string | RegExp, from?: number): Promise<string>;
  /** How the connection ended: "end" (FIN) or the error's code. */
  readonly ended: Promise<string>;
}

async function dialCaller(port: number): Promise<TestCaller> {
  const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let received = "";
  let waiting: { readonly isMet: () => boolean; readonly resolve: (text: string) => void; readonly reject: (why: Error) => void }[] = [];
  const settle = (): void => {
    const met = waiting.filter(({ isMet }) => isMet());
    waiting = waiting.filter((entry) => !met.includes(entry));
    for (const { resolve } of met) resolve(received);
  };
  const fail = (): void => {
    for (const { reject } of waiting) reject(new Error(`the connection ended; received ${JSON.stringify(received.slice(-500))}`));
    waiting = [];
  };
  const ended = new Promise<string>((resolve) => {
    socket.on("end", () => resolve("end"));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve("close"));
  });
  void ended.then(fail);
  socket.on("data", (bytes) => {
    received += bytes.toString("latin1");
    settle();
  });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return {
    socket,
    ended,
    get received() {
      return received;
    },
    send: (text) => void socket.write(text, "latin1"),
    until(text, from = 0) {
      const isMet = () => (typeof text === "string" ? received.includes(text, from) : text.test(received.slice(from)));
      return new Promise((resolve, reject) => {
        waiting.push({ isMet, resolve, reject });
        settle();
        if (socket.readableEnded || socket.destroyed) fail();
      });
    },
  };
}

/** Sums a batch: requests by callee version, and by code of own answers. */
export function tally(proxy: MeshProxy): {
  readonly requests: number;
  readonly failed: number;
  readonly aborted: number;
  readonly retries: number;
  readonly versions: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, number>>;
} {
  const batch = proxy.recorder.closeBatch();
  proxy.recorder.acknowledge(batch.bootId, batch.seq);
  const versions: Record<string, number> = {};
  let [requests, failed, aborted, retries] = [0, 0, 0, 0];
  for (const edge of batch.edges) {
    const count = edge.statusClasses.reduce((sum, each) => sum + each, edge.aborted);
    versions[edge.callee.version ?? ""] = (versions[edge.callee.version ?? ""] ?? 0) + count;
    requests += count;
    failed += edge.failed;
    aborted += edge.aborted;
    retries += edge.retries;
  }
  return { requests, failed, aborted, retries, versions, codes: batch.codes };
}
