/**
 * A proxy's own admin port, on the loopback interface: `GET /metrics` and nothing else. The kernel draws the port the first time and the file beside the
 * snapshot remembers it, so that a scraper's configuration outlives restarts; the engine shows it as `adminPort` in `GET /api/v1/mesh`.
 *
 * A page in a browser on this machine must not read it: only loopback names are answered as `Host`. Connections, heads and time are bounded.
 */
import { readFile } from "node:fs/promises";
import http from "node:http";
import { type MetricFamily, renderExposition } from "../telemetry/index.ts";
import { writeDurably } from "./durable-file.ts";
import { type ListenContext, listenOn } from "./listen-on.ts";

const ADDRESS = "127.0.0.1";
const CONNECTIONS_MAX = 16;
const TIMEOUT_MS = 5_000;
const HEAD_BYTES_MAX = 8 * 1024;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1)(:\d+)?$/i;

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on the port of before where it can be had, else on one that the kernel draws; `portPath` remembers it. */
export async function openMetricsServer(
  families: () => readonly MetricFamily[],
  portPath: string,
  context: ListenContext,
): Promise<MetricsServer> {
  const server = http.createServer({ maxHeaderSize: HEAD_BYTES_MAX }, (request, response) => {
    const { host = "", accept } = request.headers;
    if (!LOOPBACK_HOST.test(host)) return end(response, 421, "This port answers to 127.0.0.1 and localhost only.\n");
    if (request.url !== "/metrics") return end(response, 404, "There is /metrics here.\n");
    if (request.method !== "GET") return end(response, 405, "Use GET.\n");
    const { body, contentType } = renderExposition(families(), accept);
    response.writeHead(200, { "content-type": contentType, "cache-control": "no-store", "x-content-type-options": "nosniff" }).end(body);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.requestTimeout = TIMEOUT_MS;
  server.headersTimeout = TIMEOUT_MS;
  const before = await readPort(portPath);
  const wanted = await listenOn(server, { host: ADDRESS, port: before }, context);
  const opened = wanted.ok ? wanted : await listenOn(server, { host: ADDRESS, port: 0 }, context);
  if (!opened.ok) throw new Error(`no admin port could be opened (${opened.error})`);
  const port = opened.value;
  if (port !== before) await writeDurably(portPath, `${port}\n`);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readPort(path: string): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  return /^\d{1,5}\n$/.test(text) && Number(text) < 65_536 ? Number(text) : 0;
}

function end(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end(text);
}
