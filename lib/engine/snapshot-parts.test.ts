import { afterEach, expect, test } from "vitest";
import { command, createFakeClock, serviceName, staticInstance, TEST_AUTHOR, type TestEngine } from "../testing/index.ts";
import type { TestProxy } from "./proxies/test-proxy.fixture.ts";
import { closeAll, closers, dial, isAcceptance, noticed, openEngine, shiftTo, webState, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

async function connected(
  mesh: TestEngine,
): Promise<{ readonly proxy: TestProxy; readonly endpoints: readonly { readonly id: string; readonly sinceMs?: number }[] }> {
  const proxy = await dial(mesh);
  proxy.hello();
  const { snapshot } = await proxy.next("snapshot");
  const told = noticed(mesh, isAcceptance);
  proxy.send({ kind: "ack", version: snapshot.version, draining: [] });
  await told;
  return { proxy, endpoints: snapshot.services["web"]?.endpoints ?? [] };
}

test("an instance is told with the listener that takes mTLS for it, also while its proxy or the engine is away", async () => {
  const mesh = await openEngine();
  await withWeb(mesh);
  const { proxy, endpoints } = await connected(mesh);
  const id = endpoints[0]?.id ?? "";
  const inbound = [{ instance: id, address: "127.0.0.1", port: 19_000 }] as never;
  proxy.send({ kind: "listeners", outbound: [], inbound });
  const { delta } = await proxy.next("delta");
  const told = { id, inbound: { address: "127.0.0.1", port: 19_000 } };
  expect(delta.upserts[0]?.endpoints.filter((endpoint) => endpoint.inbound !== undefined)).toMatchObject([told]);
  // The same list again is nothing new.
  const listed = noticed(mesh, ({ kind }) => kind === "instances");
  proxy.send({ kind: "listeners", outbound: [], inbound });
  await listed;
  expect(proxy.waiting.filter(({ kind }) => kind === "delta")).toEqual([]);
  const lost = noticed(mesh, isAcceptance);
  await proxy.close();
  await lost;
  expect((await connected(mesh)).endpoints.filter((endpoint) => "inbound" in endpoint)).toMatchObject([told]);
  const again = await mesh.reopen();
  closers.push(() => again.remove());
  const back = await connected(again);
  expect(back.endpoints.filter((endpoint) => "inbound" in endpoint)).toMatchObject([told]);
  back.proxy.send({ kind: "listeners", outbound: [], inbound: [] });
  expect((await back.proxy.next("delta")).delta.upserts[0]?.endpoints.filter((endpoint) => "inbound" in endpoint)).toEqual([]);
});

test("instances that join start slowly, those that were there when the engine started do not", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  expect((await connected(mesh)).endpoints.map(({ sinceMs }) => sinceMs)).toEqual([clock.wallMs(), clock.wallMs()]);
  clock.advance(60_000);
  const again = await mesh.reopen();
  closers.push(() => again.remove());
  await again.apply(staticInstance("web", "1.1.0", 9_005));
  const { endpoints } = await connected(again);
  expect(endpoints.map(({ sinceMs }) => sinceMs)).toEqual([undefined, undefined, clock.wallMs()]);
});

test("a pair goes apart the moment its override ends, and the screen says so", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  await mesh.apply({ kind: "service.register", service: "shop", hosts: [] });
  await mesh.apply({ kind: "version.register", service: "shop", version: "1.0.0", requirements: { web: "1.0.0" } });
  await mesh.apply(staticInstance("shop", "1.0.0", 9_010));
  const expiresAt = new Date(clock.wallMs() + 90_000).toISOString();
  const weights = { "1.0.0": 7_500, "1.1.0": 2_500 };
  const { rev } = webState(mesh);
  const override = { reason: "drill", expiresAt };
  const shifted = await mesh.engine.execute(command({ kind: "split.set", service: "web", rev, weights, override }), TEST_AUTHOR);
  expect(shifted.ok).toBe(true);
  const { proxy } = await connected(mesh);
  expect(mesh.engine.split(serviceName("web"))?.renormalised).toEqual([]);

  clock.advance(89_999);
  expect(proxy.waiting.filter(({ kind }) => kind === "delta")).toEqual([]);
  clock.advance(1);
  const { delta } = await proxy.next("delta");
  expect(delta.upserts.map(({ name, incompatible }) => [name, incompatible])).toEqual([["web", { "shop@1.0.0": ["1.1.0"] }]]);
  const renormalised = {
    caller: { service: "shop", version: "1.0.0" },
    versions: ["1.1.0"],
    weights: { "1.0.0": 10_000 },
    reason: "shop 1.0.0 requires web 1.0.0, which excludes 1.1.0.",
  };
  expect(mesh.engine.split(serviceName("web"))?.renormalised).toEqual([renormalised]);
  expect(mesh.engine.topology().services.find(({ name }) => name === "web")?.renormalised).toEqual([renormalised]);
  expect(mesh.engine.topology().services.find(({ name }) => name === "shop")).not.toHaveProperty("renormalised");
});

test("a policy and an authorization reach the proxies with the service, whole", async () => {
  const mesh = await openEngine();
  await withWeb(mesh);
  const { proxy } = await connected(mesh);
  await mesh.apply({ kind: "policy.set", service: "web", rev: webState(mesh).rev, policy: { retries: { attempts: 3 } } });
  const [policed] = (await proxy.next("delta")).delta.upserts;
  expect(policed?.policy).toMatchObject({ retries: { attempts: 3, budgetPercent: 20 }, slowStartMs: 10_000 });
  const authorization = { action: "allow", rules: [] };
  await mesh.apply({ kind: "authorization.set", service: "web", rev: webState(mesh).rev, authorization });
  expect((await proxy.next("delta")).delta.upserts[0]?.authorization).toEqual(authorization);
  expect(await shiftTo(mesh, { "1.1.0": 10_000 })).toMatchObject({ ok: true });
});
