import type http from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { TrafficPolicy } from "../../model/index.ts";
import { createFakeClock } from "../../testing/index.ts";
import { snapshotWith, tally } from "../test-mesh.fixture.ts";
import { ask, type HealthMesh, openHealthMesh, type Placed } from "./health-mesh.fixture.ts";

let bed: HealthMesh;

afterEach(() => bed.close());

const placesOf = ({ instances }: HealthMesh, zones: readonly string[] = []): Placed[] =>
  instances.map((instance, index) => ({ instance, endpoint: zones[index] === undefined ? {} : { zone: zones[index] } }));

describe("the balancer of the policy", () => {
  test("roundRobin takes turns, and goes on with them after a snapshot that keeps the instances", async () => {
    bed = await openHealthMesh(3, { loadBalancing: { kind: "roundRobin" } });
    const turns: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn++) turns.push((await bed.ask()).instance);
    bed.apply(placesOf(bed), { loadBalancing: { kind: "roundRobin" } });
    for (let turn = 0; turn < 5; turn++) turns.push((await bed.ask()).instance);
    expect(new Set(turns.slice(0, 3)).size).toBe(3);
    expect(turns.slice(3, 6)).toEqual(turns.slice(0, 3));
    expect(turns.slice(6, 9)).toEqual(turns.slice(0, 3));
  });

  test("weighted follows the weights of the instances", async () => {
    bed = await openHealthMesh(2);
    const [light, heavy] = bed.instances as [HealthMesh["instances"][0], HealthMesh["instances"][0]];
    bed.apply([{ instance: light }, { instance: heavy, endpoint: { weight: 3 } }], { loadBalancing: { kind: "weighted" } });
    expect(await bed.shares(40)).toEqual({ i0: 10, i1: 30 });
  });

  test.each<[string, TrafficPolicy, (key: string) => http.RequestOptions]>([
    [
      "header",
      { loadBalancing: { kind: "ringHash", hashOn: { kind: "header", name: "X-User" } } },
      (key) => ({ headers: { "x-user": key } }),
    ],
    [
      "cookie",
      { loadBalancing: { kind: "maglev", hashOn: { kind: "cookie", name: "sid" } } },
      (key) => ({ headers: { cookie: `a=b; sid=${key}` } }),
    ],
    ["query", { loadBalancing: { kind: "ringHash", hashOn: { kind: "query", name: "user" } } }, (key) => ({ path: `/?user=${key}` })],
  ])("keeps a key at its instance, by %s, over snapshots, and spreads keys", async (_, policy, request) => {
    bed = await openHealthMesh(4, policy);
    const keys = Array.from({ length: 40 }, (_unused, index) => `user-${index}`);
    const ofKey = async (key: string) => (await bed.ask(request(key))).instance;
    const first = [];
    for (const key of keys) first.push(await ofKey(key));
    bed.apply(placesOf(bed), policy);
    const second = [];
    for (const key of keys) second.push(await ofKey(key));
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(4);
  });

  test("keeps one caller's address at one instance by default", async () => {
    bed = await openHealthMesh(4, { loadBalancing: { kind: "ringHash" } });
    expect(Object.values(await bed.shares(20))).toEqual([20]);
  });

  test("tells instances that call apart, though all have the loopback address", async () => {
    bed = await openHealthMesh(4, { loadBalancing: { kind: "ringHash" } });
    const met = [];
    for (const { port } of bed.mesh.proxy.outbound) {
      const first = (await ask(port)).instance;
      expect((await ask(port)).instance).toBe(first);
      met.push(first);
    }
    expect(new Set(met).size).toBeGreaterThan(1);
  });

  test("peakEwma gives an instance that answers 200 ms late at most a tenth of the requests (RELIABILITY 23)", async () => {
    bed = await openHealthMesh(4, { loadBalancing: { kind: "peakEwma" } });
    const [slow] = bed.instances;
    if (slow !== undefined) slow.behaviour = { afterMs: 200 };
    await bed.shares(8);
    const before = slow?.requests ?? 0;
    const load = bed.load(4);
    await expect.poll(() => bed.instances.reduce((sum, { requests }) => sum + requests, 0), { timeout: 10_000 }).toBeGreaterThan(400);
    const outcomes = await load.stop();
    expect(((slow?.requests ?? 0) - before) / outcomes.length).toBeLessThan(0.1);
  });
});

describe("an instance that is new", () => {
  test("gets a tenth of its share at first, and all of it once it is warm (RELIABILITY 23)", async () => {
    const clock = createFakeClock();
    bed = await openHealthMesh(2, {}, { clock });
    const [old, fresh] = bed.instances as [HealthMesh["instances"][0], HealthMesh["instances"][0]];
    const policy = { loadBalancing: { kind: "random" }, slowStartMs: 10_000 } as const;
    bed.apply([{ instance: old }], policy);
    bed.apply([{ instance: old }, { instance: fresh, endpoint: { sinceMs: clock.wallMs() } }], policy);
    const cold = await bed.shares(300);
    clock.advance(11_000);
    const warm = await bed.shares(300);
    expect(cold["i1"] ?? 0).toBeLessThan(70);
    expect(warm["i1"]).toBeGreaterThan(110);
  });
});

describe("priorities", () => {
  const FAST: TrafficPolicy = { outlierDetection: { consecutive5xx: 1, maxEjectionPercent: 100, baseEjectionMs: 5_000 }, slowStartMs: 0 };

  test("requests stay in the proxy's zone while half of it is healthy, spill over beyond, and come back (RELIABILITY 21)", async () => {
    const clock = createFakeClock();
    bed = await openHealthMesh(5, {}, { clock, zone: "z1" });
    const policy: TrafficPolicy = { ...FAST, loadBalancing: { zonePreference: true, kind: "roundRobin" } };
    bed.apply(placesOf(bed, ["z1", "z1", "z1", "z1", "z2"]), policy);
    expect((await bed.shares(40))["i4"]).toBeUndefined();
    const fail = async (names: readonly string[]) => {
      for (const instance of bed.instances) instance.behaviour = names.includes(instance.name) ? 500 : 200;
      await bed.shares(20);
    };
    await fail(["i0", "i1"]);
    expect(await bed.shares(40)).toEqual({ i2: 20, i3: 20 });
    clock.advance(6_000);
    await fail(["i0", "i1", "i2"]);
    const spilled = await bed.shares(200);
    expect(spilled["i4"]).toBeGreaterThan(60);
    expect(spilled["i4"]).toBeLessThan(140);
    clock.advance(6_000);
    await fail(["i0", "i1", "i2", "i3"]);
    expect(await bed.shares(20)).toEqual({ i4: 20 });
    clock.advance(6_000);
    await fail([]);
    expect((await bed.shares(40))["i4"]).toBeUndefined();
    clock.advance(1_000);
    const kinds = bed.events.map(({ kind }) => kind);
    expect(kinds).toContain("failover");
    expect(tally(bed.mesh.proxy).requests).toBeGreaterThan(0);
  });

  test("requests fail over to another version, and count there, as failovers", async () => {
    bed = await openHealthMesh(2);
    const [first, second] = bed.instances as [HealthMesh["instances"][0], HealthMesh["instances"][0]];
    const policy: TrafficPolicy = { ...FAST, failover: [{ kind: "version", version: "2.0.0" }] };
    const places = [{ instance: first }, { instance: second, version: "2.0.0" }];
    bed.apply(places, policy, { weights: { a: { "1.0.0": 10_000 } } });
    expect(await bed.shares(10)).toEqual({ i0: 10 });
    first.behaviour = 503;
    await bed.ask();
    expect(await bed.shares(10)).toEqual({ i1: 10 });
    const batch = bed.mesh.proxy.recorder.closeBatch();
    const counts = batch.edges.map(({ callee, failovers, statusClasses }) => [
      callee.version,
      failovers,
      statusClasses[1],
      statusClasses[4],
    ]);
    expect(counts.sort()).toEqual([
      ["1.0.0", 0, 10, 1],
      ["2.0.0", 10, 10, 0],
    ]);
  });

  test("three that die one by one hand over gently to the one behind them, fail nothing, and take all back (RELIABILITY 21)", async () => {
    const clock = createFakeClock();
    bed = await openHealthMesh(4, {}, { clock });
    const policy: TrafficPolicy = {
      loadBalancing: { kind: "roundRobin" },
      failover: [{ kind: "version", version: "2.0.0" }],
      outlierDetection: { consecutiveGatewayFailures: 0 },
    };
    const places = bed.instances.map((instance, index) => ({ instance, version: index < 3 ? "1.0.0" : "2.0.0" }));
    bed.apply(places, policy, { weights: { a: { "1.0.0": 10_000 } } });
    const isAnswered = (shares: Readonly<Record<string, number>>) => Object.keys(shares).every((key) => key.startsWith("i"));
    const behind: number[] = [];
    const step = async (change: () => Promise<void>) => {
      await change();
      clock.advance(2_500);
      expect(isAnswered(await bed.shares(12))).toBe(true);
      behind.push((await bed.shares(120))["i3"] ?? 0);
    };
    for (const index of [0, 1, 2]) await step(async () => bed.instances[index]?.die());
    for (const index of [2, 1, 0]) await step(async () => bed.instances[index]?.revive());
    const [one, two, three, twoAgain, oneAgain, none] = behind as [number, number, number, number, number, number];
    expect([one, three, oneAgain, none]).toEqual([0, 120, 0, 0]);
    for (const share of [two, twoAgain]) expect(Math.abs(share / 120 - 1 / 3)).toBeLessThan(0.15);
  });

  test("requests never fail over to a version that their caller does not work with", async () => {
    bed = await openHealthMesh(3);
    const [first, second, caller] = bed.instances as [HealthMesh["instances"][0], HealthMesh["instances"][0], HealthMesh["instances"][0]];
    const instances = [
      { service: "a", version: "1.0.0", port: first.port },
      { service: "a", version: "2.0.0", port: second.port },
      { service: "web", version: "3.0.0", port: caller.port },
    ];
    const sketch = {
      weights: { a: { "1.0.0": 10_000 } },
      policies: { a: { ...FAST, failover: [{ kind: "version", version: "2.0.0" }] } as TrafficPolicy },
      incompatible: { a: { "web@3.0.0": ["2.0.0"] } },
    };
    expect(bed.mesh.proxy.applySnapshot(snapshotWith(instances, { version: 50, ...sketch })).ok).toBe(true);
    await bed.mesh.proxy.settled();
    const { outbound } = bed.mesh.proxy;
    const port = outbound.find(({ instance }) => instance.startsWith("web"))?.port ?? 0;
    first.behaviour = 500;
    for (let round = 0; round < 5; round++) expect((await ask(port)).instance).toBe("i0");
    expect(second.requests).toBe(0);
    await bed.ask();
    expect((await bed.ask()).instance).toBe("i1");
  });
});
