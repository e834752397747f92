import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DDSketch } from "@datadog/sketches-js";
import type { TelemetryBatch } from "../lib/model/index.ts";
import { createXorshift } from "../lib/std/index.ts";
import { systemClock } from "../lib/system/index.ts";
import { createHistogram, type Histogram, openTelemetryStore } from "../lib/telemetry/index.ts";
import { type BenchOptions, type BenchRow, interleave, ratioOf } from "./bench-table.ts";

const SERIES = 1_000;
const MERGED = 10_000;
const BATCHES = 200;
const EDGES_PER_BATCH = 40;

/** Cost of recording a duration and of merging series, against DDSketch at 1 % accuracy; error of quantiles; cost of taking a batch. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const durations = skewedDurations(options.short ? 100_000 : 1_000_000);
  const rounds = options.short ? 1 : 5;
  const ours = Array.from({ length: SERIES }, () => createHistogram());
  const theirs = Array.from({ length: SERIES }, () => new DDSketch({ relativeAccuracy: 0.01 }));
  const record = await interleave(
    {
      ours: () => recordAll(durations, (series, us) => (ours[series] as Histogram).record(us)),
      ddsketch: () => recordAll(durations, (series, us) => (theirs[series] as DDSketch).accept(us)),
    },
    rounds,
  );
  const sparse = ours.map((histogram) => histogram.encode());
  const merge = await interleave(
    {
      ours: () => timeMs(() => mergeAll(sparse)),
      ddsketch: () => timeMs(() => mergeSketches(theirs)),
    },
    rounds,
  );
  return [
    {
      figure: "record a duration, 1 000 series in turn",
      unit: "ns",
      ours: record.ours,
      anchor: record.ddsketch,
      anchorName: "DDSketch 1 %",
      ratio: ratioOf(record.ours, record.ddsketch),
      goal: "≤ 0.5×",
    },
    {
      figure: "merge 10 000 series and take p99",
      unit: "ms",
      ours: merge.ours,
      anchor: merge.ddsketch,
      anchorName: "DDSketch 1 %",
      ratio: ratioOf(merge.ours, merge.ddsketch),
      goal: "≤ 10 ms",
      note: `${Math.round(sparse.reduce((sum, { length }) => sum + length / 2, 0) / SERIES)} buckets per series`,
    },
    quantileRow(durations),
    acceptRow(),
  ];
}

function recordAll(durations: Float64Array, record: (series: number, us: number) => void): number {
  const ms = timeMs(() => {
    for (let index = 0; index < durations.length; index++) record((index * 7_919) % SERIES, durations[index] as number);
  });
  return (ms * 1e6) / durations.length;
}

function mergeAll(sparse: readonly number[][]): number | null {
  const sum = createHistogram();
  for (let index = 0; index < MERGED; index++) sum.add(sparse[index % SERIES] as number[]);
  return sum.quantileUs(0.99);
}

function mergeSketches(sketches: readonly DDSketch[]): number {
  const sum = new DDSketch({ relativeAccuracy: 0.01 });
  for (let index = 0; index < MERGED; index++) sum.merge(sketches[index % SERIES] as DDSketch);
  return sum.getValueAtQuantile(0.99);
}

function quantileRow(durations: Float64Array): BenchRow {
  const histogram = createHistogram();
  for (const us of durations) histogram.record(us);
  const sorted = durations.toSorted();
  const errors = [0.5, 0.9, 0.99, 0.999].map((p) => {
    const exact = sorted[Math.ceil(p * sorted.length) - 1] as number;
    return Math.abs((histogram.quantileUs(p) as number) - exact) / exact;
  });
  return {
    figure: "largest error of p50, p90, p99, p99.9",
    unit: "%",
    ours: Math.max(...errors) * 100,
    anchor: 0,
    anchorName: "sorted durations",
    ratio: null,
    goal: "≤ 2 %",
  };
}

/** Taking a batch of 40 edges durably: what half a second of one proxy costs the engine. */
function acceptRow(): BenchRow {
  const dir = mkdtempSync(join(tmpdir(), "interlock-bench-"));
  try {
    const opened = openTelemetryStore({ dir, clock: systemClock, onLimit: () => {} });
    if (!opened.ok) throw new Error(opened.error.detail);
    const store = opened.value;
    const ms = timeMs(() => {
      for (let seq = 1; seq <= BATCHES; seq++) store.accept(batchOf(seq));
    });
    store.close();
    return {
      figure: "take a batch of 40 edges",
      unit: "ms",
      ours: ms / BATCHES,
      anchor: null,
      anchorName: "none",
      ratio: null,
      goal: "≤ 2 ms",
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function batchOf(seq: number): TelemetryBatch {
  const latency = Array.from({ length: 30 }, (_, index) => [200 + index * 3, 1 + (index % 4)]).flat();
  const edges = Array.from({ length: EDGES_PER_BATCH }, (_, index) => ({
    caller: { service: "storefront", version: "1.0.0" },
    callee: { service: `service-${index}`, version: "1.0.0" },
    splitEpoch: 1,
    statusClasses: [0, 70, 0, 2, 1] as const,
    aborted: 0,
    failed: 1,
    mirror: false,
    denied: 0,
    plain: 0,
    failovers: 0,
    encrypted: 0,
    retries: 0,
    bytesIn: 10_000,
    bytesOut: 100_000,
    latencyUsSum: 1_000_000,
    latency,
  }));
  return { proxyId: "node-a", bootId: "bench", seq, atMs: systemClock.wallMs(), edges, instances: [], codes: {} };
}

/** Microseconds, most of them a few milliseconds, with a long tail. */
function skewedDurations(count: number): Float64Array {
  const random = createXorshift(1_234_567);
  const unit = (): number => (random.nextUint32() + 1) / 0x1_0000_0001;
  return Float64Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
    return Math.floor(200 + Math.exp(8 + normal));
  });
}

function timeMs(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
