import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { command, openTestEngine, serviceName, TEST_AUTHOR } from "../testing/index.ts";
import { until } from "./mtls-mesh.fixture.ts";
import { startProxyProcess } from "./proxy-process.ts";
import { httpInstance, openTestMesh } from "./test-mesh.fixture.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The engine with `shop` calling two versions of `web`, half and half, and a proxy of their node. */
async function openShop() {
  const sockets = await openTestMesh();
  closers.push(() => sockets.close());
  const mesh = await openTestEngine(systemClock);
  closers.push(() => mesh.remove());
  const dataDir = await mkdtemp(join(tmpdir(), "interlock-veto-"));
  closers.push(async () => rmSync(dataDir, { recursive: true, force: true }));
  for (const service of ["web", "shop"]) await mesh.apply({ kind: "service.register", service, hosts: [] });
  for (const [service, version] of [
    ["web", "1.0.0"],
    ["web", "1.1.0"],
    ["shop", "1.0.0"],
  ] as const) {
    const port = await sockets.serve(httpInstance((request, response) => void request.resume().on("end", () => response.end(version))));
    const requirements = service === "shop" ? { web: "^1.0.0" } : {};
    await mesh.apply({ kind: "version.register", service, version, requirements });
    const instance = { version, address: "127.0.0.1", port, node: "node-a" };
    await mesh.apply({ kind: "instance.register", service, id: `${service}-${version}`, instance });
  }
  const { rev } = mesh.engine.state().services.get(serviceName("web")) ?? { rev: 0 };
  await mesh.apply({ kind: "split.set", service: "web", rev, weights: { "1.0.0": 5_000, "1.1.0": 5_000 } });
  const { proxy, stop } = await startProxyProcess({
    node: "node-a",
    dataDir,
    ingressPort: 0,
    enginePath: mesh.proxySocket,
    clock: systemClock,
    random: createXorshift(7),
    log: () => {},
    limits: { shedLagMs: Number.POSITIVE_INFINITY },
  });
  closers.push(() => stop());
  const portOfShop = () => proxy.outbound.find(({ instance }) => instance.startsWith("shop"))?.port;
  await until(() => portOfShop() !== undefined && Object.keys(proxy.snapshot?.services ?? {}).length === 2);
  /** One call of shop to web: the version that answered, or the whole answer where it is no 200. */
  const ask = async (): Promise<string> => {
    const caller = await sockets.dial(portOfShop());
    caller.send("GET / HTTP/1.1\r\nHost: web.mesh\r\nConnection: close\r\n\r\n");
    await caller.ended;
    return caller.received.startsWith("HTTP/1.1 200") ? caller.received.slice(-5) : caller.received;
  };
  const askMany = async (count: number) => {
    const answers: string[] = [];
    for (let done = 0; done < count; done++) answers.push(await ask());
    return answers;
  };
  return { ask, askMany, mesh };
}

const VETO = {
  kind: "evidence.record",
  consumer: { service: "shop", version: "1.0.0" },
  provider: { service: "web", version: "1.1.0" },
  verdict: "incompatible",
} as const;

test("a veto moves requests away from the pair under load, none fails, and withdrawing it lets them back", async () => {
  const { ask, askMany, mesh } = await openShop();
  expect(new Set(await askMany(40))).toEqual(new Set(["1.0.0", "1.1.0"]));
  let isOver = false;
  const answers: string[] = [];
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!isOver) answers.push(await ask());
    }),
  );
  const before = await mesh.engine.execute(command(VETO), TEST_AUTHOR);
  if (!before.ok) throw new Error(before.error.detail);
  expect(before.value.notes).toEqual(["A live pair does not work any more: anna says that shop 1.0.0 does not work with web 1.1.0: test."]);
  expect(await mesh.engine.accepted(before.value.snapshotVersion ?? 0, 5_000)).toBe(true);
  expect(new Set(await askMany(40))).toEqual(new Set(["1.0.0"]));
  isOver = true;
  await load;
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.filter((answer) => answer !== "1.0.0" && answer !== "1.1.0")).toEqual([]);

  const [fact] = mesh.engine.state().evidence;
  const after = await mesh.engine.execute(command({ kind: "evidence.withdraw", id: fact?.id }), TEST_AUTHOR);
  if (!after.ok) throw new Error(after.error.detail);
  expect(await mesh.engine.accepted(after.value.snapshotVersion ?? 0, 5_000)).toBe(true);
  expect(new Set(await askMany(40))).toEqual(new Set(["1.0.0", "1.1.0"]));
});

test("a caller with no version left is told so by name", async () => {
  const { ask, mesh } = await openShop();
  await mesh.apply(VETO);
  const last = await mesh.engine.execute(command({ ...VETO, provider: { service: "web", version: "1.0.0" } }), TEST_AUTHOR);
  expect(last.ok && (await mesh.engine.accepted(last.value.snapshotVersion ?? 0, 5_000))).toBe(true);
  expect((await ask()).toLowerCase()).toContain("x-interlock-code: routing.no-compatible-version");
});
