import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { openTestEngine, type TestEngine } from "../testing/index.ts";
import { until } from "./mtls-mesh.fixture.ts";
import { type ProxyProcess, startProxyProcess } from "./proxy-process.ts";
import { httpInstance, openTestMesh, type TestMesh } from "./test-mesh.fixture.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Mesh {
  readonly test: TestEngine;
  readonly sockets: TestMesh;
  readonly callers: string[];
  readonly start: (node: string) => Promise<ProxyProcess>;
  readonly ask: (proxy: ProxyProcess) => Promise<string>;
}

/** The engine, and `web` on node a and `api` on node b; their proxies are started by the test. */
async function openMesh(): Promise<Mesh> {
  const sockets = await openTestMesh();
  closers.push(() => sockets.close());
  const test = await openTestEngine(systemClock);
  closers.push(() => test.remove());
  const dataDir = await mkdtemp(join(tmpdir(), "interlock-mtls-"));
  closers.push(async () => rmSync(dataDir, { recursive: true, force: true }));
  const callers: string[] = [];
  for (const [service, node] of [
    ["web", "node-a"],
    ["api", "node-b"],
  ] as const) {
    const server = httpInstance((request, response) => {
      callers.push(String(request.headers["x-interlock-caller"]));
      response.end("ok");
    });
    const port = await sockets.serve(server);
    await test.apply({ kind: "service.register", service, hosts: [] });
    await test.apply({ kind: "version.register", service, version: "1.0.0", requirements: {} });
    await test.apply({
      kind: "instance.register",
      service,
      id: `${service}-1`,
      instance: { version: "1.0.0", address: "127.0.0.1", port, node },
    });
    const { rev } = test.engine.state().services.get(service as never) ?? { rev: 0 };
    await test.apply({ kind: "split.set", service, rev, weights: { "1.0.0": 10_000 } });
  }
  const start = async (node: string) => {
    const running = await startProxyProcess({
      node,
      dataDir,
      ingressPort: node === "node-a" ? 0 : null,
      enginePath: test.proxySocket,
      clock: systemClock,
      random: createXorshift(node.length),
      log: () => {},
      limits: { shedLagMs: Number.POSITIVE_INFINITY },
    });
    closers.push(() => running.stop());
    return running;
  };
  const ask = async ({ proxy }: ProxyProcess) => {
    const caller = await sockets.dial(proxy.outbound[0]?.port);
    caller.send("GET / HTTP/1.1\r\nHost: api.mesh\r\nConnection: close\r\n\r\n");
    await caller.ended;
    return caller.received;
  };
  return { test, sockets, callers, start, ask };
}

const inboundOf = ({ proxy }: ProxyProcess, service: string) => {
  const endpoint = proxy.snapshot?.services[service]?.endpoints[0] as { inbound?: { port: number } } | undefined;
  return endpoint?.inbound;
};

test("engine and two proxies: identities are issued and listed, calls are encrypted, and a denial is counted on the edge", async () => {
  const { ask, callers, start, test: opened } = await openMesh();
  const { engine } = opened;
  const [a, b] = [await start("node-a"), await start("node-b")];
  await until(() => inboundOf(a, "api") !== undefined && a.proxy.inbound.length === 1 && b.proxy.inbound.length === 1);
  expect(await ask(a)).toContain("200 OK");
  expect(callers).toEqual(["web@1.0.0"]);
  await until(() => engine.identities().certificates.length === 3);
  expect(
    engine
      .identities()
      .certificates.map(({ identity, instance, proxy }) => [identity, instance, proxy])
      .sort(),
  ).toEqual([
    ["spiffe://interlock.local/ingress", "ingress", "node-a"],
    ["spiffe://interlock.local/service/api/version/1.0.0", "api-1", "node-b"],
    ["spiffe://interlock.local/service/web/version/1.0.0", "web-1", "node-a"],
  ]);
  const { rev } = engine.state().services.get("api" as never) ?? { rev: 0 };
  await opened.apply({
    kind: "authorization.set",
    service: "api",
    rev,
    authorization: { action: "allow", rules: [{ from: { services: ["shop"] } }] },
  });
  await until(() => b.proxy.snapshot?.services["api"]?.authorization !== null);
  expect(await ask(a)).toMatch(/403 .*x-interlock-code: authorization\.denied/s);
  const edge = () => engine.topology().edges.find(({ from, to }) => from.service === "web" && to.service === "api");
  await until(() => (edge()?.requests ?? 0) >= 2);
  expect(edge()).toMatchObject({ requests: 2, denied: 1, encrypted: 1 });
  expect(callers).toHaveLength(1);
});

test("proxies that are restarted while the engine is gone call and are called over mTLS as before, on the same ports", async () => {
  const { ask, callers, start, test: opened } = await openMesh();
  const [a, b] = [await start("node-a"), await start("node-b")];
  await until(() => inboundOf(a, "api") !== undefined);
  expect(await ask(a)).toContain("200 OK");
  await b.stop();
  await a.stop();
  await opened.engine.close();
  const [again, other] = [await start("node-a"), await start("node-b")];
  expect(again.link.isConnected).toBe(false);
  expect(other.proxy.inbound).toEqual([{ instance: "api-1", address: "127.0.0.1", port: inboundOf(again, "api")?.port }]);
  expect(await ask(again)).toContain("200 OK");
  expect(callers).toEqual(["web@1.0.0", "web@1.0.0"]);
  const batch = again.proxy.recorder.closeBatch();
  expect(batch.edges.map(({ encrypted }) => encrypted)).toEqual([1]);
});
