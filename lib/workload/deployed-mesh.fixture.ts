import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect, vi } from "vitest";
import { type ApiClient, createApiClient, type ResponseOf } from "../client/index.ts";
import { type ChildPlan, readLocalToken, type Supervisor, supervise } from "../supervisor/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");

type Deployment = ResponseOf<"GET /api/v1/services/{service}/versions/{version}/deployment">;

/** Engine, and a proxy and an agent on each of two nodes, as processes of their own, kept alive as `npm start` does it. */
export interface DeployedMesh {
  readonly client: ApiClient;
  readonly supervisor: Supervisor;
  /** What is shown of `web 1.0.0`; null while the engine is away. */
  shown(): Promise<Deployment | null>;
  deploy(body: { readonly replicas: number; readonly command: readonly string[] } & Readonly<Record<string, unknown>>): Promise<void>;
  /** Resolves once everything of `web 1.0.0` is as wanted. */
  settled(wanted?: Partial<Deployment>): Promise<Deployment>;
  load(): Load;
  close(): Promise<void>;
}

/** Requests on the ingress until it is stopped. */
export interface Load {
  /** Bodies of answers so far, with how often each came. */
  readonly bodies: ReadonlyMap<string, number>;
  stop(): Promise<{ readonly requests: number; readonly failed: readonly unknown[] }>;
}

const WAIT = { timeout: 60_000, interval: 100 };
const WEB = { service: "web", version: "1.0.0" };
const WORKERS = 4;

export async function openDeployedMesh(): Promise<DeployedMesh> {
  const dir = mkdtempSync(join(tmpdir(), "interlock-deployed-"));
  const [api = 0, console = 0, ingress = 0] = await freePorts(3);
  const env = {
    INTERLOCK_DATA: dir,
    INTERLOCK_API_PORT: String(api),
    INTERLOCK_CONSOLE_PORT: String(console),
    INTERLOCK_INGRESS_PORT: String(ingress),
  };
  const plan = (name: string, unit: string, args: readonly string[], stopStage: number): ChildPlan => ({
    name,
    args: ["--disable-warning=ExperimentalWarning", join(ROOT, `lib/${unit}/main.ts`), ...args],
    env,
    stopStage,
    stopGraceMs: 5_000,
  });
  const onNode = (node: string) => ["--node", node, "--data", dir];
  const supervisor = supervise({
    plans: [
      plan("engine", "engine", [], 3),
      plan("proxy node-a", "dataplane", [...onNode("node-a"), "--ingress-port", String(ingress)], 2),
      plan("proxy node-b", "dataplane", onNode("node-b"), 2),
      plan("agent node-a", "workload", onNode("node-a"), 1),
      plan("agent node-b", "workload", onNode("node-b"), 1),
    ],
    cwd: ROOT,
    logDir: join(dir, "logs"),
    say: () => {},
  });
  await supervisor.ready;
  const client = createApiClient({
    baseUrl: `http://127.0.0.1:${api}`,
    headers: () => ({ "x-interlock-author": "anna", "x-interlock-token": readLocalToken(dir) ?? "" }),
  });
  const schedulable = () => client.call("GET /api/v1/nodes").then(({ items }) => items.filter((node) => node.schedulable).length);
  await vi.waitFor(async () => expect(await schedulable()).toBe(2), WAIT);
  const shown = () => client.call("GET /api/v1/services/{service}/versions/{version}/deployment", { params: WEB }).catch(() => null);
  return {
    client,
    supervisor,
    shown,
    async deploy(body) {
      const request = { params: WEB, body: { ...body, command: [...body.command] } };
      await client.call("PUT /api/v1/services/{service}/versions/{version}/deployment", request as never);
    },
    async settled(wanted = {}) {
      return await vi.waitFor(async () => {
        const now = await shown();
        expect(now).toMatchObject({ waitingFor: null, problem: null, ...wanted });
        return now as Deployment;
      }, WAIT);
    },
    load: () => startLoad(ingress),
    async close() {
      await client
        .call("DELETE /api/v1/services/{service}/versions/{version}/deployment", { params: WEB, query: { anyway: "true" } })
        .catch(() => {});
      const running = () => client.call("GET /api/v1/nodes").then(({ items }) => items.flatMap((node) => node.instances));
      await vi.waitFor(async () => expect(await running()).toEqual([]), WAIT);
      await supervisor.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A program that answers with `body`; `more` is script of its request listener. */
export function answeringWith(body: string): readonly string[] {
  const script = `require("node:http").createServer((q, r) => setTimeout(() => r.end(${JSON.stringify(body)}), 5)).listen(process.env.PORT, "127.0.0.1");`;
  return [process.execPath, "-e", script];
}

function startLoad(ingress: number): Load {
  const agent = new http.Agent({ keepAlive: true, maxSockets: WORKERS });
  const bodies = new Map<string, number>();
  const failed: unknown[] = [];
  let requests = 0;
  let isOver = false;
  const ask = () =>
    new Promise<void>((done) => {
      requests += 1;
      const headers = { host: "web.mesh" };
      const request = http.get({ host: "127.0.0.1", port: ingress, path: "/", headers, agent }, (answer) => {
        void text(answer).then(
          (body) => {
            if (answer.statusCode === 200) bodies.set(body, (bodies.get(body) ?? 0) + 1);
            else failed.push({ status: answer.statusCode, code: answer.headers["x-interlock-code"], at: new Date().toISOString() });
            done();
          },
          (error: unknown) => done(void failed.push(error)),
        );
      });
      request.on("error", (error) => done(void failed.push(error)));
    });
  const workers = Array.from({ length: WORKERS }, async () => {
    while (!isOver) {
      await ask();
      await new Promise((next) => setTimeout(next, 10));
    }
  });
  return {
    bodies,
    async stop() {
      isOver = true;
      await Promise.all(workers);
      agent.destroy();
      return { requests, failed };
    },
  };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((open) => server.listen(0, "127.0.0.1", () => open(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
