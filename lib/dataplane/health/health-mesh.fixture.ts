/** A proxy over instances whose behaviour a test changes while requests flow. */
import http from "node:http";
import type net from "node:net";
import type { InstanceHealthEvent, SnapshotEndpoint, TrafficPolicy } from "../../model/index.ts";
import { systemClock } from "../../system/index.ts";
import { listen, openTestMesh, type SnapshotSketch, snapshotWith, type TestMesh } from "../test-mesh.fixture.ts";

/** What an instance does with a request: answers with a status, never answers, cuts the connection, or answers after so many ms. */
export type Behaviour = number | "hang" | "reset" | { readonly afterMs: number };

/** An instance of service `a` that counts what it sees. */
export interface SteeredInstance {
  readonly name: string;
  port: number;
  behaviour: Behaviour;
  /** What it answers on `/healthz`. */
  healthz: number;
  /** Requests other than checks. */
  requests: number;
  checks: number;
  underWay: number;
  mostUnderWay: number;
  readonly sockets: ReadonlySet<net.Socket>;
  mostSockets: number;
  /** Answers what hangs. */
  release(): void;
  /** Stops listening and cuts everything. */
  die(): Promise<void>;
  /** Listens again, on the same port. */
  revive(): Promise<void>;
}

/** Starts an instance on a port of the kernel's choice. */
export async function startInstance(name: string): Promise<SteeredInstance> {
  const sockets = new Set<net.Socket>();
  let hanging: http.ServerResponse[] = [];
  const instance: SteeredInstance = {
    name,
    port: 0,
    behaviour: 200,
    healthz: 200,
    requests: 0,
    checks: 0,
    underWay: 0,
    mostUnderWay: 0,
    sockets,
    mostSockets: 0,
    release() {
      for (const response of hanging) response.writeHead(200, { "x-instance": name }).end("ok");
      hanging = [];
    },
    async die() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async revive() {
      await listen(server, instance.port);
    },
  };
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume();
    if (request.url === "/healthz") {
      instance.checks++;
      return void response.writeHead(instance.healthz).end();
    }
    instance.requests++;
    instance.underWay++;
    instance.mostUnderWay = Math.max(instance.mostUnderWay, instance.underWay);
    response.on("close", () => instance.underWay--);
    const { behaviour } = instance;
    if (behaviour === "hang") hanging.push(response);
    else if (behaviour === "reset") request.socket.destroy();
    else if (typeof behaviour === "number") response.writeHead(behaviour, { "x-instance": name }).end("ok");
    else systemClock.after(behaviour.afterMs, () => response.writeHead(200, { "x-instance": name }).end("ok"));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    instance.mostSockets = Math.max(instance.mostSockets, sockets.size);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  instance.port = await listen(server);
  return instance;
}

/** What came back for one request. Status 0: nothing whole. */
export interface Outcome {
  readonly status: number;
  readonly code: string | undefined;
  readonly instance: string | undefined;
}

/** Sends one request over a connection of the agent. */
export function ask(port: number, options: http.RequestOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const lost = () => resolve({ status: 0, code: undefined, instance: undefined });
    const headers = { host: "a.mesh", ...(options.headers as http.OutgoingHttpHeaders) };
    const request = http.request({ host: "127.0.0.1", port, ...options, headers }, (response) => {
      const header = (name: string) => response.headers[name] as string | undefined;
      response.resume();
      response.on("error", lost);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, code: header("x-interlock-code"), instance: header("x-instance") }),
      );
    });
    request.on("error", lost);
    request.end();
  });
}

/** A place in a snapshot for an instance. */
export interface Placed {
  readonly instance: SteeredInstance;
  readonly version?: string;
  readonly endpoint?: Partial<SnapshotEndpoint>;
}

export interface HealthMesh {
  readonly mesh: TestMesh;
  readonly instances: readonly SteeredInstance[];
  /** Events as they would go to the engine. */
  readonly events: readonly InstanceHealthEvent[];
  /** Puts a snapshot in force. */
  apply(places: readonly Placed[], policy: TrafficPolicy, sketch?: SnapshotSketch): void;
  /** One request after another; how many each instance answered. */
  shares(requests: number, options?: http.RequestOptions): Promise<Readonly<Record<string, number>>>;
  /** So many at once, each one after another, until stopped; resolves with all outcomes. */
  load(parallel: number): { stop(): Promise<readonly Outcome[]> };
  ask(options?: http.RequestOptions): Promise<Outcome>;
  close(): Promise<void>;
}

/** So many instances `i0`, `i1`, … of service `a` 1.0.0, under a policy. */
export async function openHealthMesh(
  count: number,
  policy: TrafficPolicy = {},
  options: Parameters<typeof openTestMesh>[0] = {},
): Promise<HealthMesh> {
  const mesh = await openTestMesh(options);
  const instances = await Promise.all(Array.from({ length: count }, (_, index) => startInstance(`i${index}`)));
  const agent = new http.Agent({ keepAlive: true });
  const events: InstanceHealthEvent[] = [];
  mesh.proxy.health.outbox.sendBy((some) => {
    events.push(...some);
    return true;
  });
  let version = 0;
  const healthMesh: HealthMesh = {
    mesh,
    instances,
    events,
    apply(places, newPolicy, sketch = {}) {
      const all = places.map(({ endpoint, instance, version: of = "1.0.0" }) => ({
        service: "a",
        version: of,
        port: instance.port,
        endpoint: { id: instance.name as SnapshotEndpoint["id"], ...endpoint },
      }));
      version++;
      const applied = mesh.proxy.applySnapshot(snapshotWith(all, { version, policies: { a: newPolicy }, ...sketch }));
      if (!applied.ok) throw new Error(JSON.stringify(applied.error));
    },
    ask: (request = {}) => ask(mesh.ingressPort, { agent, ...request }),
    async shares(requests, request = {}) {
      const counts: Record<string, number> = {};
      for (let index = 0; index < requests; index++) {
        const { code, instance, status } = await healthMesh.ask(request);
        const key = instance ?? code ?? String(status);
        counts[key] = (counts[key] ?? 0) + 1;
      }
      return counts;
    },
    load(parallel) {
      const outcomes: Outcome[] = [];
      let isStopped = false;
      const run = async () => {
        while (!isStopped) outcomes.push(await healthMesh.ask());
      };
      const runs = Array.from({ length: parallel }, run);
      return {
        async stop() {
          isStopped = true;
          await Promise.all(runs);
          return outcomes;
        },
      };
    },
    async close() {
      agent.destroy();
      await mesh.close();
      for (const instance of instances) await instance.die();
    },
  };
  healthMesh.apply(
    instances.map((instance) => ({ instance })),
    policy,
  );
  await mesh.proxy.settled();
  return healthMesh;
}
