import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { renderExposition } from "../telemetry/index.ts";
import { createFakeClock, parseExposition } from "../testing/index.ts";
import { ListeningSockets } from "./listening-sockets.ts";
import { ProxyMetrics, standingFamily } from "./metrics.ts";
import { openMetricsServer } from "./metrics-server.ts";
import { TelemetryRecorder } from "./telemetry-recorder.ts";

const LISTENING = { sockets: new ListeningSockets(), log: () => {} };

const CALLER = { service: "ingress", version: null };

function setUp() {
  const recorder = new TelemetryRecorder({ proxyId: "p", bootId: "b" }, createFakeClock());
  const metrics = new ProxyMetrics(recorder);
  const end = (service: string, statusClass: number, more: { readonly mirror?: boolean; readonly denied?: boolean } = {}) => {
    const edge = recorder.edge(CALLER, { service, version: "1.0.0" }, 1, more.mirror);
    edge.begin();
    const denied = more.denied ?? false;
    const rest = {
      failed: statusClass === 5,
      retries: 1,
      bytesIn: 1,
      bytesOut: 2,
      durationUs: 700,
      denied,
      failedOver: denied,
      encrypted: true,
    };
    edge.end({ statusClass, ...rest });
  };
  const read = () => parseExposition(renderExposition(metrics.families(), undefined).body);
  const sum = (name: string) => read().reduce((total, sample) => (sample.name === name ? total + sample.value : total), 0);
  return { end, metrics, read, recorder, sum };
}

describe("the counts of a proxy", () => {
  test("are exact at any moment, whether batches are closed, acknowledged or wait for an engine that is gone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("ok", "error", "gone", "denied", "mirror", "close", "acknowledge"), { maxLength: 120 }),
        (steps) => {
          const { end, recorder, sum } = setUp();
          const done = (...names: readonly string[]) => steps.filter((step) => names.includes(step)).length;
          const actions: Readonly<Record<string, () => void>> = {
            ok: () => end("a", 2),
            error: () => end("a", 5),
            gone: () => end("a", 0),
            denied: () => end("a", 4, { denied: true }),
            mirror: () => end("a", 2, { mirror: true }),
            close: () => void recorder.closeBatch(),
            acknowledge: () => recorder.acknowledge("b", recorder.inFlight?.seq ?? 0),
          };
          for (const step of steps) actions[step]?.();
          const requests = done("ok", "error", "gone", "denied");
          expect(sum("interlock_proxy_requests_total")).toBe(requests);
          expect(sum("interlock_proxy_request_duration_seconds_count")).toBe(done("ok", "error", "denied"));
          expect(sum("interlock_proxy_denied_total")).toBe(done("denied"));
          expect(sum("interlock_proxy_failovers_total")).toBe(done("denied"));
          expect(sum("interlock_proxy_retries_total")).toBe(requests);
          expect(sum("interlock_proxy_encrypted_requests_total")).toBe(requests);
          expect(sum("interlock_proxy_mirrored_requests_total")).toBe(done("mirror"));
          // Looking changes nothing that the engine is told.
          const batch = recorder.closeBatch();
          recorder.acknowledge("b", batch.seq);
          recorder.closeBatch();
          expect(sum("interlock_proxy_requests_total")).toBe(requests);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("are what the engine is told, edge by edge", () => {
    const { end, metrics, recorder } = setUp();
    for (let request = 0; request < 10; request++) end("a", 2, { denied: request % 3 === 0 });
    end("b", 5);
    end("a", 2, { mirror: true });
    expect(
      recorder
        .closeBatch()
        .edges.map(({ callee, denied, encrypted, failovers, mirror }) => [callee.service, mirror, denied, failovers, encrypted]),
    ).toEqual([
      ["a", false, 4, 4, 10],
      ["b", false, 0, 0, 1],
      ["a", true, 0, 0, 1],
    ]);
    expect(metrics.families().length).toBeGreaterThan(5);
  });

  test("have codes, decisions about instances, and what other parts add", () => {
    const { metrics, read, recorder } = setUp();
    recorder.countCode("upstream.reset");
    recorder.closeBatch();
    recorder.countCode("upstream.reset");
    const ejection = {
      kind: "instance-ejected",
      atMs: 0,
      service: "a",
      version: null,
      instance: "a-1",
      reason: "",
      untilMs: null,
    } as const;
    metrics.countHealth(ejection);
    metrics.countHealth(ejection);
    const samples = [{ labels: { service: "a" }, value: 1 }];
    metrics.addFamilies(() => [{ type: "gauge", name: "interlock_proxy_breaker_open", help: "Open breakers.", samples }]);
    metrics.addFamilies(() => [standingFamily([ejection, { ...ejection, instance: "a-2" }])]);
    expect(read()).toEqual(
      expect.arrayContaining([
        { name: "interlock_proxy_coded_answers_total", labels: { code: "upstream.reset" }, value: 2 },
        { name: "interlock_proxy_health_events_total", labels: { kind: "instance-ejected", service: "a" }, value: 2 },
        { name: "interlock_proxy_standing_decisions", labels: { kind: "instance-ejected", service: "a" }, value: 2 },
        { name: "interlock_proxy_breaker_open", labels: { service: "a" }, value: 1 },
      ]),
    );
  });

  test("are bounded in edges, and their sum stays exact", () => {
    const { end, read, sum } = setUp();
    for (let index = 0; index < 3_000; index++) end(`s${index}`, 2);
    expect(sum("interlock_proxy_requests_total")).toBe(3_000);
    expect(read().filter(({ name }) => name === "interlock_proxy_requests_total").length).toBeLessThanOrEqual(1_001);
  });

  test("carry the last trace of each bucket", () => {
    const { end, metrics } = setUp();
    end("a", 2);
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const entry = { atMs: 1_000, proxy: "p", side: "caller", caller: CALLER, callee: { service: "a", version: "1.0.0" }, traceId } as const;
    const rest = { instance: null, method: "GET", host: "", path: "/", status: 200, code: null, rule: null, attempts: 1 };
    metrics.noteTrace({ ...entry, ...rest, durationMs: 0.7, bytesIn: 0, bytesOut: 0, encrypted: false, mirror: false });
    const { body } = renderExposition(metrics.families(), "application/openmetrics-text");
    expect(body).toContain(`le="0.001024"} 1 # {trace_id="${traceId}"} 0.0007 1.000`);
  });
});

describe("the admin port", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "interlock-admin-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function get(
    port: number,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const request = http.get({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      });
      request.on("error", reject);
    });
  }

  test("answers /metrics to this machine only, and nothing else", async () => {
    const { end, metrics } = setUp();
    end("a", 2);
    const server = await openMetricsServer(() => metrics.families(), join(dir, "admin-port"), LISTENING);
    const { body, status } = await get(server.port, "/metrics");
    expect([status, parseExposition(body).some(({ name }) => name === "interlock_proxy_requests_total")]).toEqual([200, true]);
    expect((await get(server.port, "/metrics", { accept: "application/openmetrics-text" })).body.endsWith("# EOF\n")).toBe(true);
    expect((await get(server.port, "/metrics", { host: "evil.example" })).status).toBe(421);
    expect((await get(server.port, "/")).status).toBe(404);
    await server.close();
  });

  test("stays the same over a restart, and moves when somebody else has it", async () => {
    const path = join(dir, "admin-port");
    const first = await openMetricsServer(() => [], path, LISTENING);
    expect(readFileSync(path, "utf8")).toBe(`${first.port}\n`);
    const second = await openMetricsServer(() => [], path, LISTENING);
    expect(second.port).not.toBe(first.port);
    await first.close();
    await second.close();
    const third = await openMetricsServer(() => [], path, LISTENING);
    expect(third.port).toBe(second.port);
    await third.close();
  });
});
