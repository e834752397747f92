import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { EdgeDelta } from "../model/index.ts";
import { parseExposition } from "../testing/index.ts";
import { DURATION_BOUNDS_S, durationBucketOf } from "./duration-buckets.ts";
import { codeFamily, EDGES_SHOWN_MAX, edgeFamilies } from "./edge-families.ts";
import { addToSums, createEdgeSums, totalsOf } from "./edge-sums.ts";
import { type Exemplar, gauge, type MetricFamily, renderExposition } from "./exposition.ts";
import { bucketOf } from "./histogram.ts";
import { processFamilies } from "./process-families.ts";
import { testEdge } from "./test-batch.fixture.ts";

function totals(delta: EdgeDelta) {
  const sums = createEdgeSums();
  addToSums(sums, delta);
  return totalsOf(delta.caller, delta.callee, sums);
}

function families(exemplars: ReadonlyMap<number, Exemplar> = new Map()): readonly MetricFamily[] {
  const edges = [totals(testEdge({}, { ok: 7, failed: 2, us: 3_000 })), totals(testEdge({ callee: "payments" }, { ok: 0, failed: 4 }))];
  const mirrors = [totals(testEdge({ callee: "payments@2.0.0" }, { ok: 5 }))];
  const figures = {
    eventLoopLag: { p50: 0, p99: 0.001, max: 0.02 },
    cpuSeconds: 1.5,
    residentBytes: 1e8,
    heapBytes: 1e7,
    startedAtSeconds: 1.7e9,
    nodeVersion: "v24",
  };
  return [
    ...edgeFamilies({ prefix: "interlock_mesh", edges, mirrors, exemplarsOf: () => exemplars }),
    codeFamily("interlock_mesh", [["upstream.reset", 3]]),
    gauge("interlock_snapshot_version", "Snapshot.", 7),
    ...processFamilies("interlock", '1.0.0 "new"\n\\', figures),
  ];
}

/** What `promtool check metrics` has against a text; nothing where Prometheus is not installed. */
function promtoolSays(text: string): string {
  const { error, stderr, stdout } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  return error === undefined ? stdout + stderr : "";
}

describe("the exposition", () => {
  test("is in the text format of Prometheus unless OpenMetrics is asked for", () => {
    const text = renderExposition(families(), undefined);
    expect(text.contentType).toContain("version=0.0.4");
    expect(text.body).toContain("# TYPE interlock_mesh_requests_total counter\n");
    expect(text.body).not.toContain("# EOF");
    const accept = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5";
    const open = renderExposition(families(), accept);
    expect(open.contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(open.body).toContain("# TYPE interlock_mesh_requests counter\n");
    expect(open.body.endsWith("# EOF\n")).toBe(true);
  });

  test("has cumulative buckets that end in the count", () => {
    const { body } = renderExposition(families(), undefined);
    const buckets = body
      .split("\n")
      .filter((line) => line.startsWith("interlock_mesh_request_duration_seconds_bucket") && line.includes("1.0.0"));
    const counts = buckets.map((line) => Number(line.split(" ").at(-1)));
    expect(counts).toEqual(counts.toSorted((left, right) => left - right));
    expect(counts.at(-1)).toBe(9);
    expect(buckets.at(-1)).toContain('le="+Inf"');
    expect(body).toContain(
      'interlock_mesh_request_duration_seconds_count{caller="ingress",caller_version="",callee="payments",callee_version="1.0.0"} 9',
    );
  });

  test("has exemplars with their trace, in OpenMetrics only", () => {
    const exemplars = new Map([
      [durationBucketOf(0.003), { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", value: 0.003, atMs: 1_700_000_000_123 }],
    ]);
    const open = renderExposition(families(exemplars), "application/openmetrics-text").body;
    expect(open).toContain('le="0.004096"} 9 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.003 1700000000.123');
    expect(renderExposition(families(exemplars), "text/plain").body).not.toContain("trace_id");
  });

  test("escapes what would break a line", () => {
    expect(renderExposition(families(), undefined).body).toContain('version="1.0.0 \\"new\\"\\n\\\\"');
  });

  test("has nothing that promtool would not accept, in both formats", () => {
    const text = renderExposition(families(), undefined).body;
    expect(parseExposition(text).length).toBeGreaterThan(60);
    parseExposition(renderExposition(families(), "application/openmetrics-text").body);
    expect(promtoolSays(text)).toBe("");
  });
});

describe("traffic families", () => {
  test("keep mirrored copies out of everything but their own family", () => {
    const { body } = renderExposition(families(), undefined);
    const withMirror = body.split("\n").filter((line) => line.includes('callee_version="2.0.0"'));
    expect(withMirror).toHaveLength(1);
    expect(withMirror[0]).toMatch(/^interlock_mesh_mirrored_requests_total.* 5$/);
  });

  test("are bounded in series, and what is beyond is summed exactly", () => {
    const edges = Array.from({ length: EDGES_SHOWN_MAX + 500 }, (_, index) =>
      totals(testEdge({ callee: `s${index}@1.0.0` }, { ok: index, failed: 1, us: 700 })),
    );
    const all = edgeFamilies({ prefix: "x", edges, mirrors: [] });
    const requests = all.find(({ name }) => name === "x_requests");
    const durations = all.find(({ name }) => name === "x_request_duration_seconds");
    const expected = edges.reduce((sum, edge) => sum + edge.requests, 0);
    expect(requests?.type === "counter" && requests.samples.reduce((sum, { value }) => sum + value, 0)).toBe(expected);
    expect(durations?.samples).toHaveLength(EDGES_SHOWN_MAX + 1);
    const counted = durations?.type === "histogram" ? durations.samples.flatMap(({ counts }) => counts) : [];
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(expected);
  });
});

describe("coarse durations", () => {
  test("put each duration below the bound that it is below, for every bound", () => {
    for (const bound of DURATION_BOUNDS_S) {
      const us = Math.round(bound * 1e6);
      for (const [duration, isBelow] of [
        [us - 1, true],
        [us, false],
      ] as const) {
        const sums = createEdgeSums();
        addToSums(sums, { ...testEdge({}, { ok: 1, us: duration }), latency: [bucketOf(duration), 1] });
        const { counts } = totalsOf({ service: "a", version: null }, { service: "b", version: null }, sums).durations;
        const at = counts.indexOf(1);
        expect(at <= DURATION_BOUNDS_S.indexOf(bound)).toBe(isBelow);
        expect(at).toBe(durationBucketOf(duration / 1e6));
      }
    }
  });
});
