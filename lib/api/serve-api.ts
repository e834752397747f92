import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Clock } from "../std/index.ts";
import { answerUnreadable } from "./answer-unreadable.ts";
import type { Api } from "./create-api.ts";

/** Slow clients: a head must be here after 10 s, a whole request after 15 s; an idle connection is kept for 20 s. Streams are answers and have no end. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 20_000;
const TIMEOUT_CHECK_MS = 1000;
const REQUESTS_PER_SOCKET_MAX = 10_000;
const CONNECTIONS_MAX = 4096;
/** How long requests that are running may take once the server stops. */
const DRAIN_MS = 2000;

export interface ApiServer {
  /** The TCP port that was bound. */
  readonly port: number;
  /** Stops accepting, ends the streams, lets requests finish for 2 s, then ends all connections. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly api: Api;
  readonly clock: Clock;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly tcpPort: number;
  /** Also served here, mode 0600; a file left over by a killed process is replaced. The caller has made sure that no other engine lives. */
  readonly socketPath?: string;
}

/** Listens on loopback and on the Unix socket. Rejects when either cannot be bound. */
export async function serveApi({ api, clock, tcpPort, socketPath }: ServeOptions): Promise<ApiServer> {
  const tcp = createServer(api);
  await listen(tcp, () => tcp.listen(tcpPort, "127.0.0.1"));
  const servers = [tcp];
  if (socketPath !== undefined) {
    const unix = createServer(api);
    if (process.platform !== "win32") rmSync(socketPath, { force: true });
    await listen(unix, () => unix.listen(socketPath));
    if (process.platform !== "win32") chmodSync(socketPath, 0o600);
    servers.push(unix);
  }
  return {
    port: (tcp.address() as AddressInfo).port,
    async close() {
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      api.close();
      for (const server of servers) server.closeIdleConnections();
      const cancel = clock.after(DRAIN_MS, () => {
        for (const server of servers) server.closeAllConnections();
      });
      await Promise.all(closed);
      cancel();
    },
  };
}

function createServer(api: Api): Server {
  const server = createAdaptorServer({
    fetch: api.app.fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
  }) as Server;
  answerUnreadable(server);
  server.maxRequestsPerSocket = REQUESTS_PER_SOCKET_MAX;
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}

function listen(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.off("error", reject);
      resolve();
    });
    start();
  });
}
