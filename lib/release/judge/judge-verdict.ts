/**
 * The judge's verdict. FAIL: one metric is shown to be harmed, or a figure was beyond its bound for too long. PASS: every metric is shown to be safe, every figure is
 * within its bound now, and nothing makes the comparison worthless. INCONCLUSIVE: neither, with what it would take.
 *
 * Invariants: however often one looks, a harmless candidate fails with probability α at most in the whole release, and one that is worse by what matters passes with
 * probability β at most (sequential mode); what fails stays failed; without data nothing passes.
 */
import type { JudgeMetric, JudgeVerdict } from "../../model/index.ts";
import { type ArmCount, nonInferiorityLogE } from "../../sequential/index.ts";
import { requestsLeft } from "./forecast.ts";
import { guardsOf, isBlind, isMismatched, type JudgeGuard } from "./guards.ts";
import type { JudgeState, RankedState, TestedState, ThresholdState, TrailPoint } from "./judge-state.ts";
import { falseAlarmLevel, levelsOf, type TestedMetric } from "./levels.ts";
import { effectSize, pValue } from "./mann-whitney.ts";
import { classify, RANK_CONFIDENCE, RANK_TOLERANCE, RANKED_BLOCKS_MIN } from "./ranked-metric.ts";
import { isBeyond, type ThresholdMetric } from "./threshold-metric.ts";
import { armWords, countWords, metricName, rounded, sentenceCase, spanWords } from "./words.ts";

/** One metric's part. E-values and bounds are natural logarithms; null where nothing is tested. */
export interface MetricVerdict {
  readonly kind: JudgeMetric["kind"];
  /** "errors", "slower than 66 ms", the expression of a threshold. */
  readonly metric: string;
  /** Of latency. */
  readonly boundaryMs: number | null;
  /** Of a threshold. */
  readonly above: number | null;
  readonly below: number | null;
  readonly forMs: number | null;
  /** Its part of the chance of a false alarm in the whole release; null where nothing is tested. */
  readonly level: number | null;
  readonly verdict: JudgeVerdict;
  readonly sentence: string;
  readonly harmE: number | null;
  readonly harmBound: number | null;
  readonly safeE: number | null;
  readonly safeBound: number | null;
  readonly candidate: ArmCount;
  readonly baseline: ArmCount;
  /** Of the candidate until it passes; 0 once it has, null where that cannot be said. */
  readonly needsRequests: number | null;
  /** The latest figure of a threshold, and how long it has been beyond its bound. */
  readonly value: number | null;
  readonly beyondMs: number | null;
  /** Both arms over time, for drawing. */
  readonly trail: readonly TrailPoint[];
}

/** What the judge says. */
export interface Verdict {
  readonly verdict: JudgeVerdict;
  readonly sentence: string;
  readonly metrics: readonly MetricVerdict[];
  readonly guards: readonly JudgeGuard[];
  /** The largest e-value for harm relative to its bound, of any metric: 1 and more is a FAIL. Null before the first block, and where nothing is tested. */
  readonly harmPart: number | null;
  /** The largest e-value for harm of any metric; null like `harmPart`. */
  readonly e: number | null;
}

const NOTHING: ArmCount = { n: 0, bad: 0 };
/** exp() of more is no number any more. */
const LOG_MAX = 700;

/** The verdict on all that was seen so far. */
export function verdictOf(state: JudgeState): Verdict {
  const metrics = state.metrics.flatMap((each, at) => {
    const metric = state.settings.metrics[at];
    return metric === undefined ? [] : [metricVerdict(state, metric, each)];
  });
  const tested = metrics.flatMap(({ harmBound, harmE }) => (harmE === null || harmBound === null ? [] : [{ harmE, harmBound }]));
  const most = state.blocks === 0 || tested.length === 0 ? null : Math.max(...tested.map(({ harmE }) => harmE));
  return {
    ...overall(state, metrics),
    metrics,
    guards: guardsOf(state),
    harmPart: most === null ? null : Math.max(...tested.map(({ harmBound, harmE }) => Math.max(0, harmE) / harmBound)),
    e: most === null ? null : Math.exp(Math.min(most, LOG_MAX)),
  };
}

function overall(state: JudgeState, metrics: readonly MetricVerdict[]): Pick<Verdict, "verdict" | "sentence"> {
  const { version } = state.subject;
  const failed = metrics.filter(({ verdict }) => verdict === "fail");
  if (failed.length > 0) return { verdict: "fail", sentence: failed.map(({ sentence }) => sentence).join(" ") };
  if (metrics.length === 0) return { verdict: "inconclusive", sentence: "Nothing is judged." };
  if (isBlind(state)) return { verdict: "inconclusive", sentence: missingWords(state) };
  const open = metrics.filter(({ verdict }) => verdict === "inconclusive");
  if (open.length > 0) return { verdict: "inconclusive", sentence: open.map(({ sentence }) => sentence).join(" ") };
  if (isMismatched(state)) {
    const split = guardsOf(state).find(({ kind }) => kind === "split");
    return { verdict: "inconclusive", sentence: `${version} looks safe, but the comparison is in doubt. ${split?.sentence ?? ""}`.trim() };
  }
  return { verdict: "pass", sentence: metrics.map(({ sentence }) => sentence).join(" ") };
}

function missingWords(state: JudgeState): string {
  return guardsOf(state).find(({ kind }) => kind === "missing")?.sentence ?? "";
}

function metricVerdict(state: JudgeState, metric: JudgeMetric, each: JudgeState["metrics"][number]): MetricVerdict {
  if (metric.kind === "threshold" || each.kind === "threshold") {
    return thresholdVerdict(metric as ThresholdMetric, each as ThresholdState);
  }
  return each.kind === "ranked" ? rankedVerdict(state, metric, each) : testedVerdict(state, metric, each);
}

function testedVerdict(state: JudgeState, metric: TestedMetric, each: TestedState): MetricVerdict {
  const levels = levelsOf(metric);
  const harmBound = Math.log(1 / levels.harm);
  const safeBound = Math.log(1 / levels.safe);
  const safeE = nonInferiorityLogE(each.safe);
  const isHarmed = each.harmMost >= harmBound;
  const isSafe = !isHarmed && safeE >= safeBound;
  const needsRequests = isSafe ? 0 : isHarmed ? null : requestsLeft(state, each, metric);
  const verdict = isHarmed ? "fail" : isSafe ? "pass" : "inconclusive";
  return {
    ...counted(metric, each),
    verdict,
    sentence: testedSentence(state, metric, each, verdict, needsRequests),
    level: metric.alpha,
    harmE: each.harmMost,
    harmBound,
    safeE,
    safeBound,
    needsRequests,
  };
}

function testedSentence(state: JudgeState, metric: TestedMetric, each: TestedState, verdict: JudgeVerdict, needs: number | null): string {
  const { baseline, version } = state.subject;
  const name = sentenceCase(metricName(metric));
  const other = baseline ?? "what there was";
  const figures = `${version} has ${armWords(each.candidate)}, ${other} ${armWords(each.baseline)}`;
  if (verdict === "fail") {
    const ratio = `more than ${rounded(1 + metric.tolerance)} times the share of ${other}`;
    return `${name}: ${figures}. Shown to be ${ratio}, with a false alarm in ${rounded(falseAlarmLevel(state.settings) * 100)} % of releases at most.`;
  }
  if (verdict === "pass") return `${name}: ${figures}. Not worse by what matters.`;
  if (each.candidate.n === 0) return `${name}: no request of ${version} was seen yet.`;
  if (each.baseline.n === 0) return `${name}: ${figures}. There is nothing to compare it with.`;
  if (needs === null)
    return `${name}: ${figures}. Neither harm nor safety is shown, and at these figures more requests alone may not decide it.`;
  return `${name}: no harm shown; about ${countWords(Math.max(1, needs))} more ${needs === 1 ? "request" : "requests"} to ${version} are needed to call it safe.`;
}

function rankedVerdict(state: JudgeState, metric: TestedMetric, each: RankedState): MetricVerdict {
  const blocks = Math.min(each.shares.candidate.length, each.shares.baseline.length);
  const ranking = classify(each.shares.candidate, each.shares.baseline);
  const isReady = blocks >= RANKED_BLOCKS_MIN;
  const verdict: JudgeVerdict = !isReady ? "inconclusive" : ranking.class === "high" ? "fail" : "pass";
  const name = sentenceCase(metricName(metric));
  const { baseline, version } = state.subject;
  const figures = `${version} has ${armWords(each.candidate)}, ${baseline ?? "what there was"} ${armWords(each.baseline)}`;
  const test = `Mann-Whitney, tolerance ${RANK_TOLERANCE}, confidence ${RANK_CONFIDENCE * 100} %`;
  const { baseline: ys, candidate: xs } = each.shares;
  const sentence = isReady
    ? `${name}: ${figures}. ${sentenceCase(ranking.class)} by ${test}; p ${rounded(pValue(xs, ys))}, effect size ${rounded(effectSize(xs, ys))}.`
    : `${name}: ${blocks} of the ${RANKED_BLOCKS_MIN} blocks that ${test} needs.`;
  return { ...counted(metric, each), verdict, sentence };
}

function thresholdVerdict(metric: ThresholdMetric, { beyondMs, isBroken, value }: ThresholdState): MetricVerdict {
  const isOut = value !== null && isBeyond(metric, value);
  const verdict: JudgeVerdict = isBroken ? "fail" : value === null || isOut ? "inconclusive" : "pass";
  const bound = [
    ...(metric.above === undefined ? [] : [`above ${rounded(metric.above)}`]),
    ...(metric.below === undefined ? [] : [`below ${rounded(metric.below)}`]),
  ].join(" or ");
  const now = value === null ? "has no data" : `is ${rounded(value)}`;
  const sentence =
    verdict === "fail"
      ? `${metric.query} was ${bound} for ${metric.forMs === 0 ? "a moment" : spanWords(metric.forMs)} or longer; now it ${now}.`
      : value === null
        ? `${metric.query} has no data: that is not good.`
        : isOut
          ? `${metric.query} is ${rounded(value)}; it fails once it is ${bound} for ${spanWords(metric.forMs)}.`
          : `${metric.query} is ${rounded(value)}, within its bound.`;
  return { ...blank(metric), verdict, sentence, value, beyondMs };
}

function counted(
  metric: TestedMetric,
  { baseline, candidate, trail }: TestedState | RankedState,
): Omit<MetricVerdict, "verdict" | "sentence"> {
  return { ...blank(metric), candidate, baseline, trail };
}

function blank(metric: JudgeMetric): Omit<MetricVerdict, "verdict" | "sentence"> {
  return {
    kind: metric.kind,
    metric: metricName(metric),
    boundaryMs: metric.kind === "latency" ? metric.boundaryMs : null,
    above: metric.kind === "threshold" ? (metric.above ?? null) : null,
    below: metric.kind === "threshold" ? (metric.below ?? null) : null,
    forMs: metric.kind === "threshold" ? metric.forMs : null,
    level: null,
    harmE: null,
    harmBound: null,
    safeE: null,
    safeBound: null,
    candidate: NOTHING,
    baseline: NOTHING,
    needsRequests: null,
    value: null,
    beyondMs: null,
    trail: [],
  };
}
