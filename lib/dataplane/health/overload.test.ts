import { afterEach, describe, expect, test } from "vitest";
import type { TrafficPolicy } from "../../model/index.ts";
import { createFakeClock } from "../../testing/index.ts";
import { type HealthMesh, type Outcome, openHealthMesh, type SteeredInstance } from "./health-mesh.fixture.ts";

let bed: HealthMesh;

afterEach(() => bed.close());

const instanceAt = (index: number): SteeredInstance => bed.instances[index] as SteeredInstance;
const codesOf = (outcomes: readonly Outcome[]) => outcomes.map(({ code, status }) => code ?? status);
const askMany = (count: number) => Array.from({ length: count }, () => bed.ask());
const breakers = (limits: TrafficPolicy["circuitBreakers"]): TrafficPolicy => ({ circuitBreakers: limits ?? {} });

describe("the limit on requests", () => {
  test.each([50, 80])(
    "of %i holds under load, what is over it is answered at once, and both are told (RELIABILITY 20)",
    async (maxRequests) => {
      bed = await openHealthMesh(2, breakers({ maxRequests }));
      for (const instance of bed.instances) instance.behaviour = "hang";
      const outcomes = askMany(maxRequests + 40);
      await expect.poll(() => bed.mesh.proxy.recorder.peek().codes["overload.requests"], { timeout: 5_000 }).toBe(40);
      await expect.poll(() => instanceAt(0).underWay + instanceAt(1).underWay).toBe(maxRequests);
      for (const instance of bed.instances) instance.release();
      const codes = codesOf(await Promise.all(outcomes));
      expect(codes.filter((code) => code === 200)).toHaveLength(maxRequests);
      expect(codes.filter((code) => code === "overload.requests")).toHaveLength(40);
      await expect.poll(() => bed.events.map(({ kind }) => kind), { timeout: 5_000 }).toEqual(["breaker-open", "breaker-closed"]);
      expect(bed.events[0]?.reason).toContain(`${maxRequests} requests are under way to a@1.0.0`);
    },
  );

  test("is raised live: the next requests go up to the new one (RELIABILITY 20)", async () => {
    bed = await openHealthMesh(1, breakers({ maxRequests: 5 }));
    instanceAt(0).behaviour = "hang";
    const first = askMany(8);
    await expect.poll(() => bed.mesh.proxy.recorder.peek().codes["overload.requests"]).toBe(3);
    bed.apply([{ instance: instanceAt(0) }], breakers({ maxRequests: 12 }));
    const second = askMany(10);
    await expect.poll(() => instanceAt(0).underWay).toBe(12);
    expect(instanceAt(0).mostUnderWay).toBe(12);
    instanceAt(0).release();
    await Promise.all([...first, ...second]);
  });
});

describe("the limit on connections", () => {
  test("lets requests wait in turn, and no more connections are ever open", async () => {
    bed = await openHealthMesh(2, breakers({ maxConnections: 4 }));
    const outcomes = await Promise.all(askMany(60));
    expect(codesOf(outcomes).every((code) => code === 200)).toBe(true);
    expect(instanceAt(0).mostSockets + instanceAt(1).mostSockets).toBeLessThanOrEqual(6);
    expect(instanceAt(0).mostUnderWay + instanceAt(1).mostUnderWay).toBeLessThanOrEqual(6);
    expect(
      bed.mesh.proxy.health
        .boardOf("a" as never)
        ?.loadOf("1.0.0" as never)
        .breaker.used("connections"),
    ).toBeLessThanOrEqual(4);
  });

  test("serves those that wait first in, first out", async () => {
    bed = await openHealthMesh(1, breakers({ maxConnections: 1 }));
    instanceAt(0).behaviour = "hang";
    const order: number[] = [];
    const load = bed.mesh.proxy.health.boardOf("a" as never)?.loadOf("1.0.0" as never);
    const asked: Promise<void>[] = [];
    for (const index of [0, 1, 2, 3]) {
      asked.push(bed.ask().then(() => void order.push(index)));
      await expect.poll(() => (load?.waiting ?? 0) + instanceAt(0).underWay).toBe(index + 1);
    }
    instanceAt(0).behaviour = 200;
    instanceAt(0).release();
    await Promise.all(asked);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  test("answers at once what may not wait, and in time what waited too long", async () => {
    bed = await openHealthMesh(1, { ...breakers({ maxConnections: 1, maxPending: 2 }), timeouts: { connectMs: 300 } });
    instanceAt(0).behaviour = "hang";
    const first = bed.ask();
    await expect.poll(() => instanceAt(0).underWay).toBe(1);
    const others = await Promise.all(askMany(5));
    expect(codesOf(others)).toEqual(Array.from({ length: 5 }, () => "overload.pending"));
    instanceAt(0).release();
    expect((await first).status).toBe(200);
    bed.apply([{ instance: instanceAt(0) }], breakers({ maxConnections: 1, maxPending: 0 }));
    const busy = bed.ask();
    await expect.poll(() => instanceAt(0).underWay).toBe(1);
    expect((await bed.ask()).code).toBe("overload.connections");
    instanceAt(0).release();
    await busy;
  });

  test("is raised live: those that wait go at once", async () => {
    bed = await openHealthMesh(1, { ...breakers({ maxConnections: 1 }), timeouts: { connectMs: 10_000 } });
    instanceAt(0).behaviour = "hang";
    const outcomes = askMany(6);
    await expect.poll(() => instanceAt(0).underWay).toBe(1);
    bed.apply([{ instance: instanceAt(0) }], breakers({ maxConnections: 6 }));
    await expect.poll(() => instanceAt(0).underWay).toBe(6);
    instanceAt(0).release();
    expect(codesOf(await Promise.all(outcomes))).toEqual([200, 200, 200, 200, 200, 200]);
  });

  test("never keeps a request waiting for a connection that another instance keeps unused", async () => {
    bed = await openHealthMesh(2, { ...breakers({ maxConnections: 1 }), loadBalancing: { kind: "roundRobin" } });
    expect(await bed.shares(6)).toEqual({ i0: 3, i1: 3 });
  });

  test("forgets a caller that goes away while it waits", async () => {
    bed = await openHealthMesh(1, { ...breakers({ maxConnections: 1 }), timeouts: { connectMs: 10_000 } });
    instanceAt(0).behaviour = "hang";
    const first = bed.ask();
    await expect.poll(() => instanceAt(0).underWay).toBe(1);
    const load = bed.mesh.proxy.health.boardOf("a" as never)?.loadOf("1.0.0" as never);
    const gone = await bed.mesh.dial();
    gone.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await expect.poll(() => load?.waiting).toBe(1);
    gone.socket.destroy();
    await expect.poll(() => load?.waiting, { timeout: 5_000 }).toBe(0);
    instanceAt(0).release();
    await first;
    expect(load?.breaker.used("requests")).toBe(0);
  });
});

describe("adaptive concurrency", () => {
  test("refuses what an instance that queues could only keep waiting", async () => {
    bed = await openHealthMesh(1, { adaptiveConcurrency: { enabled: true, minLimit: 2, maxLimit: 6 } });
    instanceAt(0).behaviour = "hang";
    const outcomes = askMany(20);
    await expect.poll(() => bed.mesh.proxy.recorder.peek().codes["overload.concurrency"]).toBe(14);
    expect(instanceAt(0).underWay).toBe(6);
    const labels = { service: "a", version: "1.0.0" };
    const scraped = bed.mesh.proxy.metrics.families();
    for (const name of ["version_requests_active", "version_concurrency_limit"]) {
      expect(scraped).toContainEqual(expect.objectContaining({ name: `interlock_proxy_${name}`, samples: [{ labels, value: 6 }] }));
    }
    instanceAt(0).release();
    await Promise.all(outcomes);
    await expect.poll(() => bed.events.map(({ kind }) => kind), { timeout: 5_000 }).toEqual(["shedding", "shedding-ended"]);
  });
});

describe("a proxy whose event loop comes round late", () => {
  test("refuses a part of the new requests, says so, and takes all again once it keeps up (RELIABILITY 35)", async () => {
    const clock = createFakeClock();
    bed = await openHealthMesh(1, {}, { clock, limits: { shedLagMs: 50 }, loopLoad: () => ({ busy: 1, onCpu: 1 }) });
    for (let round = 0; round < 40; round++) {
      clock.freeze(120);
      clock.advance(1);
    }
    const late = await bed.shares(60);
    expect(late["proxy.overloaded"]).toBeGreaterThan(10);
    expect(late["i0"]).toBeGreaterThan(0);
    clock.advance(10_000);
    expect(await bed.shares(20)).toEqual({ i0: 20 });
    expect(bed.events.map(({ kind, service }) => `${kind} ${service}`)).toEqual(["shedding (proxy)", "shedding-ended (proxy)"]);
  });
});

test("retries over their limit are not made, and that is told like every other limit", async () => {
  bed = await openHealthMesh(2, {
    circuitBreakers: { maxRetries: 1 },
    retries: { attempts: 1, codes: [503], budgetPercent: 0, backoffMs: 0 },
  });
  for (const instance of bed.instances) instance.behaviour = 503;
  await Promise.all(askMany(30));
  await expect
    .poll(() => bed.events.filter(({ kind }) => kind === "breaker-open").map(({ reason }) => reason), { timeout: 5_000 })
    .toEqual(["1 retries are under way to a@1.0.0, which is the limit: more are not made."]);
});
