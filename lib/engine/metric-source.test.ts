import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { EdgeDelta } from "../model/index.ts";
import { evaluateMetric, parseMetric } from "../policy/index.ts";
import { openTelemetryStore } from "../telemetry/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { MetricReader } from "./metric-source.ts";
import { batch, closeAll, closers, dial, openEngine, traffic, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

/** An engine with web 1.0.0 and 1.1.0, figures of its own, and what an expression says of it. */
async function openWeb({ connected = true } = {}) {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  if (connected) {
    const proxy = await dial(mesh);
    proxy.hello();
    await proxy.next("snapshot");
  }
  const dir = mkdtempSync(join(tmpdir(), "metric-"));
  const store = openTelemetryStore({ dir, clock, onLimit: () => {}, bytesMax: () => 1e8 });
  if (!store.ok) throw new Error(store.error.detail);
  closers.push(async () => store.value.close());
  const reader = new MetricReader({ clock, telemetry: store.value, engine: mesh.engine });
  let seq = 0;
  return {
    mesh,
    clock,
    count(edges: readonly EdgeDelta[]) {
      store.value.accept(batch(++seq, { atMs: clock.wallMs(), edges }));
    },
    value(text: string): number | null {
      const parsed = parseMetric(text);
      if (!parsed.ok) throw new Error(parsed.error[0]?.detail);
      return evaluateMetric(parsed.value, reader.look());
    },
    subjects: (kind: "service" | "version" | "edge") => reader.look().subjects(kind),
  };
}

const calls = (requests: number, failed: number, callee = "1.0.0"): EdgeDelta => {
  const [edge] = traffic(1, requests, failed).edges as readonly [EdgeDelta];
  return { ...edge, callee: { service: "web", version: callee } };
};

describe("traffic", () => {
  test("of a service is the sum of its versions, of a version its own", async () => {
    const web = await openWeb();
    web.count([calls(80, 8), calls(20, 10, "1.1.0")]);
    expect(web.value("error-rate(web)")).toBeCloseTo(0.18);
    expect(web.value("error-rate(web@1.1.0)")).toBeCloseTo(0.5);
    expect(web.value("error-rate(web@1.1.0) / error-rate(web@1.0.0)")).toBeCloseTo(5);
    expect(web.value("error-rate(ingress>web@1.0.0)")).toBeCloseTo(0.1);
    expect(web.value("error-rate(ingress>web)")).toBeCloseTo(0.18);
    expect(web.value("burn(web, 99%, 1m)")).toBeCloseTo(18);
    expect(web.value("requests(web)")).toBe(100);
    expect(web.value("p99(web)")).toBeGreaterThan(0);
  });

  test("over a window longer than a minute comes from what is stored", async () => {
    const web = await openWeb();
    web.count([calls(100, 50)]);
    web.clock.advance(120_000);
    web.count([calls(100, 0)]);
    expect(web.value("error-rate(web)")).toBe(0);
    expect(web.value("error-rate(web, 5m)")).toBeCloseTo(0.25);
    expect(web.value("burn(web, 99%, 5m)")).toBeCloseTo(25);
    expect(web.value("requests(web, 5m)")).toBe(200);
  });

  test("without requests has no error rate and no duration, and a rate of 0", async () => {
    const web = await openWeb();
    expect(web.value("error-rate(web)")).toBeNull();
    expect(web.value("p99(web)")).toBeNull();
    expect(web.value("burn(web, 99.9%)")).toBeNull();
    expect(web.value("rps(web)")).toBe(0);
    expect(web.value("retries(web)")).toBe(0);
  });

  test("that nobody counts is no data, not 0", async () => {
    const web = await openWeb({ connected: false });
    expect(web.value("rps(web)")).toBeNull();
    expect(web.value("retries(web)")).toBeNull();
  });

  test("of a name that the mesh does not have is no data", async () => {
    const web = await openWeb();
    expect(web.value("rps(shop)")).toBeNull();
    expect(web.value("ready(web@9.9.9)")).toBeNull();
  });
});

describe("the mesh as it is", () => {
  test("instances, weights, proxies and the data folder are read off it", async () => {
    const web = await openWeb();
    expect(web.value("ready(web)")).toBe(2);
    expect(web.value("instances(web@1.1.0)")).toBe(1);
    expect(web.value("ejected(web)")).toBe(0);
    expect(web.value("weight(web@1.0.0)")).toBe(1);
    expect(web.value("live(web@1.1.0)")).toBe(0);
    expect(web.value("panic(web)")).toBe(0);
    expect(web.value("proxies-lost")).toBe(0);
    expect(web.value("proxies-behind")).toBe(0);
    expect(web.value("exposure")).toBe(0);
    expect(web.value("data-used")).toBeGreaterThan(0);
    expect(web.value("certificate-days")).toBeGreaterThan(0);
    expect(web.value("release-minutes(web)")).toBeNull();
    expect(web.value("deprecated-rps(web@1.0.0)")).toBeNull();
    expect(web.value("capacity-used(web@1.0.0)")).toBeNull();
  });

  test("wildcards stand for every service, version and edge with traffic", async () => {
    const web = await openWeb();
    web.count([calls(1, 0)]);
    expect(web.subjects("service")).toEqual([{ kind: "service", service: "web" }]);
    expect(web.subjects("version")).toHaveLength(2);
    expect(web.subjects("edge")).toEqual([{ kind: "edge", caller: { service: "ingress" }, callee: { service: "web" } }]);
  });
});
