/**
 * Figures as they were, for replays: shares and rates of any window from stored sums, durations from the step that had ended. What is not stored (instances, weights
 * in rules, proxies) has no data, and is named, so that a replay can say what it did not look at.
 */
import type { Change, PolicyInput } from "../model/index.ts";
import {
  callsOf,
  evaluateMetric,
  expressionsOf,
  type MetricCall,
  type MetricSubject,
  type PastEvent,
  type PastMesh,
  subjectText,
  wildcardKind,
} from "../policy/index.ts";
import type { Bin, TelemetryStore } from "../telemetry/index.ts";
import { selectorOf } from "./long-windows.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import type { MetricReader } from "./metric-source.ts";

export const REPLAY_MS = 3_600_000;
const STEP_MS = 10_000;
const COARSE_MS = 15_000;
/** Proxies report twice a second: what is younger is not whole. */
const REPORTED_MS = 2_000;
const CHANGES_MAX = 2_000;
const BURN_WINDOW_MS = 300_000;

export interface PastParts {
  readonly telemetry: Pick<TelemetryStore, "series">;
  readonly engine: Pick<MeshEngine, "changes" | "healthEvents" | "state">;
  readonly metrics: MetricReader;
  readonly nowMs: number;
}

/** The last hour, as a policy would have seen it; `notStored`: metrics of it that nobody kept. */
export function pastMesh(parts: PastParts, policy: PolicyInput): PastMesh & { readonly notStored: readonly string[] } {
  const { engine, metrics, nowMs } = parts;
  const toMs = Math.floor((nowMs - REPORTED_MS) / STEP_MS) * STEP_MS;
  const fromMs = toMs - REPLAY_MS;
  const { guard, trigger } = expressionsOf(policy);
  const calls = [trigger, guard].flatMap((expression) => (expression === null ? [] : callsOf(expression)));
  const kind = trigger === null ? null : wildcardKind(trigger);
  const subjects: readonly MetricSubject[] = kind === null ? [{ kind: "mesh" }] : metrics.look().subjects(kind);
  const store = new PastFigures(parts.telemetry, fromMs, toMs);
  return {
    fromMs,
    toMs,
    stepMs: STEP_MS,
    subjects,
    value: (expression, atMs) => evaluateMetric(expression, { value: (call) => store.value(call, atMs) }),
    events: [...changeEvents(engine, fromMs), ...healthEvents(engine, fromMs)].sort((left, right) => left.atMs - right.atMs),
    notStored: [...new Set(calls.filter(({ metric }) => !STORED.includes(metric)).map(({ metric }) => metric))],
  };
}

const STORED: readonly string[] = ["error-rate", "rps", "requests", "burn", "p50", "p90", "p99"];

interface Sums {
  readonly startMs: number;
  readonly stepMs: number;
  /** `requests[i]`: requests before step i. */
  readonly requests: Float64Array;
  readonly failed: Float64Array;
}

class PastFigures {
  readonly #telemetry: Pick<TelemetryStore, "series">;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #sums = new Map<string, Sums | null>();
  readonly #bins = new Map<string, readonly Bin[]>();

  constructor(telemetry: Pick<TelemetryStore, "series">, fromMs: number, toMs: number) {
    this.#telemetry = telemetry;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  value({ metric, slo, subject, windowMs }: MetricCall, atMs: number): number | null {
    if (metric === "p50" || metric === "p90" || metric === "p99") return this.#quantile(subject, metric, windowMs ?? STEP_MS, atMs);
    if (!STORED.includes(metric)) return null;
    const span = windowMs ?? (metric === "burn" ? BURN_WINDOW_MS : STEP_MS);
    const counted = this.#count(subject, span, atMs);
    if (counted === null) return null;
    const { failed, requests } = counted;
    if (metric === "requests") return requests;
    if (metric === "rps") return (requests * 1_000) / span;
    if (requests === 0) return null;
    return metric === "burn" ? failed / requests / (1 - (slo ?? 0)) : failed / requests;
  }

  #count(subject: MetricSubject, windowMs: number, atMs: number): { readonly requests: number; readonly failed: number } | null {
    const sums = this.#sumsOf(subject, windowMs);
    if (sums === null) return null;
    const steps = sums.requests.length - 1;
    const at = (ms: number) => Math.min(steps, Math.max(0, Math.round((ms - sums.startMs) / sums.stepMs)));
    const [first, last] = [at(atMs - windowMs), at(atMs)];
    const between = (values: Float64Array) => (values[last] as number) - (values[first] as number);
    return { requests: between(sums.requests), failed: between(sums.failed) };
  }

  #sumsOf(subject: MetricSubject, windowMs: number): Sums | null {
    const key = `${subjectText(subject)} ${windowMs}`;
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const stepMs = windowMs <= 60_000 ? STEP_MS : COARSE_MS;
    const bins = this.#read(subject, this.#fromMs - windowMs, stepMs);
    const [first] = bins;
    const made = first === undefined ? null : sumsOf(bins, first);
    this.#sums.set(key, made);
    return made;
  }

  #quantile(subject: MetricSubject, metric: "p50" | "p90" | "p99", windowMs: number, atMs: number): number | null {
    const stepMs = Math.max(STEP_MS, Math.ceil(windowMs / STEP_MS) * STEP_MS);
    const key = `${subjectText(subject)} ${stepMs}`;
    const bins = this.#bins.get(key) ?? this.#read(subject, this.#fromMs - stepMs, stepMs);
    this.#bins.set(key, bins);
    const [first] = bins;
    if (first === undefined) return null;
    const ended = bins[Math.floor((atMs - first.startMs) / first.durationMs) - 1];
    return ended?.[`${metric}Ms`] ?? null;
  }

  #read(subject: MetricSubject, fromMs: number, stepMs: number): readonly Bin[] {
    const selector = selectorOf(subject);
    return selector === null ? [] : this.#telemetry.series(selector, fromMs, this.#toMs, stepMs);
  }
}

function sumsOf(bins: readonly Bin[], { durationMs, startMs }: Bin): Sums {
  const requests = new Float64Array(bins.length + 1);
  const failed = new Float64Array(bins.length + 1);
  for (const [index, bin] of bins.entries()) {
    requests[index + 1] = (requests[index] as number) + bin.requests;
    failed[index + 1] = (failed[index] as number) + bin.failed;
  }
  return { startMs, stepMs: durationMs, requests, failed };
}

function changeEvents(engine: PastParts["engine"], fromMs: number): readonly PastEvent[] {
  return engine
    .changes({ limit: CHANGES_MAX })
    .map((change: Change) => ({
      atMs: Date.parse(change.at),
      kind: change.kind,
      subject: change.subject,
      service: change.services.length === 1 ? (change.services[0] ?? null) : null,
      sentence: `${change.kind} of ${change.subject} by ${change.author}`,
    }))
    .filter(({ atMs }) => atMs >= fromMs);
}

function healthEvents(engine: PastParts["engine"], fromMs: number): readonly PastEvent[] {
  return engine
    .healthEvents()
    .map(({ at, instance, kind, sentence, service, subject, version }) => ({
      atMs: Date.parse(at),
      kind,
      subject: instance ?? subject,
      service: service ?? null,
      ...(version === undefined ? {} : { version }),
      sentence,
    }))
    .filter(({ atMs }) => atMs >= fromMs);
}
