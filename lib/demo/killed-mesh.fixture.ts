import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiClient, createApiClient } from "../client/index.ts";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { superviseTestMesh } from "../testing/index.ts";
import { findFreePorts } from "./free-ports.ts";

const LOAD_EVERY_MS = 20;
const closers: (() => Promise<unknown> | unknown)[] = [];

/** Ends everything that was started here, the newest first. */
export async function closeKilledMesh(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** Engine and proxy as processes of their own, over one data folder. */
export async function startProcesses(): Promise<{
  readonly supervisor: ReturnType<typeof superviseTestMesh>;
  readonly client: ApiClient;
  readonly ingressPort: number;
}> {
  const dir = mkdtempSync(join(tmpdir(), "interlock-kill-"));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  const [api = 0, console = 0, ingressPort = 0] = await findFreePorts(3, createXorshift(systemClock.wallMs() >>> 0));
  const supervisor = superviseTestMesh(dir, { api, console, ingress: ingressPort });
  closers.push(() => supervisor.stop());
  await supervisor.ready;
  return { supervisor, client: createApiClient({ baseUrl: `http://127.0.0.1:${api}` }), ingressPort };
}

/** A program that answers; its port. */
export async function serve(handler: http.RequestListener): Promise<number> {
  const server = http.createServer(handler);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Requests to a service, every 20 ms; statuses as they come, 0 for one without an answer. */
export function startLoad(ingressPort: number, host: string): number[] {
  const statuses: number[] = [];
  const agent = new http.Agent({ keepAlive: true });
  const send = () => {
    const request = http.get({ port: ingressPort, headers: { host }, agent }, (response) => {
      response.resume().on("end", () => statuses.push(response.statusCode ?? 0));
    });
    request.on("error", () => statuses.push(0));
  };
  const stop = systemClock.every(LOAD_EVERY_MS, send);
  closers.push(() => {
    stop();
    agent.destroy();
  });
  return statuses;
}
