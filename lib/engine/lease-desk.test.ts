import { afterEach, describe, expect, test } from "vitest";
import { command, createFakeClock, openTestEngine, serviceName, TEST_AUTHOR, versionName } from "../testing/index.ts";
import { closeAll, closers, dial, isHealth, noticed, openEngine, shiftTo, webState, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

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

  test("stand by with their proxy and without requests until a heartbeat puts them in, and over a restart", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    const joined = engine.engine.registerLease(serviceName("web"), { ...lease, standby: true });
    const id = joined.ok ? joined.value.id : "";
    const told = async () => (await proxy.next("delta")).delta.upserts[0]?.endpoints.find((endpoint) => endpoint.id === id);
    expect(engine.engine.heartbeat(id)).toMatchObject({ ok: true, value: { health: "standby" } });
    expect(await told()).toMatchObject({ standby: true });
    expect(engine.engine.heartbeat(id, false)).toMatchObject({ ok: true, value: { health: "ready" } });
    clock.advance(100);
    expect(await told()).not.toHaveProperty("standby");
    engine.engine.heartbeat(id, true);
    const again = await engine.reopen();
    closers.push(() => again.engine.close());
    expect(again.engine.heartbeat(id)).toMatchObject({ ok: true, value: { health: "standby" } });
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

  test("have a port of this machine for themselves, whatever service another one is of and whichever node it names", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    await engine.apply({ kind: "service.register", service: "pay", hosts: [] });
    await engine.apply({ kind: "version.register", service: "pay", version: "1.1.0", requirements: {} });
    const join = (service: string, more: object) => engine.engine.registerLease(serviceName(service), { ...lease, port: 20_007, ...more });
    expect(join("web", { node: "node-a" }).ok).toBe(true);
    for (const node of ["node-a", "node-b"]) {
      const refused = join("pay", { node });
      expect(refused).toMatchObject({
        ok: false,
        error: { code: "instance.exists", detail: expect.stringContaining("of web is registered") },
      });
    }
    expect([join("pay", { node: "node-a", port: 20_008 }).ok, join("pay", {}).ok]).toEqual([true, true]);
    // Addresses of other machines are their owners'.
    expect([join("web", { node: "c", address: "10.0.0.7" }).ok, join("pay", { node: "d", address: "10.0.0.7" }).ok]).toEqual([true, true]);
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
