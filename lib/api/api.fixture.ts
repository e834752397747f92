import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MeshEngine, openMeshEngine } from "../engine/index.ts";
import { invariant } from "../std/index.ts";
import { createSystemRandom, systemClock } from "../system/index.ts";
import { createApi } from "./create-api.ts";
import { loopbackHosts } from "./request/host.ts";
import type { LoadPort } from "./routes/load.ts";
import type { LogPort } from "./routes/logs.ts";
import { serveApi } from "./serve-api.ts";

/** Opens what starts processes. */
export const API_TOKEN = "a-token-for-tests";

export interface Sent {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, text and bytes as they are. */
  readonly body?: unknown;
  readonly socketPath?: string;
}

/** A real engine on a fresh data folder, served on a free port. */
export interface RunningApi {
  readonly engine: MeshEngine;
  readonly port: number;
  readonly socketPath: string;
  /** Where proxies dial. */
  readonly proxySocket: string;
  send(method: string, path: string, options?: SendOptions): Promise<Sent>;
  /** Stops the engine and starts another one on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one; `stop` removes its data. */
export async function startApi(
  options: { readonly load?: LoadPort; readonly logs?: LogPort; readonly streamsMax?: number; report?(error: unknown): void } = {},
): Promise<RunningApi> {
  const dir = mkdtempSync(join(tmpdir(), "interlock-api-"));
  const socketPath = join(dir, "engine.sock");
  const proxySocket = join(dir, "proxies.sock");
  let running = await start();

  async function start() {
    const opened = await openMeshEngine({ dir, proxySocket, clock: systemClock, random: createSystemRandom() });
    invariant(opened.ok, opened.ok ? "" : opened.error.detail);
    const knownHosts = loopbackHosts([]);
    const api = createApi({ engine: opened.value, clock: systemClock, knownHosts, version: "0.0.0", localToken: API_TOKEN, ...options });
    const server = await serveApi({ api, clock: systemClock, tcpPort: 0, socketPath });
    for (const host of loopbackHosts([server.port])) knownHosts.add(host);
    return { engine: opened.value, server };
  }

  async function stop() {
    await running.server.close();
    await running.engine.close();
  }

  return {
    get engine() {
      return running.engine;
    },
    get port() {
      return running.server.port;
    },
    socketPath,
    proxySocket,
    send: (method, path, sent = {}) => send(running.server.port, method, path, sent),
    async restart() {
      await stop();
      running = await start();
    },
    async stop() {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function send(port: number, method: string, path: string, { headers = {}, body, socketPath }: SendOptions): Promise<Sent> {
  const bytes = body === undefined ? undefined : typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const type = bytes === undefined ? {} : { "content-type": "application/json" };
  const target = socketPath === undefined ? { host: "127.0.0.1", port } : { socketPath };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...target, method, path, headers: { ...type, ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const isJson = /json/.test(response.headers["content-type"] ?? "");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined });
      });
    });
    request.on("error", reject);
    request.end(bytes);
  });
}

/** A small mesh: payments 2.1.0 and 3.0.0 with an instance each, 2.2.0 without, checkout 1.4.0 which needs payments ^2.1.0; both with their first split. */
export async function registerShop(api: RunningApi): Promise<void> {
  const manifest = {
    services: {
      payments: {
        versions: {
          "2.1.0": { instances: [{ address: "127.0.0.1", port: 9001 }] },
          "3.0.0": { instances: [{ address: "127.0.0.1", port: 9002 }] },
          "2.2.0": {},
        },
        split: { weights: { "2.1.0": 10_000 } },
      },
      checkout: {
        versions: { "1.4.0": { requirements: { payments: "^2.1.0" }, instances: [{ address: "127.0.0.1", port: 9003 }] } },
        split: { weights: { "1.4.0": 10_000 } },
      },
    },
  };
  const applied = await api.send("POST", "/api/v1/manifest", { body: manifest });
  invariant(applied.status === 200, applied.text);
}
