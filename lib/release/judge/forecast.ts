/**
 * How long the judge is likely to take, before it begins and while it runs: requests and time until a pass if the candidate is as good as the baseline, and until harm of
 * a given size would be shown, with what it would cost until then. Threshold divided by expected growth per block; for people, no part of any guarantee.
 */
import { FULL_WEIGHT_BP, type JudgeSettings } from "../../model/index.ts";
import { harmGrowthOfMixture, passGrowth } from "../../sequential/index.ts";
import type { JudgeState, TestedState } from "./judge-state.ts";
import { levelsOf, PASS_MARGIN, type TestedMetric } from "./levels.ts";
import { RANKED_BLOCKS_MIN } from "./ranked-metric.ts";
import { ratiosOf } from "./tested-metric.ts";
import { countWords, metricName, sentenceCase, spanWords } from "./words.ts";

/** What is known of the service's traffic. */
export interface TrafficRates {
  /** Requests per second to all versions of the service. */
  readonly requestsPerS: number;
  /** The baseline's share of bad requests, one per metric of the settings; null: not known. */
  readonly shares: readonly (number | null)[];
}

/** How fast harm of some size would be shown. */
export interface Catch {
  /** Words of the metric. */
  readonly metric: string;
  /** `doubling`: twice the baseline's share. `tenth`: one request in ten is bad. */
  readonly harm: "doubling" | "tenth";
  readonly ms: number;
  /** Of the candidate, until then. */
  readonly requests: number;
  /** Of them bad. */
  readonly bad: number;
}

/** What to expect. Null: it cannot be said at this traffic. */
export interface Forecast {
  /** Requests of the candidate until it passes, if it is as good as the baseline. */
  readonly requests: number | null;
  readonly ms: number | null;
  readonly catches: readonly Catch[];
  readonly sentence: string;
}

/** Shares below this are reckoned with as this: nobody knows that something never fails. */
const SHARE_MIN = 0.0005;
const TENTH = 0.1;
/** Beyond that a doubling is no use to anybody: what is said instead is when one in ten would be noticed. */
const TELLING_MS = 30 * 60_000;
const NO_FIGURE = 10 * 365 * 86_400_000;

/** Before it begins. */
export function forecast(settings: JudgeSettings, { requestsPerS, shares }: TrafficRates, weightBp: number): Forecast {
  const part = weightBp / FULL_WEIGHT_BP;
  const rates = { candidate: requestsPerS * part, baseline: requestsPerS * (1 - part) };
  const passes: (number | null)[] = [];
  const catches: Catch[] = [];
  for (const [at, metric] of settings.metrics.entries()) {
    if (metric.kind === "threshold") continue;
    const share = Math.max(shares[at] ?? 0, SHARE_MIN);
    const levels = levelsOf(metric);
    const ratios = { harm: 1 + metric.tolerance, safe: 1 + metric.margin };
    passes.push(
      settings.mode === "sequential" ? passRequests({ share, rates, ratio: ratios.safe, left: Math.log(1 / levels.safe) }) : null,
    );
    if (settings.mode === "sequential") catches.push(...catchesOf(metric, share, rates, ratios.harm, Math.log(1 / levels.harm)));
  }
  return told(passes, catches, { settings, perS: rates.candidate, weightBp, isLive: false });
}

/** While it runs, from what was seen so far. */
export function forecastOf(state: JudgeState): Forecast {
  const { recent, settings } = state;
  const seconds = recent.ms / 1_000;
  const rates = { candidate: seconds === 0 ? 0 : recent.candidate / seconds, baseline: seconds === 0 ? 0 : recent.baseline / seconds };
  const passes: (number | null)[] = [];
  const catches: Catch[] = [];
  for (const [at, metric] of settings.metrics.entries()) {
    const each = state.metrics[at];
    if (metric.kind === "threshold" || each === undefined || each.kind !== "tested") continue;
    passes.push(requestsLeft(state, each, metric));
    const share = Math.max(shareSeen(each.baseline), SHARE_MIN);
    catches.push(...catchesOf(metric, share, rates, ratiosOf(each, metric).harm, Math.log(1 / levelsOf(metric).harm)));
  }
  return told(passes, catches, { settings, perS: rates.candidate, weightBp: recent.weightBp, isLive: true });
}

/** Requests of the candidate until this metric passes, going on as until now; 0 once it has, null where it would not. */
export function requestsLeft(state: JudgeState, each: TestedState, metric: TestedMetric): number | null {
  const left = Math.log(1 / levelsOf(metric).safe);
  const { candidate, baseline } = state.recent;
  const rates = { candidate: Math.max(candidate, 1), baseline: candidate === 0 ? 0 : baseline };
  const share = Math.max(shareSeen(each.baseline), SHARE_MIN / 10);
  return passRequests({
    share,
    candidateShare: each.candidate.n === 0 ? share : shareSeen(each.candidate),
    rates,
    ratio: ratiosOf(each, metric).safe,
    left,
    have: each.safe,
  });
}

interface Rates {
  readonly candidate: number;
  readonly baseline: number;
}

interface PassQuestion {
  readonly share: number;
  readonly candidateShare?: number;
  readonly rates: Rates;
  readonly ratio: number;
  /** Log e-value that it takes. */
  readonly left: number;
  readonly have?: { readonly ratioLog: number; readonly marginLog: number };
}

function passRequests({ candidateShare, have = { ratioLog: 0, marginLog: 0 }, left, rates, ratio, share }: PassQuestion): number | null {
  if (rates.candidate <= 0 || rates.baseline <= 0) return null;
  const growth = passGrowth({ candidate: candidateShare ?? share, baseline: share }, rates, { ratio, margin: PASS_MARGIN });
  // The e-value is the mean of two: either alone has to reach twice the threshold.
  const ways = [
    { missing: left + Math.LN2 - have.ratioLog, growth: growth.ratioLog },
    { missing: left + Math.LN2 - have.marginLog, growth: growth.marginLog },
  ].filter((way) => way.missing <= 0 || way.growth > 0);
  if (ways.length === 0) return null;
  const blocks = Math.min(...ways.map((way) => (way.missing <= 0 ? 0 : way.missing / way.growth)));
  return Math.ceil(blocks * rates.candidate);
}

function catchesOf(metric: TestedMetric, share: number, rates: Rates, ratio: number, left: number): readonly Catch[] {
  const sizes = [
    { harm: "doubling", bad: share * 2 },
    { harm: "tenth", bad: TENTH },
  ] as const;
  return sizes.flatMap(({ bad, harm }) => {
    if (bad <= share * ratio || bad >= 1) return [];
    const seconds = left / harmGrowthOfMixture({ candidate: bad, baseline: share }, rates, ratio, left);
    if (!(seconds * 1_000 < NO_FIGURE) || seconds <= 0) return [];
    const requests = seconds * rates.candidate;
    return [
      { metric: metricName(metric), harm, ms: seconds * 1_000, requests: Math.ceil(requests), bad: Math.max(1, Math.ceil(requests * bad)) },
    ];
  });
}

function shareSeen({ bad, n }: { readonly bad: number; readonly n: number }): number {
  return n === 0 ? 0 : bad / n;
}

interface Circumstances {
  readonly settings: JudgeSettings;
  /** Requests per second to the candidate. */
  readonly perS: number;
  readonly weightBp: number | null;
  readonly isLive: boolean;
}

function told(passes: readonly (number | null)[], catches: readonly Catch[], now: Circumstances): Forecast {
  const requests = passes.length === 0 || passes.some((pass) => pass === null) ? null : Math.max(...passes.map((pass) => pass ?? 0));
  const ms = requests === null || now.perS <= 0 ? null : (requests / now.perS) * 1_000;
  return { requests, ms, catches, sentence: `${passWords(requests, ms, now)} ${catchWords(catches)}`.trim() };
}

function passWords(requests: number | null, ms: number | null, { isLive, settings, weightBp }: Circumstances): string {
  if (settings.metrics.every(({ kind }) => kind === "threshold")) return "";
  if (settings.mode === "mann-whitney") return `It is judged from ${RANKED_BLOCKS_MIN} blocks on.`;
  if (isLive && weightBp === FULL_WEIGHT_BP) return "There is no baseline beside it any more: it is judged by the baseline's past.";
  if (requests === null) return "When it will pass cannot be said.";
  if (requests === 0) return "Safety is shown.";
  const time = ms === null ? "" : `, in about ${spanWords(ms)}`;
  const count = countWords(roughly(requests));
  if (isLive) return `If it goes on like this, it passes after about ${count} more ${requests === 1 ? "request" : "requests"}${time}.`;
  return `A version as good as the baseline passes after about ${count} requests${time}.`;
}

function catchWords(catches: readonly Catch[]): string {
  const first = catches[0];
  if (first === undefined) return "";
  const best = first.ms <= TELLING_MS ? first : (catches.find(({ harm }) => harm === "tenth") ?? first);
  const what = best.metric === "errors" ? "errors" : `requests ${best.metric}`;
  const harm =
    best.harm === "doubling" ? `a doubling of ${what}` : `one request in ten ${best.metric === "errors" ? "failing" : best.metric}`;
  const cost = `${countWords(roughly(best.bad))} ${best.metric === "errors" ? "failed" : "slow"} ${best.bad === 1 ? "request" : "requests"}`;
  return `${sentenceCase(harm)} would be caught in about ${spanWords(best.ms)} and cost about ${cost}.`;
}

/** Two significant digits, as exact as a forecast is. */
function roughly(count: number): number {
  return count < 100 ? Math.ceil(count) : Number(count.toPrecision(2));
}
