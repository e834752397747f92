import { afterEach, expect, test } from "vitest";
import { command, createFakeClock, serviceName, staticInstance, TEST_AUTHOR, type TestEngine } from "../testing/index.ts";
import type { TestProxy } from "./proxies/test-proxy.fixture.ts";
import { closeAll, closers, dial, isAcceptance, noticed, openEngine, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

async function connected(mesh: TestEngine): Promise<TestProxy> {
  const proxy = await dial(mesh);
  proxy.hello();
  const { snapshot } = await proxy.next("snapshot");
  const told = noticed(mesh, isAcceptance);
  proxy.send({ kind: "ack", version: snapshot.version, draining: [] });
  await told;
  return proxy;
}

async function withShop(mesh: TestEngine): Promise<void> {
  await withWeb(mesh);
  await mesh.apply({ kind: "service.register", service: "shop", hosts: [] });
  await mesh.apply({ kind: "version.register", service: "shop", version: "1.0.0", requirements: { web: "^1.0.0" } });
  await mesh.apply(staticInstance("shop", "1.0.0", 9_010));
}

const PAIR = { consumer: { service: "shop", version: "1.0.0" }, provider: { service: "web", version: "1.1.0" } };

/** What the next push says of who is kept from which version of web. */
async function keptApart(proxy: TestProxy): Promise<unknown> {
  const { delta } = await proxy.next("delta");
  return delta.upserts.map(({ incompatible, name }) => [name, incompatible]);
}

test("proxies are told of a veto at once, and again the moment it ends", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withShop(mesh);
  const proxy = await connected(mesh);
  const expiresAt = new Date(clock.wallMs() + 90_000).toISOString();
  await mesh.apply({ kind: "evidence.record", ...PAIR, verdict: "incompatible", expiresAt });
  expect(await keptApart(proxy)).toEqual([["web", { "shop@1.0.0": ["1.1.0"] }]]);
  clock.advance(89_999);
  expect(proxy.waiting.filter(({ kind }) => kind === "delta")).toEqual([]);
  clock.advance(1);
  expect(await keptApart(proxy)).toEqual([["web", {}]]);
});

test("proxies follow verifications and live traffic, and an operator's allowance above both", async () => {
  const mesh = await openEngine();
  await withShop(mesh);
  const proxy = await connected(mesh);
  await mesh.apply({ kind: "evidence.observe", source: "traffic", ...PAIR, verdict: "incompatible" });
  expect(await keptApart(proxy)).toEqual([["web", { "shop@1.0.0": ["1.1.0"] }]]);
  await mesh.apply({ kind: "verification.publish", ...PAIR, contractHash: "sha256:aaaa", result: "passed", verifier: "ci" });
  expect(await keptApart(proxy)).toEqual([["web", {}]]);
  // All live callers have verified it: the version moves on by itself, and so does the rev of its service.
  expect(await keptApart(proxy)).toEqual([["web", {}]]);
  await mesh.apply({ kind: "verification.publish", ...PAIR, contractHash: "sha256:aaaa", result: "failed", verifier: "ci/2" });
  expect(await keptApart(proxy)).toEqual([["web", { "shop@1.0.0": ["1.1.0"] }]]);
  await mesh.apply({ kind: "evidence.record", ...PAIR, verdict: "compatible" });
  expect(await keptApart(proxy)).toEqual([["web", {}]]);
});

test("callers that nobody declared are kept apart too, and the screen says why", async () => {
  const mesh = await openEngine();
  await withWeb(mesh);
  await mesh.apply({ kind: "service.register", service: "cart", hosts: [] });
  await mesh.apply({ kind: "version.register", service: "cart", version: "1.0.0", requirements: {} });
  await mesh.apply(staticInstance("cart", "1.0.0", 9_011));
  const pair = { consumer: { service: "cart", version: "1.0.0" }, provider: { service: "web", version: "1.0.0" } };
  await mesh.apply({ kind: "evidence.record", ...pair, verdict: "incompatible" });
  expect(mesh.engine.split(serviceName("web"))?.renormalised).toEqual([
    { caller: pair.consumer, versions: ["1.0.0"], weights: {}, reason: "anna says that cart 1.0.0 does not work with web 1.0.0: test." },
  ]);
  const edge = mesh.engine.topology().edges.find(({ from, to }) => from.service === "cart" && to.version === "1.0.0");
  expect(edge?.verdict).toBe("incompatible");
});

test("facts outlive a restart", async () => {
  const mesh = await openEngine();
  await withShop(mesh);
  await mesh.apply({ kind: "evidence.record", ...PAIR, verdict: "incompatible" });
  const facts = mesh.engine.state().evidence;
  const again = await mesh.reopen();
  closers.push(() => again.remove());
  expect(again.engine.state().evidence).toEqual(facts);
});

test("a version can be deployed where everything live is known to work with it, and the answer says what is not known", async () => {
  const mesh = await openEngine();
  await withShop(mesh);
  const asked = (service: string, version: string) => mesh.engine.canIDeploy(service, version);
  const fine = asked("web", "1.1.0");
  expect(fine.ok && [fine.value.verdict, fine.value.proven.map(({ sentence }) => sentence)]).toEqual([
    "compatible",
    ["shop 1.0.0 requires web ^1.0.0, which includes 1.1.0."],
  ]);
  await mesh.apply({ kind: "evidence.record", ...PAIR, verdict: "incompatible" });
  const broken = asked("web", "1.1.0");
  expect(broken.ok && [broken.value.verdict, broken.value.reasons.length]).toEqual(["incompatible", 1]);

  await mesh.apply({ kind: "version.register", service: "shop", version: "2.0.0", requirements: { web: "^1.0.0", gift: "*" } });
  const open = asked("shop", "2.0.0");
  expect(open.ok && [open.value.verdict, open.value.notes]).toEqual(["unknown", ["shop 2.0.0 requires gift *, which does not exist yet."]]);
  await mesh.apply({ kind: "service.register", service: "alone", hosts: [] });
  await mesh.apply({ kind: "version.register", service: "alone", version: "1.0.0", requirements: {} });
  const alone = asked("alone", "1.0.0");
  expect(alone.ok && [alone.value.verdict, alone.value.notes]).toEqual([
    "compatible",
    ["No live version calls alone 1.0.0, and it calls none that is known: there is no pair that could break."],
  ]);
  expect([asked("nobody", "1.0.0"), asked("web", "9.0.0")]).toMatchObject([
    { ok: false, error: { code: "service.unknown", problems: [{ path: "service" }] } },
    { ok: false, error: { code: "version.unknown", problems: [{ path: "version" }] } },
  ]);
});

test("a veto without a reason is refused", async () => {
  const mesh = await openEngine();
  await withShop(mesh);
  const veto = command({ kind: "evidence.record", ...PAIR, verdict: "incompatible" });
  const refused = await mesh.engine.execute(veto, { ...TEST_AUTHOR, reason: " " });
  expect(refused).toMatchObject({ ok: false, error: { code: "evidence.invalid", problems: [{ path: "reason" }] } });
});
