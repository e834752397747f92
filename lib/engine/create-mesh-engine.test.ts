import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import type { TelemetryBatch } from "../model/index.ts";
import {
  command,
  createFakeClock,
  type FakeClock,
  openTestEngine,
  serviceName,
  staticInstance,
  TEST_AUTHOR,
  type TestEngine,
  versionName,
} from "../testing/index.ts";
import type { EngineNotice } from "./mesh-engine.ts";
import { dialAsProxy, type TestProxy } from "./proxies/test-proxy.fixture.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openEngine(clock: FakeClock = createFakeClock()): Promise<TestEngine> {
  const test = await openTestEngine(clock);
  closers.push(() => test.remove());
  return test;
}

async function dial(test: TestEngine): Promise<TestProxy> {
  const proxy = await dialAsProxy(test.proxySocket);
  closers.push(() => proxy.close());
  return proxy;
}

/** The next notice that `wanted` accepts. */
function noticed(test: TestEngine, wanted: (notice: EngineNotice) => boolean): Promise<EngineNotice> {
  return new Promise((resolve) => {
    const stop = test.engine.watch((notice) => {
      if (!wanted(notice)) return;
      stop();
      resolve(notice);
    });
  });
}

const isHealth = (kind: string) => (notice: EngineNotice) => notice.kind === "health" && notice.event.kind === kind;
const isAcceptance = (notice: EngineNotice) => notice.kind === "acceptance";

async function withWeb(test: TestEngine): Promise<void> {
  await test.apply({ kind: "service.register", service: "web", hosts: [] });
  await test.apply({ kind: "version.register", service: "web", version: "1.0.0", requirements: {} });
  await test.apply({ kind: "version.register", service: "web", version: "1.1.0", requirements: {} });
  await test.apply(staticInstance("web", "1.0.0", 9_000));
  await test.apply(staticInstance("web", "1.1.0", 9_001));
}

function webState(test: TestEngine) {
  const service = test.engine.state().services.get(serviceName("web"));
  if (service === undefined) throw new Error("web is not registered");
  return service;
}

function shiftTo(test: TestEngine, weights: Readonly<Record<string, number>>, options = {}) {
  return test.engine.execute(command({ kind: "split.set", service: "web", rev: webState(test).rev, weights }), TEST_AUTHOR, options);
}

function batch(seq: number, more: Partial<TelemetryBatch> = {}): TelemetryBatch {
  return { proxyId: "node-a", bootId: "boot-1", seq, atMs: Date.UTC(2026, 0, 1), edges: [], instances: [], codes: {}, ...more };
}

/** `requests` answers of web 1.0.0 to the outside, `failed` of them 500. */
function traffic(seq: number, requests: number, failed = 0, splitEpoch: number | null = null): TelemetryBatch {
  const edge = {
    caller: { service: "ingress", version: null },
    callee: { service: "web", version: "1.0.0" },
    splitEpoch,
    statusClasses: [0, requests - failed, 0, 0, failed],
    aborted: 0,
    failed,
    retries: 0,
    bytesIn: 0,
    bytesOut: 0,
    latencyUsSum: requests * 1_000,
    latency: [100, requests],
  } as const;
  return batch(seq, { edges: [edge] });
}

describe("commands", () => {
  test("a change is in the log, in the state and on the watch, and survives a restart", async () => {
    const first = await openTestEngine(createFakeClock());
    await withWeb(first);
    const told = noticed(first, (notice) => notice.kind === "change");
    const applied = await shiftTo(first, { "1.0.0": 9_000, "1.1.0": 1_000 });
    expect(applied).toMatchObject({ ok: true, value: { dryRun: false, change: { kind: "split.set", author: "anna", undoable: true } } });
    expect(await told).toMatchObject({ change: { after: { "1.0.0": 9_000, "1.1.0": 1_000 } } });
    const state = first.engine.state();
    const second = await first.reopen();
    closers.push(() => second.remove());
    expect(second.engine.state()).toEqual(state);
    expect(second.engine.changes({ limit: 1 })).toMatchObject([{ kind: "split.set" }]);
  });

  test("a dry run writes nothing", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const before = engine.engine.state();
    const dry = await shiftTo(engine, { "1.1.0": 10_000 }, { dryRun: true });
    expect(dry).toMatchObject({ ok: true, value: { dryRun: true, snapshotVersion: null, change: { after: { "1.1.0": 10_000 } } } });
    expect(engine.engine.state()).toBe(before);
    expect(engine.engine.changesAfter(before.seq, 10)).toEqual([]);
  });

  test("an identical split is no change", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    expect(await shiftTo(engine, { "1.0.0": 10_000, "1.1.0": 0 })).toMatchObject({
      ok: true,
      value: { change: null, snapshotVersion: null },
    });
  });

  test("of many authors with one rev exactly one succeeds", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const { rev } = webState(engine);
    const weights = (share: number) => ({ "1.0.0": 10_000 - share, "1.1.0": share });
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((share) =>
        engine.engine.execute(command({ kind: "split.set", service: "web", rev, weights: weights(share) }), TEST_AUTHOR),
      ),
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, false]);
    expect(outcomes[1]).toMatchObject({
      error: { code: "precondition.failed", current: { rev: rev + 1, state: { weights: weights(1) } } },
    });
  });

  test("a change stops being undoable once a later one touched the same", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    await shiftTo(engine, { "1.1.0": 10_000 });
    await shiftTo(engine, { "1.0.0": 10_000 });
    expect(engine.engine.changes({ limit: 2, service: "web" }).map(({ undoable }) => undoable)).toEqual([true, false]);
  });

  test("a key is remembered with the change that was made under it", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    expect(engine.engine.recall("key", "hash")).toBeUndefined();
    const applied = await shiftTo(engine, { "1.1.0": 10_000 }, { idempotency: { key: "key", requestHash: "hash" } });
    engine.engine.remember("key", { status: 200, headers: {}, body: "{}" });
    const changeId = applied.ok ? applied.value.change?.id : undefined;
    expect(engine.engine.recall("key", "hash")).toMatchObject({ changeId, response: { status: 200 } });
  });

  test("can-i-shift answers with the pair and its exposure, and needs no instance", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    await engine.apply({ kind: "service.register", service: "shop", hosts: [] });
    await engine.apply({ kind: "version.register", service: "shop", version: "1.0.0", requirements: { web: "~1.0.0" } });
    await engine.apply({ kind: "version.register", service: "web", version: "1.2.0", requirements: {} });
    const asked = engine.engine.canIShift([{ service: "web", weights: { "1.2.0": 10_000 } }]);
    expect(asked).toMatchObject({ ok: true, value: { verdict: "incompatible", reasons: [{ provider: { version: "1.2.0" } }] } });
    expect(engine.engine.canIShift([{ service: "web", weights: { "1.0.0": 10_000 } }])).toMatchObject({
      ok: true,
      value: { verdict: "compatible", reasons: [] },
    });
    expect(engine.engine.canIShift([{ service: "nope", weights: {} }])).toMatchObject({
      ok: false,
      error: { problems: [{ path: "changes.0.service" }] },
    });
  });
});

describe("proxies", () => {
  test("receive the whole snapshot after hello, then deltas, and count as accepting what they acknowledged", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    const { snapshot } = await proxy.next("snapshot");
    expect(snapshot.services["web"]).toMatchObject({ weights: { "1.0.0": 10_000 }, endpoints: [{ port: 9_000 }, { port: 9_001 }] });
    expect(engine.engine.ready()).toBe(false);
    const acked = noticed(engine, isAcceptance);
    proxy.send({ kind: "ack", version: snapshot.version });
    await acked;
    expect(engine.engine.ready()).toBe(true);

    const applied = await shiftTo(engine, { "1.1.0": 10_000 });
    const version = applied.ok ? (applied.value.snapshotVersion ?? 0) : 0;
    const { delta } = await proxy.next("delta");
    expect(delta).toMatchObject({ base: snapshot.version, version, removed: [], upserts: [{ name: "web", weights: { "1.1.0": 10_000 } }] });
    const { rev } = webState(engine);
    expect(engine.engine.split(serviceName("web"))?.accepted).toEqual({ rev, acknowledged: 0, proxies: 1 });
    const accepted = engine.engine.accepted(version, 500);
    proxy.send({ kind: "ack", version });
    expect(await accepted).toBe(true);
    expect(engine.engine.split(serviceName("web"))?.accepted).toEqual({ rev, acknowledged: 1, proxies: 1 });
    expect(engine.engine.mesh().proxies).toMatchObject([{ id: "node-a", connected: true, snapshotVersion: version, nack: null }]);
  });

  test("that do not acknowledge in time leave a change not accepted", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    const accepted = engine.engine.accepted(1_000_000, 500);
    clock.advance(500);
    expect(await accepted).toBe(false);
  });

  test("that are not on a delta's base get the whole snapshot", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    await shiftTo(engine, { "1.1.0": 10_000 });
    const { delta } = await proxy.next("delta");
    proxy.send({ kind: "nack", version: delta.version, code: "snapshot.base-mismatch", detail: "I am at 0" });
    const { snapshot } = await proxy.next("snapshot");
    expect(snapshot.version).toBe(delta.version);
    expect(engine.engine.mesh().proxies).toMatchObject([{ nack: null }]);
  });

  test("that refuse a snapshot are shown with the reason, and get a whole one next", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    const { snapshot } = await proxy.next("snapshot");
    const told = noticed(engine, isHealth("proxy-nack"));
    proxy.send({ kind: "nack", version: snapshot.version, code: "snapshot.invalid", detail: "no" });
    await told;
    expect(engine.engine.mesh().proxies).toMatchObject([{ nack: { version: snapshot.version, code: "snapshot.invalid" } }]);
    await shiftTo(engine, { "1.1.0": 10_000 });
    expect((await proxy.next("snapshot")).snapshot.version).toBeGreaterThan(snapshot.version);
  });

  test("with a newer snapshot than the engine knows get one above it", async () => {
    const engine = await openEngine();
    const proxy = await dial(engine);
    proxy.hello({ snapshotVersion: 50_000 });
    expect((await proxy.next("snapshot")).snapshot.version).toBeGreaterThan(50_000);
    expect(proxy.waiting).toEqual([]);
  });

  test("see snapshot versions grow across a restart of the engine", async () => {
    const first = await openTestEngine(createFakeClock());
    await withWeb(first);
    const before = await shiftTo(first, { "1.1.0": 10_000 });
    const second = await first.reopen();
    closers.push(() => second.remove());
    const proxy = await dial(second);
    proxy.hello();
    const { snapshot } = await proxy.next("snapshot");
    expect(snapshot.version).toBeGreaterThan(before.ok ? (before.value.snapshotVersion ?? 0) : 0);
    expect(snapshot.services["web"]?.weights).toEqual({ "1.1.0": 10_000 });
  });

  test("that go away are reported, and their acceptance is not counted", async () => {
    const engine = await openEngine();
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    const told = noticed(engine, isHealth("proxy-lost"));
    await proxy.close();
    await told;
    expect(engine.engine.mesh()).toMatchObject({
      proxies: [{ connected: false }],
      health: { state: "unknown", degraded: ["proxy node-a"] },
    });
  });

  test("that do not speak the protocol are cut off", async () => {
    const engine = await openEngine();
    const proxy = await dial(engine);
    proxy.send({ kind: "ack", version: 1 });
    await once(proxy.socket, "close");
    expect(engine.engine.mesh().proxies).toEqual([]);
  });

  test("have each batch counted once, and acknowledged each time", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    for (const seq of [1, 1, 2]) {
      proxy.send({ kind: "telemetry", batch: traffic(seq, 10) });
      expect(await proxy.next("telemetry-ack")).toEqual({ kind: "telemetry-ack", bootId: "boot-1", seq });
    }
    const { edges } = engine.engine.topology();
    expect(edges).toMatchObject([
      { from: { service: "ingress", version: null }, to: { service: "web", version: "1.0.0" }, requests: 20, verdict: "compatible" },
    ]);
  });

  test("tell where an instance finds its outbound proxy", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    const told = noticed(engine, (notice) => notice.kind === "instances");
    const [instance] = engine.engine.instances();
    proxy.send({ kind: "listeners", outbound: [{ instance: (instance?.id ?? "") as never, address: "127.0.0.1", port: 7_000 }] });
    await told;
    expect(engine.engine.instances().map(({ outbound }) => outbound)).toEqual([{ address: "127.0.0.1", port: 7_000 }, null]);
  });
});

describe("leases", () => {
  const lease = { version: versionName("1.1.0"), address: "127.0.0.1", port: 9_100, ttlMs: 3_000 };

  test("join at once and then at most every 100 ms, while a shift is never held back", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    for (const port of [1, 2, 3]) engine.engine.registerLease(serviceName("web"), { ...lease, port });
    expect((await proxy.next("delta")).delta.upserts[0]?.endpoints).toHaveLength(3);
    clock.advance(100);
    expect((await proxy.next("delta")).delta.upserts[0]?.endpoints).toHaveLength(5);
    engine.engine.registerLease(serviceName("web"), { ...lease, port: 4 });
    await shiftTo(engine, { "1.1.0": 10_000 });
    const { delta } = await proxy.next("delta");
    expect(delta.upserts[0]).toMatchObject({ weights: { "1.1.0": 10_000 } });
    expect(delta.upserts[0]?.endpoints).toHaveLength(6);
  });

  test("make their version ready, expire without heartbeats, and say so", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    await engine.apply({ kind: "service.register", service: "web", hosts: [] });
    await engine.apply({ kind: "version.register", service: "web", version: "1.0.0", requirements: {} });
    await engine.apply({ kind: "version.register", service: "web", version: "1.1.0", requirements: {} });
    expect(await shiftTo(engine, { "1.1.0": 10_000 })).toMatchObject({ ok: false, error: { code: "split.no-ready-instance" } });
    const joined = engine.engine.registerLease(serviceName("web"), lease);
    const id = joined.ok ? joined.value.id : "";
    expect(engine.engine.heartbeat(id)).toMatchObject({
      ok: true,
      value: { kind: "lease", health: "ready", ttlMs: 3_000, expiresInMs: 3_000 },
    });
    expect(await shiftTo(engine, { "1.1.0": 10_000 })).toMatchObject({ ok: true });
    const told = noticed(engine, isHealth("lease-expired"));
    for (let ms = 0; ms < 6_000; ms += 250) clock.advance(250);
    expect(await told).toMatchObject({ event: { subject: id } });
    expect(engine.engine.instances()).toEqual([]);
    expect(engine.engine.heartbeat(id)).toMatchObject({ ok: false, error: { code: "instance.unknown" } });
  });

  test("are refused like any registration, all problems at once", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const refused = engine.engine.registerLease(serviceName("web"), { ...lease, version: versionName("9.0.0"), port: 9_000, ttlMs: 5 });
    expect(refused).toMatchObject({
      ok: false,
      error: {
        problems: [{ code: "version.unknown" }, { code: "instance.exists", path: "address" }, { code: "input.invalid", path: "ttlMs" }],
      },
    });
    const [statics] = engine.engine.instances();
    expect(engine.engine.heartbeat(statics?.id ?? "")).toMatchObject({ ok: false, error: { code: "instance.static" } });
  });

  test("hold their version in place", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    engine.engine.registerLease(serviceName("web"), lease);
    const removal = command({ kind: "service.remove", service: "web", rev: webState(engine).rev });
    expect(await engine.engine.execute(removal, TEST_AUTHOR)).toMatchObject({ ok: false, error: { code: "version.has-instances" } });
  });

  test("survive a restart of the engine", async () => {
    const first = await openTestEngine(createFakeClock());
    await withWeb(first);
    const joined = first.engine.registerLease(serviceName("web"), lease);
    const second = await first.reopen();
    closers.push(() => second.remove());
    expect(second.engine.instances().map(({ id }) => id)).toContain(joined.ok ? joined.value.id : "");
  });
});

describe("views", () => {
  test("the observed split counts only requests of its epoch, with an interval around each share", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    proxy.send({ kind: "telemetry", batch: traffic(1, 50, 0, webState(engine).splitEpoch) });
    proxy.send({ kind: "telemetry", batch: traffic(2, 70, 0, null) });
    await proxy.next("telemetry-ack");
    await proxy.next("telemetry-ack");
    const observed = engine.engine.split(serviceName("web"))?.observed;
    expect(observed).toMatchObject({ requests: 50, versions: { "1.0.0": { requests: 50, share: 1, high: 1 } } });
    await shiftTo(engine, { "1.1.0": 10_000 });
    expect(engine.engine.split(serviceName("web"))?.observed).toMatchObject({
      requests: 0,
      versions: { "1.1.0": { requests: 0, share: null } },
    });
  });

  test("a service with clear errors is degraded", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    proxy.send({ kind: "telemetry", batch: traffic(1, 200, 20) });
    await proxy.next("telemetry-ack");
    expect(engine.engine.mesh()).toMatchObject({
      health: { state: "degraded", degraded: ["web"] },
      errorRate: 0.1,
      instances: { total: 2, ready: 2 },
    });
  });

  test("an instance that only refuses connections is failing, and takes no new weight", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    const target = engine.engine.instances().find(({ version }) => version === "1.1.0");
    proxy.send({
      kind: "telemetry",
      batch: batch(1, { instances: [{ instance: target?.id ?? "", requests: 0, failed: 0, connectFailures: 3 }] }),
    });
    await proxy.next("telemetry-ack");
    expect(engine.engine.instances().map(({ health }) => health)).toEqual(["ready", "failing"]);
    expect(await shiftTo(engine, { "1.1.0": 10_000 })).toMatchObject({ ok: false, error: { code: "split.no-ready-instance" } });
  });

  test("discovery leaves out what the caller must not meet", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    await engine.apply({ kind: "service.register", service: "shop", hosts: [] });
    await engine.apply({ kind: "version.register", service: "shop", version: "1.0.0", requirements: { web: "~1.0.0" } });
    const found = (query: object) => {
      const discovered = engine.engine.discover({ service: "web", ...query });
      return discovered.ok ? discovered.value.map(({ version, verdict }) => [version, verdict]) : discovered.error.code;
    };
    expect(found({})).toEqual([
      ["1.0.0", null],
      ["1.1.0", null],
    ]);
    expect(found({ range: "^1.1.0" })).toEqual([["1.1.0", null]]);
    expect(found({ caller: { service: "shop", version: "1.0.0" } })).toEqual([["1.0.0", "compatible"]]);
    expect(found({ range: "nonsense!" })).toBe("range.invalid");
    expect(found({ caller: { service: "ghost", version: "1.0.0" } })).toBe("service.unknown");
  });

  test("a data folder over its limit is reported once", async () => {
    const clock = createFakeClock();
    const engine = await openTestEngine(clock, { dataLimitBytes: 1 });
    closers.push(() => engine.remove());
    clock.advance(20_000);
    expect(engine.engine.healthEvents().filter(({ subject }) => subject === "data folder")).toHaveLength(1);
    expect(engine.engine.mesh().data.limitBytes).toBe(1);
  });
});
