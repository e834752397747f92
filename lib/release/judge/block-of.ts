/**
 * Makes a block for the judge out of two looks at the exact totals of the edges into a service.
 *
 * What is compared: callers that reached both versions between the two looks, each with itself. Where the split gives one version everything, all of its callers count.
 * What counts: requests that ended with an answer. Those that authorization refused and those whose caller went away are left out; bad is an answer of 5xx or cut short,
 * whether by the instance or by a proxy that could not get one in time, and a request that had to be tried again. Latency: bad is what took longer than a measured bound.
 */
import { type EdgeEnd, FULL_WEIGHT_BP, type JudgeMetric, type JudgeSettings } from "../../model/index.ts";
import type { ArmCount, Block } from "../../sequential/index.ts";
import type { JudgeBlock, MetricReading, Stratum } from "./judge-block.ts";
import type { JudgeSubject } from "./judge-state.ts";

/** Totals of one edge, as the telemetry store has them. */
export interface EdgeCount {
  readonly caller: EdgeEnd;
  readonly callee: EdgeEnd;
  readonly requests: number;
  readonly failed: number;
  readonly aborted: number;
  readonly denied: number;
  readonly retries: number;
  readonly durations: { readonly counts: readonly number[] };
}

/** All that a block is made of. */
export interface BlockParts {
  readonly settings: JudgeSettings;
  readonly subject: JudgeSubject;
  readonly ms: number;
  readonly weightBp: number | null;
  readonly before: readonly EdgeCount[];
  readonly after: readonly EdgeCount[];
  /** Upper bounds of the histogram in `durations`, in seconds. */
  readonly boundsS: readonly number[];
  readonly split?: JudgeBlock["split"];
  readonly halves?: JudgeBlock["halves"];
  /** The figure of a metric expression now; null: no data. */
  readonly evaluate: (query: string) => number | null;
}

/** What happened between the two looks. */
export function blockOf(parts: BlockParts): JudgeBlock {
  const known = new Map(parts.before.map((edge) => [keyOf(edge), edge]));
  const edges = parts.after.flatMap((edge) => {
    const delta = since(known.get(keyOf(edge)), edge);
    return edge.callee.service === parts.subject.service && delta.requests > 0 ? [delta] : [];
  });
  return {
    ms: parts.ms,
    weightBp: parts.weightBp,
    metrics: parts.settings.metrics.map((metric) => readingOf(parts, metric, edges)),
    split: parts.split ?? null,
    halves: parts.halves ?? null,
  };
}

/** Two halves of a version's instances, by their names in turn; null for fewer than two, or where one half had no requests. */
export function halvesOf(
  figures: ReadonlyMap<string, { readonly requests: number; readonly failed: number }>,
  instances: readonly string[],
): Block | null {
  const sides = [...instances].sort().map((id) => figures.get(id) ?? { requests: 0, failed: 0 });
  const sum = (parity: number): ArmCount => {
    const half = sides.filter((_, at) => at % 2 === parity);
    const n = half.reduce((total, { requests }) => total + requests, 0);
    return {
      n,
      bad: Math.min(
        n,
        half.reduce((total, { failed }) => total + failed, 0),
      ),
    };
  };
  const [candidate, baseline] = [sum(0), sum(1)];
  return instances.length < 2 || candidate.n === 0 || baseline.n === 0 ? null : { candidate, baseline };
}

/** The same settings with the latency boundaries that are really measured: each the next bound of the histogram. */
export function measuredSettings(settings: JudgeSettings, boundsS: readonly number[]): JudgeSettings {
  const metrics = settings.metrics.map((metric) =>
    metric.kind === "latency" ? { ...metric, boundaryMs: measuredBoundaryMs(metric.boundaryMs, boundsS) } : metric,
  );
  return { ...settings, metrics };
}

function measuredBoundaryMs(boundaryMs: number, boundsS: readonly number[]): number {
  return (boundsS.find((bound) => bound * 1_000 >= boundaryMs) ?? boundsS.at(-1) ?? boundaryMs / 1_000) * 1_000;
}

function readingOf({ boundsS, evaluate, subject, weightBp }: BlockParts, metric: JudgeMetric, edges: readonly EdgeCount[]): MetricReading {
  if (metric.kind === "threshold") return { value: evaluate(metric.query) };
  const count = metric.kind === "errors" ? errorsOf : (edge: EdgeCount) => slowOf(edge, metric.boundaryMs, boundsS);
  const callers = Map.groupBy(edges, ({ caller }) => callerOf(caller));
  const isAlone = weightBp === FULL_WEIGHT_BP || weightBp === 0;
  const strata = [...callers].flatMap(([caller, own]): readonly Stratum[] => {
    const candidate = armOf(own, subject.version, count);
    const baseline = subject.baseline === null ? { n: 0, bad: 0 } : armOf(own, subject.baseline, count);
    const counts = isAlone ? candidate.n + baseline.n > 0 : candidate.n > 0 && baseline.n > 0;
    return counts ? [{ caller, candidate, baseline }] : [];
  });
  return { strata: strata.sort((left, right) => (left.caller < right.caller ? -1 : 1)) };
}

function armOf(edges: readonly EdgeCount[], version: string, count: (edge: EdgeCount) => ArmCount): ArmCount {
  let [n, bad] = [0, 0];
  for (const edge of edges) {
    if (edge.callee.version !== version) continue;
    const arm = count(edge);
    n += arm.n;
    bad += arm.bad;
  }
  return { n, bad };
}

function errorsOf({ aborted, denied, failed, requests, retries }: EdgeCount): ArmCount {
  const n = Math.max(0, requests - aborted - denied);
  // A request that was tried again and failed is in both figures: the larger one never counts it twice.
  return { n, bad: Math.min(n, Math.max(failed, retries)) };
}

function slowOf({ durations: { counts } }: EdgeCount, boundaryMs: number, boundsS: readonly number[]): ArmCount {
  const from = boundsS.findIndex((bound) => bound * 1_000 >= boundaryMs);
  const beyond = from < 0 ? boundsS.length : from + 1;
  const n = counts.reduce((sum, count) => sum + count, 0);
  return { n, bad: counts.slice(beyond).reduce((sum, count) => sum + count, 0) };
}

/** The difference of two looks. A counter that went back belongs to an edge that was forgotten and came again: it counts from 0. */
function since(before: EdgeCount | undefined, after: EdgeCount): EdgeCount {
  if (before === undefined || before.requests > after.requests) return after;
  return {
    caller: after.caller,
    callee: after.callee,
    requests: after.requests - before.requests,
    failed: after.failed - before.failed,
    aborted: after.aborted - before.aborted,
    denied: after.denied - before.denied,
    retries: after.retries - before.retries,
    durations: { counts: after.durations.counts.map((count, at) => count - (before.durations.counts[at] ?? 0)) },
  };
}

function callerOf({ service, version }: EdgeEnd): string {
  return version === null ? service : `${service}@${version}`;
}

function keyOf({ callee, caller }: EdgeCount): string {
  return `${callerOf(caller)} ${callerOf(callee)}`;
}
