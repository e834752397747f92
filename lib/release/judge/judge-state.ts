import type { JudgeMetric, JudgeSettings } from "../../model/index.ts";
import {
  type ArmCount,
  type DispersionState,
  type HarmWatchState,
  type NonInferiorityWorth,
  type SplitState,
  startDispersion,
  startHarmWatch,
  startSplit,
} from "../../sequential/index.ts";

/** Who is judged, by its words. */
export interface JudgeSubject {
  readonly service: string;
  readonly version: string;
  /** What it is compared with; null where there is nothing else. */
  readonly baseline: string | null;
}

/** Five figures for drawing: milliseconds since the judge began, requests and bad ones of the candidate, of the baseline; each since the point before. */
export type TrailPoint = readonly [ms: number, candidate: number, candidateBad: number, baseline: number, baselineBad: number];

/** What both modes keep of a metric that counts requests. */
interface Counted {
  readonly candidate: ArmCount;
  readonly baseline: ArmCount;
  /** How much the baseline varies by itself. */
  readonly dispersion: DispersionState;
  readonly trail: readonly TrailPoint[];
}

/** A metric that is tested block by block. */
export interface TestedState extends Counted {
  readonly kind: "tested";
  readonly harm: HarmWatchState;
  readonly safe: NonInferiorityWorth;
  /** The baseline's past by caller: callers differ in what they ask for. */
  readonly callers: Readonly<Record<string, ArmCount>>;
  /** The greatest log e-value for harm so far: harm once shown stays shown. */
  readonly harmMost: number;
}

/** A metric whose blocks are ranked, as Kayenta does. */
export interface RankedState extends Counted {
  readonly kind: "ranked";
  /** The share of bad requests of each block. */
  readonly shares: { readonly candidate: readonly number[]; readonly baseline: readonly number[] };
}

/** A figure with a bound. */
export interface ThresholdState {
  readonly kind: "threshold";
  /** The latest; null without data. */
  readonly value: number | null;
  /** For how long it has been beyond its bound; null while it is not. */
  readonly beyondMs: number | null;
  readonly isBroken: boolean;
}

export type MetricState = TestedState | RankedState | ThresholdState;

/** All that the judge knows. Plain data that never changes: it may be stored as JSON. */
export interface JudgeState {
  readonly settings: JudgeSettings;
  readonly subject: JudgeSubject;
  readonly blocks: number;
  readonly elapsedMs: number;
  readonly metrics: readonly MetricState[];
  readonly split: SplitState;
  /** Left against right half of the baseline, and right against left. */
  readonly halves: { readonly left: HarmWatchState; readonly right: HarmWatchState; readonly baseline: ArmCount };
  /** Blocks in which the candidate should have had requests and had none: in a row until now, and in all. */
  readonly missing: { readonly streak: number; readonly total: number; readonly streakMs: number };
  /** Traffic at the present weight, for the forecast. */
  readonly recent: { readonly weightBp: number | null; readonly ms: number; readonly candidate: number; readonly baseline: number };
}

const NOTHING: ArmCount = { n: 0, bad: 0 };

/** Nothing seen yet. */
export function startJudge(settings: JudgeSettings, subject: JudgeSubject): JudgeState {
  return {
    settings,
    subject,
    blocks: 0,
    elapsedMs: 0,
    metrics: settings.metrics.map((metric) => startMetric(settings.mode, metric)),
    split: startSplit(),
    halves: { left: startHarmWatch(), right: startHarmWatch(), baseline: NOTHING },
    missing: { streak: 0, total: 0, streakMs: 0 },
    recent: { weightBp: null, ms: 0, candidate: 0, baseline: 0 },
  };
}

function startMetric(mode: JudgeSettings["mode"], metric: JudgeMetric): MetricState {
  if (metric.kind === "threshold") return { kind: "threshold", value: null, beyondMs: null, isBroken: false };
  const counted = { candidate: NOTHING, baseline: NOTHING, dispersion: startDispersion(), trail: [] };
  if (mode === "mann-whitney") return { kind: "ranked", ...counted, shares: { candidate: [], baseline: [] } };
  return { kind: "tested", ...counted, harm: startHarmWatch(), safe: { ratioLog: 0, marginLog: 0 }, callers: {}, harmMost: 0 };
}
