import { afterEach, describe, expect, test } from "vitest";
import type { InstanceHealthEvent, TapEntry } from "../model/index.ts";
import { createFakeClock, parseExposition } from "../testing/index.ts";
import { TAPS_MAX } from "./tap-desk.ts";
import { closeAll, dial, isHealth, noticed, openEngine, shiftTo, traffic, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

const entry: TapEntry = {
  atMs: 1,
  proxy: "node-a",
  side: "caller",
  caller: { service: "ingress", version: null },
  callee: { service: "web", version: "1.0.0" },
  instance: "web-1.0.0-9000",
  method: "GET",
  host: "web.mesh",
  path: "/",
  status: 200,
  code: null,
  rule: null,
  durationMs: 1,
  bytesIn: 1,
  bytesOut: 1,
  attempts: 1,
  encrypted: false,
  mirror: false,
  traceId: null,
};

const ejected: InstanceHealthEvent = {
  kind: "instance-ejected",
  atMs: Date.UTC(2026, 0, 1),
  service: "web",
  version: "1.0.0",
  instance: "web-1.0.0-9000",
  reason: "Five answers in a row failed.",
  untilMs: Date.UTC(2030, 0, 1),
};

describe("a tap", () => {
  test("is started on proxies that are there and on those that come, and stopped when nobody watches", async () => {
    const engine = await openEngine();
    const early = await dial(engine);
    early.hello();
    await early.next("snapshot");
    const seen: TapEntry[] = [];
    let got: () => void = () => {};
    const came = new Promise<void>((resolve) => {
      got = resolve;
    });
    const stop = engine.engine.tap({ service: "web" }, (entries) => {
      seen.push(...entries);
      got();
    });
    const start = await early.next("tap-start");
    expect(start.filter).toEqual({ service: "web" });
    const late = await dial(engine);
    late.hello({ proxyId: "node-b" });
    expect((await late.next("tap-start")).tapId).toBe(start.tapId);
    late.send({ kind: "tap", tapId: start.tapId, entries: [entry], dropped: 0 });
    await came;
    expect(seen).toEqual([entry]);
    stop?.();
    expect((await early.next("tap-stop")).tapId).toBe(start.tapId);
    expect((await late.next("tap-stop")).tapId).toBe(start.tapId);
  });

  test("is refused beyond the limit, and has room again after one ended", async () => {
    const { engine } = await openEngine();
    const stops = Array.from({ length: TAPS_MAX }, () => engine.tap({}, () => {}));
    expect(stops.every((stop) => stop !== null)).toBe(true);
    expect(engine.tap({}, () => {})).toBeNull();
    stops[0]?.();
    expect(engine.tap({}, () => {})).not.toBeNull();
  });
});

describe("what proxies decide about instances", () => {
  test("is an event with sentence and reason, shown on the instance with its history and in the topology, and counts when traffic is moved there", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    const told = noticed(engine, isHealth("instance-ejected"));
    proxy.send({ kind: "instance-health", events: [ejected] });
    expect(await told).toMatchObject({
      event: {
        subject: "web-1.0.0-9000",
        sentence: "web-1.0.0-9000 was taken out until 00:00:00 at proxy node-a: Five answers in a row failed.",
        reason: "Five answers in a row failed.",
        until: "2030-01-01T00:00:00.000Z",
        service: "web",
        version: "1.0.0",
        proxy: "node-a",
      },
    });
    const [instance] = engine.engine.instances();
    expect(instance).toMatchObject({
      health: "ejected",
      ejectedUntil: "2030-01-01T00:00:00.000Z",
      history: [{ kind: "instance-ejected" }],
    });
    expect(engine.engine.topology().services[0]?.versions[0]).toMatchObject({ instances: 1, ready: 0, ejected: 1 });

    expect(await shiftTo(engine, { "1.0.0": 5_000, "1.1.0": 5_000 })).toMatchObject({ ok: true });
    expect(await shiftTo(engine, { "1.0.0": 6_000, "1.1.0": 4_000 })).toMatchObject({
      ok: false,
      error: { problems: [{ detail: expect.stringContaining("web-1.0.0-9000 is ejected until 2030-01-01T00:00:00.000Z") }] },
    });
    const back = noticed(engine, isHealth("instance-returned"));
    proxy.send({
      kind: "instance-health",
      events: [{ ...ejected, kind: "instance-returned", untilMs: null, reason: "Its time is over." }],
    });
    await back;
    expect(engine.engine.instances()[0]).toMatchObject({ health: "ready", ejectedUntil: null });
    expect(engine.engine.instances()[0]?.history.map(({ kind }) => kind)).toEqual(["instance-returned", "instance-ejected"]);
  });

  test("stands for as long as the proxy that decided it is connected", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    const told = noticed(engine, isHealth("instance-ejected"));
    proxy.send({ kind: "instance-health", events: [ejected] });
    await told;
    const lost = noticed(engine, isHealth("proxy-lost"));
    await proxy.close();
    await lost;
    expect(engine.engine.instances()[0]).toMatchObject({ health: "ready", history: [{ kind: "instance-ejected" }] });
  });

  test("of a kind that nobody knows ends the connection", async () => {
    const engine = await openEngine();
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    const lost = noticed(engine, isHealth("proxy-lost"));
    proxy.send({ kind: "instance-health", events: [{ ...ejected, kind: "instance-sleepy" as "panic" }] });
    expect(await lost).toMatchObject({ event: { sentence: expect.stringContaining("does not speak the protocol") } });
  });
});

describe("the metrics", () => {
  test("are the store's totals exactly, over repeats, proxies and a restart", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const proxy = await dial(engine);
    proxy.hello();
    await proxy.next("snapshot");
    for (const seq of [1, 2, 2, 3]) {
      proxy.send({ kind: "telemetry", batch: traffic(seq, 10 * seq, seq) });
      await proxy.next("telemetry-ack");
    }
    const requests = (text: string) =>
      parseExposition(text)
        .filter(({ name }) => name === "interlock_mesh_requests_total")
        .map(({ labels, value }) => [labels["callee_version"], labels["code_class"], value]);
    const expected = [
      ["1.0.0", "2xx", 54],
      ["1.0.0", "5xx", 6],
    ];
    const before = engine.engine.metrics(undefined);
    expect(requests(before.body)).toEqual(expected);
    expect(parseExposition(before.body)).toContainEqual({ name: "interlock_proxy_connected", labels: { proxy: "node-a" }, value: 1 });
    expect(parseExposition(engine.engine.metrics("application/openmetrics-text").body).length).toBeGreaterThan(20);
    const again = await engine.reopen();
    try {
      expect(requests(again.engine.metrics(undefined).body)).toEqual(expected);
    } finally {
      await again.engine.close();
    }
  });

  test("name the port at which each proxy has its own", async () => {
    const engine = await openEngine(createFakeClock());
    const proxy = await dial(engine);
    proxy.hello({ adminPort: 45_678 });
    await proxy.next("snapshot");
    expect(engine.engine.mesh().proxies).toMatchObject([{ id: "node-a", adminPort: 45_678 }]);
  });
});
