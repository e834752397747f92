import { afterEach, describe, expect, test } from "vitest";
import type { TrafficPolicy } from "../../model/index.ts";
import { tally } from "../test-mesh.fixture.ts";
import { type HealthMesh, openHealthMesh, type SteeredInstance } from "./health-mesh.fixture.ts";

let bed: HealthMesh;

afterEach(() => bed.close());

const FAST = { intervalMs: 60, timeoutMs: 5_000, unhealthyAfter: 2, healthyAfter: 2 } as const;
const policyOf = (kind: "http" | "tcp"): TrafficPolicy => ({
  loadBalancing: { kind: "roundRobin" },
  healthChecks: { kind, ...FAST },
  slowStartMs: 0,
});
const instanceAt = (index: number): SteeredInstance => bed.instances[index] as SteeredInstance;
const isHealthy = (id: string) => bed.mesh.proxy.health.boardOf("a" as never)?.health.member(id as never)?.isHealthy;
const toldKinds = () => bed.events.map(({ instance, kind }) => `${kind} ${instance}`);

describe("active checks", () => {
  test("take an instance out that answers badly on its path, and back in, without being traffic", async () => {
    bed = await openHealthMesh(3, policyOf("http"));
    instanceAt(0).healthz = 503;
    await expect.poll(() => isHealthy("i0")).toBe(false);
    expect(await bed.shares(10)).toEqual({ i1: 5, i2: 5 });
    await expect.poll(toldKinds, { timeout: 5_000 }).toEqual(["instance-unhealthy i0"]);
    instanceAt(0).healthz = 204;
    await expect.poll(() => isHealthy("i0")).toBe(true);
    expect((await bed.shares(9))["i0"]).toBe(3);
    await expect.poll(toldKinds, { timeout: 5_000 }).toEqual(["instance-unhealthy i0", "instance-healthy i0"]);
    const { codes, requests } = tally(bed.mesh.proxy);
    expect({ codes, requests }).toEqual({ codes: {}, requests: 19 });
    expect(instanceAt(1).checks).toBeGreaterThan(2);
  });

  test("take an instance out that accepts no connections, by TCP", async () => {
    bed = await openHealthMesh(2, policyOf("tcp"));
    await instanceAt(0).die();
    await expect.poll(() => isHealthy("i0")).toBe(false);
    await instanceAt(0).revive();
    await expect.poll(() => isHealthy("i0")).toBe(true);
    expect(bed.instances.map(({ checks }) => checks)).toEqual([0, 0]);
  });

  test("do not shorten an ejection", async () => {
    bed = await openHealthMesh(2, { ...policyOf("http"), outlierDetection: { consecutive5xx: 1, baseEjectionMs: 60_000 } });
    instanceAt(0).behaviour = 500;
    await bed.shares(2);
    const before = instanceAt(0).checks;
    await expect.poll(() => instanceAt(0).checks).toBeGreaterThan(before + 3);
    expect(isHealthy("i0")).toBe(false);
  });

  test("end when the policy switches them off or the instance goes, which makes it good again", async () => {
    bed = await openHealthMesh(2, policyOf("http"));
    instanceAt(0).healthz = 500;
    await expect.poll(() => isHealthy("i0")).toBe(false);
    bed.apply([{ instance: instanceAt(0) }, { instance: instanceAt(1) }], {});
    expect(isHealthy("i0")).toBe(true);
    const counts = bed.instances.map(({ checks }) => checks);
    bed.apply([{ instance: instanceAt(1) }], policyOf("http"));
    await expect.poll(() => instanceAt(1).checks).toBeGreaterThan((counts[1] ?? 0) + 2);
    expect(instanceAt(0).checks).toBe(counts[0]);
  });

  test("end a check that gets no answer in time, and count it as bad", async () => {
    bed = await openHealthMesh(2, { ...policyOf("http"), healthChecks: { kind: "http", ...FAST, timeoutMs: 50, path: "/hang" } });
    for (const instance of bed.instances) instance.behaviour = "hang";
    await expect.poll(() => [isHealthy("i0"), isHealthy("i1")]).toEqual([false, false]);
    expect(bed.events.every(({ reason }) => !reason.includes("undefined"))).toBe(true);
  });
});
