import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { openTestEngine, serviceName, startTestProxy, type TestEngine } from "../testing/index.ts";

const closers: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** How long a request stays in `front` before it goes on: some are always under way while versions move. */
const ON_THE_WAY_MS = 300;

async function serve(handler: http.RequestListener): Promise<number> {
  const server = http.createServer(handler);
  server.listen(0, "127.0.0.1");
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await expect.poll(() => server.listening).toBe(true);
  return (server.address() as AddressInfo).port;
}

/** `front` calls `back`; each version of `back` fails for every other version of `front`. */
async function openTwins(): Promise<{ readonly mesh: TestEngine; readonly ingressPort: number; readonly seen: Set<string> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "interlock-lane-"));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const mesh = await openTestEngine(systemClock);
  closers.push(() => mesh.remove());
  const proxy = await startTestProxy(dataDir, mesh.proxySocket);
  closers.push(() => proxy.stop());
  const seen = new Set<string>();
  const versions: Record<"front" | "back", Record<string, unknown>> = { front: {}, back: {} };
  for (const version of ["1.0.0", "2.0.0"]) {
    const back = await serve((request, response) => {
      const caller = String(request.headers["x-interlock-caller"]);
      seen.add(`${caller} → ${version}`);
      response.writeHead(caller.endsWith(version) ? 200 : 500).end();
    });
    const front = await serve((_, response) => {
      setTimeout(() => callBack(mesh, version).then((status) => response.writeHead(status).end()), ON_THE_WAY_MS);
    });
    const instance = (port: number) => ({ instances: [{ address: "127.0.0.1", port, node: "node-a" }] });
    versions.back[version] = instance(back);
    versions.front[version] = { requirements: { back: version }, ...instance(front) };
  }
  const split = { split: { weights: { "1.0.0": 10_000 } } };
  const services = { back: { versions: versions.back, ...split }, front: { versions: versions.front, ...split } };
  await mesh.apply({ kind: "manifest.apply", services, prune: false });
  return { mesh, ingressPort: proxy.proxy.ingressPort ?? 0, seen };
}

async function callBack(mesh: TestEngine, version: string): Promise<number> {
  const outbound = mesh.engine.instances(serviceName("front")).find((instance) => instance.version === version)?.outbound;
  return outbound ? send({ host: outbound.address, port: outbound.port, path: "http://back.mesh/", headers: { host: "back.mesh" } }) : 503;
}

function send(options: http.RequestOptions): Promise<number> {
  return new Promise((resolve) => {
    const request = http.get({ ...options, agent: false }, (response) => {
      void text(response).then(() => resolve(response.statusCode ?? 0));
    });
    request.on("error", () => resolve(0));
  });
}

test("versions that only work in pairs change over under traffic, no request meets both", { timeout: 60_000 }, async () => {
  const { ingressPort, mesh, seen } = await openTwins();
  await expect.poll(() => mesh.engine.ready(), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => send({ port: ingressPort, headers: { host: "front.mesh" } }), { timeout: 10_000 }).toBe(200);
  const statuses: number[] = [];
  const under = new Set<Promise<unknown>>();
  const stop = systemClock.every(20, () => {
    const answered: Promise<unknown> = send({ port: ingressPort, headers: { host: "front.mesh" } }).then((status) => {
      statuses.push(status);
      under.delete(answered);
    });
    under.add(answered);
  });
  closers.push(stop);
  await mesh.apply({ kind: "plan.create", target: { front: "2.0.0", back: "2.0.0" }, avoid: [], prefer: "steps" });
  const plan = () => [...mesh.engine.state().plans.values()].at(-1);
  expect(plan()?.waves.map(({ kind }) => kind)).toEqual(["lane"]);
  await mesh.apply({ kind: "plan.execute", plan: plan()?.id });
  await expect.poll(() => plan()?.laneStage, { timeout: 20_000 }).toBe(2);
  await expect.poll(() => plan()?.state, { timeout: 40_000 }).toBe("done");
  stop();
  await Promise.all(under);
  expect(mesh.engine.state().services.get(serviceName("back"))).toMatchObject({ weights: { "2.0.0": 10_000 }, rules: [] });
  expect(statuses.length).toBeGreaterThan(100);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect([...seen].every((pair) => /(\d)\.0\.0 → \1/.test(pair))).toBe(true);
  expect(seen.size).toBe(2);
});
