/**
 * What one proxy counted since it started, for its own `/metrics`: the very counts that go to the engine, added up as each batch is closed, plus what the
 * open batch has so far. So a scrape is never behind, nothing is counted twice, and the request path knows nothing of it.
 *
 * Exemplars: the last traced request of each bucket of each edge, from the requests that the request log wants anyway.
 * Bounds: `EDGES_MAX` edges; what is beyond is summed as "(other)".
 */
import type { EdgeDelta, EdgeEnd, InstanceHealthEvent, TapEntry, TelemetryBatch } from "../model/index.ts";
import {
  addToSums,
  codeFamily,
  createEdgeSums,
  durationBucketOf,
  type EdgeTotals,
  type Exemplar,
  edgeFamilies,
  type MetricFamily,
  totalsOf,
} from "../telemetry/index.ts";
import type { TelemetryRecorder } from "./telemetry-recorder.ts";

const PREFIX = "interlock_proxy";
const EDGES_MAX = 2_000;
const HEALTH_SERIES_MAX = 2_000;
const OTHER: EdgeEnd = { service: "(other)", version: null };

interface EdgeSums {
  readonly caller: EdgeEnd;
  readonly callee: EdgeEnd;
  readonly sums: number[];
}

type Sums = Map<string, EdgeSums>;

/** Ejections, open breakers, failovers, panics and sheddings that hold now, by kind and service. */
export function standingFamily(standing: readonly InstanceHealthEvent[]): MetricFamily {
  const groups = Map.groupBy(standing, ({ kind, service }) => `${kind} ${service}`);
  const samples = [...groups.values()].slice(0, HEALTH_SERIES_MAX).flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ labels: { kind: first.kind, service: first.service }, value: group.length }];
  });
  return {
    type: "gauge",
    name: `${PREFIX}_standing_decisions`,
    help: "Ejections, open breakers, failovers and the like that hold now.",
    samples,
  };
}

/** Counts of one proxy since it started. */
export class ProxyMetrics {
  readonly #recorder: TelemetryRecorder;
  readonly #edges: Sums = new Map();
  readonly #mirrors: Sums = new Map();
  readonly #codes = new Map<string, number>();
  readonly #health = new Map<string, { readonly kind: string; readonly service: string; value: number }>();
  readonly #exemplars = new Map<string, Map<number, Exemplar>>();
  readonly #sources: (() => readonly MetricFamily[])[] = [];

  constructor(recorder: TelemetryRecorder) {
    this.#recorder = recorder;
    recorder.onClosed = (batch) => this.#add(batch, this.#edges, this.#mirrors, this.#codes);
  }

  /** More families, read at each scrape: connections, breakers and the like. A family's name may come from one source only. */
  addFamilies(source: () => readonly MetricFamily[]): void {
    this.#sources.push(source);
  }

  /** An ejection, return, trip, panic or failover. */
  countHealth({ kind, service }: InstanceHealthEvent): void {
    const key = `${kind} ${service}`;
    const known = this.#health.get(key);
    if (known !== undefined) known.value++;
    else if (this.#health.size < HEALTH_SERIES_MAX) this.#health.set(key, { kind, service, value: 1 });
  }

  /** A request with a trace ended: it stands for its bucket until the next one. */
  noteTrace({ atMs, callee, caller, durationMs, mirror, side, status, traceId }: TapEntry): void {
    if (traceId === null || mirror || side !== "caller" || status === 0) return;
    const key = keyOf(caller, callee);
    let exemplars = this.#exemplars.get(key);
    if (exemplars === undefined) {
      if (this.#exemplars.size >= EDGES_MAX) return;
      exemplars = new Map();
      this.#exemplars.set(key, exemplars);
    }
    const value = Math.round(durationMs * 1_000) / 1e6;
    exemplars.set(durationBucketOf(value), { traceId, value, atMs });
  }

  /** All families, as of now. */
  families(): readonly MetricFamily[] {
    const edges = copyOf(this.#edges);
    const mirrors = copyOf(this.#mirrors);
    const codes = new Map(this.#codes);
    this.#add(this.#recorder.peek(), edges, mirrors, codes);
    const health: MetricFamily = {
      type: "counter",
      name: `${PREFIX}_health_events`,
      help: "What the proxy decided about instances and services: ejections, returns, trips, panics, failovers.",
      samples: [...this.#health.values()].map(({ kind, service, value }) => ({ labels: { kind, service }, value })),
    };
    return [
      ...edgeFamilies({
        prefix: PREFIX,
        edges: totalsIn(edges),
        mirrors: totalsIn(mirrors),
        exemplarsOf: ({ callee, caller }) => this.#exemplars.get(keyOf(caller, callee)),
      }),
      codeFamily(PREFIX, codes),
      health,
      ...this.#sources.flatMap((source) => source()),
    ];
  }

  #add({ codes, edges }: Pick<TelemetryBatch, "edges" | "codes">, into: Sums, mirrors: Sums, codeSums: Map<string, number>): void {
    for (const delta of edges) addToSums(sumsOf(delta.mirror ? mirrors : into, delta), delta);
    for (const [code, count] of Object.entries(codes)) codeSums.set(code, (codeSums.get(code) ?? 0) + count);
  }
}

function sumsOf(edges: Sums, { callee, caller }: EdgeDelta): number[] {
  const known = edges.get(keyOf(caller, callee));
  if (known !== undefined) return known.sums;
  // One place is kept for what does not fit.
  if (edges.size >= EDGES_MAX - 1 && caller.service !== OTHER.service) return sumsOf(edges, { callee: OTHER, caller: OTHER } as EdgeDelta);
  const sums = createEdgeSums();
  edges.set(keyOf(caller, callee), { caller, callee, sums });
  return sums;
}

function copyOf(edges: Sums): Sums {
  return new Map([...edges].map(([key, { callee, caller, sums }]) => [key, { caller, callee, sums: [...sums] }]));
}

function totalsIn(edges: Sums): readonly EdgeTotals[] {
  return [...edges.values()].map(({ callee, caller, sums }) => totalsOf(caller, callee, sums));
}

function keyOf(caller: EdgeEnd, callee: EdgeEnd): string {
  return `${caller.service} ${caller.version ?? ""} ${callee.service} ${callee.version ?? ""}`;
}
