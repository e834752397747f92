import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../system/index.ts";
import { openTestEngine, serviceName, startTestProxy, type TestEngine } from "../testing/index.ts";
import { DEMO_SERVICES } from "./catalogue.ts";
import { createMeshCall, parseJson, readBody } from "./mesh-call.ts";
import { SHOP, ShopFailure, type ShopHandler } from "./shop.ts";

/** The demo shop, every version with an instance, behind a real engine and a real proxy. */
export interface ShopMesh {
  readonly mesh: TestEngine;
  readonly ingressPort: number;
  weights(service: string): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export async function openShopMesh(): Promise<ShopMesh> {
  const dataDir = mkdtempSync(join(tmpdir(), "interlock-shop-"));
  const mesh = await openTestEngine(systemClock);
  const proxy = await startTestProxy(dataDir, mesh.proxySocket);
  const servers: http.Server[] = [];
  const services: Record<string, unknown> = {};
  for (const { name, split, versions } of DEMO_SERVICES) {
    const registered: Record<string, unknown> = {};
    for (const { requirements, version } of versions) {
      const server = serveVersion(mesh, name, version);
      servers.push(server);
      const port = await listening(server);
      registered[version] = { requirements, instances: [{ address: "127.0.0.1", port, node: "node-a" }] };
    }
    services[name] = { versions: registered, ...(split === undefined ? {} : { split: { weights: split } }) };
  }
  await mesh.apply({ kind: "manifest.apply", services, prune: false });
  return {
    mesh,
    ingressPort: proxy.proxy.ingressPort ?? 0,
    weights: (service) => mesh.engine.state().services.get(serviceName(service))?.weights ?? {},
    async close() {
      await proxy.stop();
      await mesh.remove();
      for (const server of servers) server.close();
      for (const server of servers) server.closeAllConnections();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** One instance: the handler of the demo, calling out through the proxy that stands beside it. */
function serveVersion(mesh: TestEngine, service: string, version: string): http.Server {
  const handler = SHOP.get(service);
  if (handler === undefined) throw new Error(`no handler for ${service}`);
  let call: ReturnType<typeof createMeshCall> | undefined;
  const server = http.createServer((request, response) => {
    call ??= createMeshCall(outboundOf(mesh, server));
    answer(handler, request, { service, version, call }).then(
      ({ body, status }) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (failure: unknown) => response.writeHead(failure instanceof ShopFailure ? 502 : 500).end(JSON.stringify({ error: String(failure) })),
    );
  });
  server.keepAliveTimeout = 75_000;
  return server;
}

async function answer(handler: ShopHandler, request: http.IncomingMessage, context: Parameters<ShopHandler>[1]) {
  const url = new URL(request.url ?? "/", "http://demo.invalid");
  const body = parseJson(await readBody(request));
  const { pathname: path, searchParams: query } = url;
  return handler({ method: request.method ?? "GET", path, query, body, headers: request.headers }, context);
}

function outboundOf(mesh: TestEngine, server: http.Server): string {
  const { port } = server.address() as AddressInfo;
  const outbound = mesh.engine.instances().find((instance) => instance.port === port)?.outbound;
  if (outbound === null || outbound === undefined) throw new Error(`nothing listens for the instance at ${port}`);
  return `http://${outbound.address}:${outbound.port}`;
}

async function listening(server: http.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
