import type { Catch, Forecast, JudgeGuard, MetricVerdict, TrailPoint } from "@/lib/release/index.ts";
import { bernoulliBand } from "@/lib/sequential/index.ts";

/** What the judge of a release says, as the API has it. */
export interface JudgeView {
  readonly mode: "sequential" | "mann-whitney";
  readonly verdict: MetricVerdict["verdict"];
  readonly sentence: string;
  readonly stepRequests: number;
  readonly minRequests: number;
  readonly blocks: number;
  readonly metrics: readonly MetricVerdict[];
  readonly guards: readonly JudgeGuard[];
  readonly forecast: Forecast | null;
  readonly verdicts: readonly VerdictEntry[];
}

/** A verdict that differed from the one before it. */
export interface VerdictEntry {
  readonly at: string;
  readonly verdict: MetricVerdict["verdict"];
  readonly sentence: string;
}

/** Where a gauge's bound stands, as a part of its width: beyond it there is room for what is shown beyond doubt. */
export const BOUND_AT = 0.8;

/** How far a gauge is filled, 0 to 1: `BOUND_AT` at the bound; what speaks against it leaves it empty. */
export function gaugeFill(e: number | null, bound: number | null): number {
  if (e === null || bound === null || bound <= 0) return 0;
  return Math.min(1, (Math.max(0, e) / bound) * BOUND_AT);
}

/** The judge in one word. `blind`: the new version gets no requests that could be judged. */
export type Standing = "none" | "waiting" | "blind" | "harm" | "safe" | "quiet";

export function standingOf({ blocks, guards, metrics, verdict }: Pick<JudgeView, "blocks" | "guards" | "metrics" | "verdict">): Standing {
  if (metrics.length === 0) return "none";
  if (verdict === "fail") return "harm";
  if (guards.some(({ kind, state }) => kind === "missing" && state === "warning")) return "blind";
  if (blocks === 0 || metrics.every(isUnseen)) return "waiting";
  return verdict === "pass" ? "safe" : "quiet";
}

/** Nothing was counted for it, and no figure read. */
export function isUnseen({ candidate, kind, value }: Pick<MetricVerdict, "candidate" | "kind" | "value">): boolean {
  return kind === "threshold" ? value === null : candidate.n === 0;
}

/** The chance of a false alarm in the whole release; null where no level is promised. */
export function falseAlarmPart({ metrics, mode }: Pick<JudgeView, "metrics" | "mode">): number | null {
  const levels = metrics.flatMap(({ level }) => (level === null ? [] : [level]));
  return mode === "sequential" && levels.length > 0 ? levels.reduce((sum, level) => sum + level, 0) : null;
}

/** Requests that the verdict rests on: of the metric with the most. */
export function requestsSeen(metrics: readonly MetricVerdict[]): { readonly candidate: number; readonly baseline: number } {
  return {
    candidate: Math.max(0, ...metrics.map(({ candidate }) => candidate.n)),
    baseline: Math.max(0, ...metrics.map(({ baseline }) => baseline.n)),
  };
}

/** Beyond that a doubling is no use to anybody: what is said instead is when one in ten would be noticed. */
const TELLING_MS = 30 * 60_000;

/** Of what a forecast knows, the one catch worth a sentence. */
export function catchToTell({ catches }: Forecast): Catch | null {
  const first = catches[0];
  if (first === undefined || first.ms <= TELLING_MS) return first ?? null;
  return catches.find(({ harm }) => harm === "tenth") ?? first;
}

/** When a metric passes at the traffic of now, in ms; null where that cannot be said. */
export function safeInMs({ needsRequests }: MetricVerdict, forecast: Forecast | null): number | null {
  if (needsRequests === null || forecast === null || forecast.ms === null || forecast.requests === null || forecast.requests === 0)
    return null;
  return (needsRequests / forecast.requests) * forecast.ms;
}

/** What is said of a metric beside its name. */
export type Aside = "unseen" | "harm" | "safe" | "safeIn" | "needs" | "leaning" | "undecided" | "within" | "beyond" | "broken" | "ranked";

export function asideOf(metric: MetricVerdict, { forecast, mode }: Pick<JudgeView, "forecast" | "mode">): Aside {
  const { beyondMs, harmE, kind, needsRequests, verdict } = metric;
  if (kind === "threshold" && verdict === "fail") return "broken";
  if (kind !== "threshold" && mode === "mann-whitney") return "ranked";
  if (verdict === "fail") return "harm";
  if (isUnseen(metric)) return "unseen";
  if (kind === "threshold") return beyondMs === null ? "within" : "beyond";
  if (verdict === "pass") return "safe";
  if (safeInMs(metric, forecast) !== null) return "safeIn";
  if (needsRequests !== null) return "needs";
  return (harmE ?? 0) > 0 ? "leaning" : "undecided";
}

/** A share of what was counted; null for nothing. */
export function shareOf({ bad, n }: { readonly n: number; readonly bad: number }): number | null {
  return n === 0 ? null : bad / n;
}

/** Both arms over time. */
export interface TrailSeries {
  /** Epoch ms. */
  readonly times: readonly number[];
  readonly candidate: readonly (number | null)[];
  readonly baseline: readonly (number | null)[];
  /** What the candidate's share is held to be between, from all that was seen until then; it holds at all times at once. */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** Highest chance that the true share is ever outside of the band. */
const BAND_LEVEL = 0.05;

/** A trail whose last point is at `endMs`. */
export function trailSeries(trail: readonly TrailPoint[], endMs: number): TrailSeries {
  const lastMs = trail.at(-1)?.[0] ?? 0;
  const tightAt = Math.max(
    1,
    trail.reduce((sum, point) => sum + point[1], 0),
  );
  let seen = { n: 0, bad: 0 };
  const bands = trail.map(([, n, bad]) => {
    seen = { n: seen.n + n, bad: seen.bad + bad };
    return seen.n === 0 ? null : bernoulliBand(seen, { level: BAND_LEVEL, tightAt });
  });
  return {
    times: trail.map(([ms]) => endMs - (lastMs - ms)),
    candidate: trail.map(([, n, bad]) => shareOf({ n, bad })),
    baseline: trail.map(([, , , n, bad]) => shareOf({ n, bad })),
    low: bands.map((band) => band?.low ?? null),
    high: bands.map((band) => band?.high ?? null),
  };
}
