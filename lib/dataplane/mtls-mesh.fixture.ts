/** Two proxies with identities of a real authority, and instances that answer with what they got: callers at node a, callees at node b. */
import type http from "node:http";
import type { Snapshot, SnapshotService } from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { createTestAuthority, newFolder, type TestAuthority } from "./identity/identity.fixture.ts";
import { IdentityAgent } from "./identity/identity-agent.ts";
import { localPrincipals } from "./identity/local-principals.ts";
import { MeshProxy } from "./mesh-proxy.ts";
import { httpInstance, openTestMesh, type SnapshotSketch, snapshotWith, type TestInstance, type TestMesh } from "./test-mesh.fixture.ts";

/** What an instance got. */
export interface EchoedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface AskedAnswer {
  readonly status: number;
  /** Lower-case names; of several the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One proxy with what it is called with. */
export interface MtlsNode {
  readonly name: string;
  readonly proxy: MeshProxy;
  readonly agent: IdentityAgent;
  readonly logs: readonly string[];
}

export interface MtlsMesh {
  readonly a: MtlsNode;
  readonly b: MtlsNode;
  readonly authority: TestAuthority;
  readonly instances: TestInstance[];
  /** All requests that instances got, in order. */
  readonly seen: EchoedRequest[];
  /** Sockets for whatever else a test needs. */
  readonly sockets: TestMesh;
  /** Puts a configuration in force at both; callees' inbound listeners are known to callers unless `adapt` says otherwise. */
  apply(sketch?: SnapshotSketch, adapt?: (endpoints: Record<string, { port: number; inbound?: unknown }>) => void): Promise<void>;
  /** One request of the first caller on a connection of its own, or at another port. */
  ask(
    path: string,
    options?: { method?: string; host?: string; lines?: readonly string[]; body?: string; port?: number },
  ): Promise<AskedAnswer>;
  /** The inbound port of an instance. */
  inboundPort(instance: string): number;
  close(): Promise<void>;
}

export interface MtlsOptions {
  /** `service@version` at node a; `web@1.0.0` unless given. */
  readonly callers?: readonly string[];
  readonly callees?: readonly string[];
  readonly svidTtlMs?: number;
  readonly sketch?: SnapshotSketch;
  /** Answers in the place of the echo where it returns true. */
  readonly respond?: (request: EchoedRequest, response: http.ServerResponse) => boolean;
}

async function openNode(name: string, authority: TestAuthority): Promise<MtlsNode & { readonly want: (snapshot: Snapshot) => void }> {
  const logs: string[] = [];
  const log = (line: string) => void logs.push(line);
  const agent = await IdentityAgent.open({ folder: newFolder(), clock: systemClock, random: createXorshift(name.length), log });
  const proxy = new MeshProxy({
    node: name,
    clock: systemClock,
    random: createXorshift(7),
    log,
    limits: { shedLagMs: Number.POSITIVE_INFINITY },
    inbound: { agent },
  });
  let isAttached = false;
  const want = (snapshot: Snapshot) => {
    const subjects = localPrincipals(snapshot, name, name === "a");
    agent.want(subjects);
    if (!isAttached) authority.attach(agent, subjects);
    isAttached = true;
  };
  return { name, proxy, agent, logs, want };
}

/** Opens it with its first configuration in force and all certificates issued. */
export async function openMtlsMesh(options: MtlsOptions = {}): Promise<MtlsMesh> {
  const { callers = ["web@1.0.0"], callees = ["api@1.0.0"], respond = () => false } = options;
  const sockets = await openTestMesh();
  const authority = createTestAuthority(systemClock, options.svidTtlMs);
  const [a, b] = [await openNode("a", authority), await openNode("b", authority)];
  const seen: EchoedRequest[] = [];
  const instances: TestInstance[] = [];
  for (const name of [...callers, ...callees]) {
    const [service = "", version = ""] = name.split("@");
    const server = httpInstance((request, response) => echo(request, response, { version, seen, respond }));
    const node = instances.length < callers.length ? "a" : "b";
    instances.push({ service, version, port: await sockets.serve(server), endpoint: { node: node as never } });
  }
  let version = 0;
  await a.proxy.listenIngress(0);
  const mesh: MtlsMesh = {
    a,
    b,
    authority,
    instances,
    seen,
    sockets,
    async apply(sketch = {}, adapt = () => {}) {
      version++;
      const plain = snapshotWith(instances, { version, ...sketch });
      for (const { proxy, want } of [a, b]) {
        if (proxy.snapshot === null) proxy.applySnapshot(plain);
        await proxy.settled();
        want(plain);
      }
      const isCertified = () => b.proxy.inbound.every(({ instance }) => b.agent.held(instance) !== null);
      await until(() => b.proxy.inbound.length === callees.length && isCertified() && a.agent.held("ingress") !== null);
      const snapshot = withInbound(plain, b.proxy, adapt);
      for (const { proxy } of [a, b]) {
        const applied = proxy.applySnapshot(snapshot);
        if (!applied.ok) throw new Error(JSON.stringify(applied.error));
        await proxy.settled();
      }
    },
    async ask(path, { body = "", host = "api.mesh", lines = [], method = "GET", port = a.proxy.outbound[0]?.port } = {}) {
      const caller = await sockets.dial(port);
      const length = body === "" ? [] : [`Content-Length: ${body.length}`];
      const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...length, ...lines];
      caller.send(`${head.join("\r\n")}\r\n\r\n${body}`);
      await caller.ended;
      return parseAnswer(caller.received);
    },
    inboundPort: (instance) => b.proxy.inbound.find((listener) => listener.instance === instance)?.port ?? 0,
    async close() {
      a.proxy.close();
      b.proxy.close();
      await Promise.all([a.agent.close(), b.agent.close()]);
      await sockets.close();
    },
  };
  await mesh.apply(options.sketch);
  return mesh;
}

function echo(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  {
    respond,
    seen,
    version,
  }: { readonly version: string; readonly seen: EchoedRequest[]; readonly respond: NonNullable<MtlsOptions["respond"]> },
): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { headers, method = "", url = "" } = request;
    const echoed = { method, url, headers, body: Buffer.concat(chunks).toString("latin1") };
    seen.push(echoed);
    if (!respond(echoed, response)) response.end(version);
  });
}

/** What the engine does with the reports of proxies. */
function withInbound(
  snapshot: Snapshot,
  { inbound }: Pick<MeshProxy, "inbound">,
  adapt: (endpoints: Record<string, { port: number; inbound?: unknown }>) => void,
): Snapshot {
  const listeners = new Map<string, unknown>(inbound.map(({ address, instance, port }) => [instance, { address, port }]));
  const all: Record<string, { port: number; inbound?: unknown }> = {};
  const services = Object.entries(snapshot.services).map(([name, service]) => {
    const endpoints = service.endpoints.map((endpoint) => {
      const listener = listeners.get(endpoint.id);
      const known = { ...endpoint, ...(listener === undefined ? {} : { inbound: listener }) };
      all[endpoint.id] = known as { port: number; inbound?: unknown };
      return known;
    });
    return [name, { ...service, endpoints } as unknown as SnapshotService] as const;
  });
  adapt(all);
  return { ...snapshot, version: snapshot.version + 1_000, services: Object.fromEntries(services) };
}

/** Looks again until it is so. */
export async function until(isSo: () => boolean, timeoutMs = 10_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error("it never came true");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Edge figures of a proxy since the last call, by `caller>callee`. */
export function edgesOf({
  proxy,
}: MtlsNode): Readonly<Record<string, { requests: number; failed: number; denied: number; encrypted: number; retries: number }>> {
  const batch = proxy.recorder.closeBatch();
  proxy.recorder.acknowledge(batch.bootId, batch.seq);
  return Object.fromEntries(
    batch.edges.map(({ aborted, callee, caller, denied = 0, encrypted = 0, failed, retries, statusClasses }) => {
      const requests = statusClasses.reduce((sum, each) => sum + each, aborted);
      return [`${caller.service}>${callee.service}`, { requests, failed, denied, encrypted, retries }];
    }),
  );
}

/** Reads an answer that ended with its connection. */
function parseAnswer(text: string): AskedAnswer {
  const end = text.indexOf("\r\n\r\n");
  const lines = text
    .slice(0, end)
    .split("\r\n")
    .slice(1)
    .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]);
  return { status: Number(text.slice(9, 12)), headers: Object.fromEntries(lines), body: text.slice(end + 4) };
}
