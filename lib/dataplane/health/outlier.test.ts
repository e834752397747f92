import { afterEach, describe, expect, test } from "vitest";
import type { TrafficPolicy } from "../../model/index.ts";
import { createFakeClock, type FakeClock } from "../../testing/index.ts";
import { type HealthMesh, type Outcome, openHealthMesh, type SteeredInstance } from "./health-mesh.fixture.ts";

let bed: HealthMesh;

afterEach(() => bed.close());

const BASE_MS = 5_000;
const policyOf = (more: TrafficPolicy["outlierDetection"] = {}): TrafficPolicy => ({
  loadBalancing: { kind: "roundRobin" },
  outlierDetection: { consecutive5xx: 3, consecutiveGatewayFailures: 3, intervalMs: 1_000, baseEjectionMs: BASE_MS, ...more },
  slowStartMs: 0,
});

async function openBed(count: number, policy: TrafficPolicy): Promise<FakeClock> {
  const clock = createFakeClock();
  bed = await openHealthMesh(count, policy, { clock });
  return clock;
}

const instanceAt = (index: number): SteeredInstance => bed.instances[index] as SteeredInstance;
const kindsOf = (kind: string) => bed.events.filter((event) => event.kind === kind);

describe("an instance that fails every request", () => {
  test("is ejected alone, the others share its requests, it returns, and its second ejection is longer (RELIABILITY 18)", async () => {
    const clock = await openBed(5, policyOf());
    instanceAt(0).behaviour = 500;
    await bed.shares(15);
    const failures = instanceAt(0).requests;
    expect(failures).toBe(3);
    const shares = await bed.shares(40);
    expect(shares).toEqual({ i1: 10, i2: 10, i3: 10, i4: 10 });

    clock.advance(BASE_MS + 500);
    const again = await bed.shares(15);
    expect(again["i0"]).toBe(3);
    clock.advance(BASE_MS + 500);
    expect((await bed.shares(20))["i0"]).toBeUndefined();
    clock.advance(BASE_MS);
    instanceAt(0).behaviour = 200;
    expect((await bed.shares(20))["i0"]).toBe(4);

    clock.advance(20_000);
    expect(kindsOf("instance-ejected").map(({ instance }) => instance)).toEqual(["i0", "i0"]);
    expect(kindsOf("instance-returned").length).toBeGreaterThan(0);
    expect(kindsOf("instance-ejected")[0]?.reason).toContain("3 requests in a row failed with 5xx");
  });

  test("is one of many: no more than the policy allows are ejected, and never all", async () => {
    await openBed(4, policyOf());
    for (const instance of bed.instances) instance.behaviour = 500;
    await bed.shares(60);
    const asked = bed.instances.map(({ requests }) => requests);
    expect(asked.filter((requests) => requests === 3)).toHaveLength(2);
    expect(bed.mesh.proxy.health.boardOf("a" as never)?.health.ejectedUntilMs("i0" as never)).not.toBeUndefined();
  });

  test("is ejected for resets and for connections it refuses just as for 5xx", async () => {
    await openBed(3, { ...policyOf(), retries: { attempts: 0 } });
    instanceAt(0).behaviour = "reset";
    await bed.shares(9);
    expect(await bed.shares(10)).toEqual({ i1: 5, i2: 5 });
  });
});

describe("an instance that refuses connections", () => {
  test("costs no request anything, is passed over at once, and is ejected when it goes on", async () => {
    const clock = await openBed(3, policyOf({ consecutiveGatewayFailures: 2 }));
    await instanceAt(0).die();
    for (let round = 0; round < 4; round++) {
      expect(Object.keys(await bed.shares(6)).sort()).toEqual(["i1", "i2"]);
      clock.advance(2_500);
    }
    expect(kindsOf("instance-ejected").map(({ instance }) => instance)).toContain("i0");
    await instanceAt(0).revive();
    clock.advance(BASE_MS * 4);
    expect((await bed.shares(9))["i0"]).toBe(3);
  });
});

describe("an instance that hangs while others answer", () => {
  test("is ejected before any request times out", async () => {
    const clock = await openBed(3, policyOf({ consecutiveGatewayFailures: 2 }));
    instanceAt(0).behaviour = "hang";
    const waiting: Promise<Outcome>[] = [];
    const askInBackground = async () => {
      const seen = bed.instances.reduce((sum, { requests }) => sum + requests, 0);
      waiting.push(bed.ask());
      await expect.poll(() => bed.instances.reduce((sum, { requests }) => sum + requests, 0)).toBe(seen + 1);
      await expect.poll(() => bed.mesh.proxy.active - instanceAt(0).underWay).toBe(0);
    };
    for (let round = 0; round < 20 && kindsOf("instance-ejected").length === 0; round++) {
      await askInBackground();
      clock.advance(200);
    }
    expect(kindsOf("instance-ejected")[0]).toMatchObject({ instance: "i0" });
    expect(kindsOf("instance-ejected")[0]?.reason).toContain("nothing was heard of it");
    expect(Object.keys(await bed.shares(6)).sort()).toEqual(["i1", "i2"]);
    instanceAt(0).release();
    const outcomes = await Promise.all(waiting);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe("panic", () => {
  test("4 of 10 bad: no request reaches them; 6 of 10: all get requests and it is told (RELIABILITY 19)", async () => {
    const clock = await openBed(10, policyOf({ maxEjectionPercent: 100, consecutive5xx: 1, baseEjectionMs: 60_000 }));
    for (const index of [0, 1, 2, 3]) instanceAt(index).behaviour = 500;
    await bed.shares(10);
    const four = await bed.shares(60);
    expect(Object.keys(four).sort()).toEqual(["i4", "i5", "i6", "i7", "i8", "i9"]);
    clock.advance(500);
    expect(kindsOf("panic")).toEqual([]);

    for (const index of [4, 5]) instanceAt(index).behaviour = 500;
    await bed.shares(6);
    const six = await bed.shares(100);
    expect(Object.keys(six)).toHaveLength(10);
    clock.advance(2_000);
    expect(kindsOf("panic")).toHaveLength(1);
    expect(kindsOf("panic")[0]?.reason).toContain("4 of 10");

    for (const instance of bed.instances) instance.behaviour = 200;
    clock.advance(61_000);
    await bed.shares(20);
    clock.advance(2_000);
    expect(kindsOf("panic-ended")).toHaveLength(1);
  });
});

describe("flapping", () => {
  test("an instance that comes and goes every half second fails no request and is a handful of events (RELIABILITY 24)", async () => {
    const clock = await openBed(4, policyOf({ consecutiveGatewayFailures: 1, baseEjectionMs: 100, maxEjectionMs: 100 }));
    const outcomes: number[] = [];
    for (let toggle = 0; toggle < 40; toggle++) {
      if (toggle % 2 === 0) await instanceAt(0).die();
      else await instanceAt(0).revive();
      for (let request = 0; request < 8; request++) outcomes.push((await bed.ask()).status);
      clock.advance(500);
    }
    expect(outcomes.filter((status) => status !== 200)).toEqual([]);
    clock.advance(120_000);
    expect((await bed.shares(8))["i0"]).toBeGreaterThan(0);
    expect(bed.events.filter(({ instance }) => instance === "i0").length).toBeLessThan(12);
  });
});
