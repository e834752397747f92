import { afterEach, describe, expect, test } from "vitest";
import type { EdgeDelta } from "../model/index.ts";
import { command, createFakeClock, openTestEngine, serviceName, TEST_AUTHOR } from "../testing/index.ts";
import { batch, closeAll, closers, dial, noticed, openEngine, shiftTo, traffic, webState, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

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

  test("the observed window starts with the change of the split, whenever the first request came", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    proxy.send({ kind: "telemetry", batch: traffic(1, 50) });
    await proxy.next("telemetry-ack");
    clock.advance(60_000);
    await shiftTo(engine, { "1.1.0": 10_000 });
    const observed = () => engine.engine.split(serviceName("web"))?.observed;
    expect(observed()).toMatchObject({ windowMs: 0, requests: 0 });
    clock.advance(7_000);
    expect(observed()).toMatchObject({ windowMs: 7_000, requests: 0 });
    const { splitEpoch } = webState(engine);
    proxy.send({ kind: "telemetry", batch: { ...traffic(2, 20, 0, splitEpoch), atMs: clock.wallMs() } });
    await proxy.next("telemetry-ack");
    expect(observed()).toMatchObject({ windowMs: 7_000, requests: 20 });
    clock.advance(400_000);
    expect(observed()).toMatchObject({ windowMs: 300_000, requests: 0 });
  });

  test("a step of a series is shown once it has been reported to its end", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    proxy.send({ kind: "telemetry", batch: { ...traffic(1, 50), atMs: clock.wallMs() } });
    await proxy.next("telemetry-ack");
    const from = clock.wallMs() - 2_000;
    const series = () => engine.engine.series({ metric: "rps", service: "web", fromMs: from, toMs: from + 10_000, stepMs: 2_000 });
    clock.advance(999);
    expect(series()).toEqual([]);
    clock.advance(1);
    expect(series()).toEqual([[from, 25, 50]]);
  });

  test("a service of which one version fails is degraded, however few requests go there", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    const canary = { ...traffic(1, 30, 3).edges[0], callee: { service: "web", version: "1.1.0" } } as EdgeDelta;
    const { edges } = traffic(1, 1_000, 1);
    proxy.send({ kind: "telemetry", batch: batch(1, { edges }) });
    await proxy.next("telemetry-ack");
    expect(engine.engine.mesh().health).toEqual({ state: "healthy", degraded: [] });
    proxy.send({ kind: "telemetry", batch: batch(2, { edges: [canary] }) });
    await proxy.next("telemetry-ack");
    expect(engine.engine.mesh().health).toEqual({ state: "degraded", degraded: ["web"] });
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
