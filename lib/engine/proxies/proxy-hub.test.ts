import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { createFakeClock, openTestEngine, serviceName, versionName } from "../../testing/index.ts";
import {
  closeAll,
  closers,
  dial,
  isAcceptance,
  isHealth,
  noticed,
  openEngine,
  shiftTo,
  traffic,
  webState,
  withWeb,
} from "../test-engine.fixture.ts";

afterEach(closeAll);

describe("proxies", () => {
  test("that were taken over hand in their last figures beside their successor, which stays the proxy", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const [successor, old] = [await dial(engine), await dial(engine)];
    successor.hello({ bootId: "boot-2" });
    const { snapshot } = await successor.next("snapshot");
    const acked = noticed(engine, isAcceptance);
    successor.send({ kind: "ack", version: snapshot.version });
    await acked;
    old.hello({ retiring: true, snapshotVersion: 1 });
    old.send({ kind: "listeners", outbound: [], inbound: [] });
    old.send({ kind: "telemetry", batch: traffic(1, 10) });
    expect(await old.next("telemetry-ack")).toMatchObject({ bootId: "boot-1", seq: 1 });
    await old.close();
    expect(engine.engine.topology().edges).toMatchObject([{ requests: 10 }]);
    expect(engine.engine.mesh().proxies).toMatchObject([{ id: "node-a", connected: true, snapshotVersion: snapshot.version }]);
    expect(engine.engine.ready()).toBe(true);
  });

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
    expect(proxy.waiting.map(({ kind }) => kind)).toEqual(["trust"]);
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

  test("see a service that was removed and registered anew as a new one, and no lease that ran out meanwhile", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    await withWeb(engine);
    await engine.apply({ kind: "service.register", service: "jobs", hosts: [] });
    await engine.apply({ kind: "version.register", service: "jobs", version: "1.0.0", requirements: {} });
    const lease = { version: versionName("1.0.0"), address: "127.0.0.1", port: 9_100, ttlMs: 1_000 };
    expect(engine.engine.registerLease(serviceName("jobs"), lease)).toMatchObject({ ok: true });
    const proxy = await dial(engine);
    proxy.hello();
    const { snapshot } = await proxy.next("snapshot");
    expect(snapshot.services["jobs"]?.endpoints).toHaveLength(1);

    const old = webState(engine);
    await engine.apply({ kind: "service.remove", service: "web", rev: old.rev });
    expect((await proxy.next("delta")).delta).toMatchObject({ upserts: [], removed: ["web"] });
    await engine.apply({ kind: "service.register", service: "web", hosts: [] });
    const { delta } = await proxy.next("delta");
    expect(delta.upserts).toMatchObject([{ name: "web", weights: {}, rules: [], endpoints: [] }]);
    expect(delta.upserts[0]?.rev).toBeGreaterThan(old.rev);
    expect(delta.upserts[0]?.splitEpoch).toBeGreaterThan(old.splitEpoch);

    const told = noticed(engine, isHealth("proxy-lost"));
    await proxy.close();
    await told;
    clock.advance(2_000);
    const again = await dial(engine);
    again.hello({ snapshotVersion: delta.version });
    const { snapshot: whole } = await again.next("snapshot");
    expect(whole.version).toBeGreaterThan(delta.version);
    expect(Object.values(whole.services).flatMap(({ endpoints }) => endpoints)).toEqual([]);
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
    proxy.send({
      kind: "listeners",
      outbound: [{ instance: (instance?.id ?? "") as never, address: "127.0.0.1", port: 7_000 }],
      inbound: [],
    });
    await told;
    expect(engine.engine.instances().map(({ outbound }) => outbound)).toEqual([{ address: "127.0.0.1", port: 7_000 }, null]);
  });
});
