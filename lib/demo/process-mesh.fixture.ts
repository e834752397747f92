import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type ApiClient, createApiClient } from "../client/index.ts";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { superviseTestMesh } from "../testing/index.ts";
import { findFreePorts } from "./free-ports.ts";

const LOAD_EVERY_MS = 20;
/** The host under which cart is asked for. */
export const CART = "cart.mesh";
const closers: (() => Promise<unknown> | unknown)[] = [];

/** Ends everything that was started here, the newest first. */
export async function closeProcessMesh(): Promise<void> {
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
export function startLoad(ingressPort: number, host: string, headers: Readonly<Record<string, string>> = {}): number[] {
  const statuses: number[] = [];
  const agent = new http.Agent({ keepAlive: true });
  const send = () => {
    const request = http.get({ port: ingressPort, headers: { ...headers, host }, agent }, (response) => {
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

/** Engine and proxy as processes, and cart in two versions under load: `failing` is the share of failures of the new one. */
export async function startCart(failing: number) {
  const { client, ingressPort, supervisor } = await startProcesses();
  /** The version of each request that reached an instance, copies included. */
  const seen: string[] = [];
  const instance = async (version: string, share: number) => {
    const random = createXorshift(7);
    const port = await serve((_, response) => {
      seen.push(version);
      response.writeHead(random.nextUint32() < share * 2 ** 32 ? 500 : 200).end("{}");
    });
    return { instances: [{ address: "127.0.0.1", port, node: "node-a" }] };
  };
  const versions = { "1.0.0": await instance("1.0.0", 0), "1.1.0": await instance("1.1.0", failing) };
  const services = { cart: { versions, split: { weights: { "1.0.0": 10_000 } } } };
  await client.call("POST /api/v1/manifest", { query: {}, body: { services } });
  const statuses = startLoad(ingressPort, CART);
  await expect.poll(() => statuses.at(-1), { timeout: 15_000 }).toBe(200);
  statuses.length = 0;
  return { client, ingressPort, seen, statuses, supervisor };
}
