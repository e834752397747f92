/**
 * After a release went to 100 %: does the new version become worse than the replaced one was, for as long as that may still be gone back to? One detector per metric
 * (`e-detector.ts`) against the upper end of the band of the replaced version's share; an alarm that means nothing comes once in `1/level` blocks on average at most.
 */
import { bernoulliBand, type DetectorLogs, detectorBlock, detectorLog, harmWorthAlone } from "../../sequential/index.ts";
import type { JudgeBlock } from "./judge-block.ts";
import type { JudgeState } from "./judge-state.ts";
import { levelsOf } from "./levels.ts";
import { pooled, ratiosOf } from "./tested-metric.ts";
import { armWords, metricName, sentenceCase, shareWords } from "./words.ts";

/** One metric that is watched. */
interface Watched {
  /** Its place in the settings. */
  readonly at: number;
  readonly name: string;
  /** A larger share than this is harm. */
  readonly bound: number;
  readonly logs: DetectorLogs;
  /** The latest block. */
  readonly last: { readonly n: number; readonly bad: number };
}

/** Plain data that never changes: it may be stored as JSON. */
export interface PromotedState {
  readonly version: string;
  /** ln(1/level), shared out over the metrics. */
  readonly alarmAt: number;
  readonly metrics: readonly Watched[];
}

const WEEK_MS = 7 * 86_400_000;

/** Watches from what the judge knows at its end. Of blocks of `blockMs` one false alarm in a week is to be expected at most. */
export function watchPromoted(state: JudgeState, blockMs: number): PromotedState {
  const metrics = state.metrics.flatMap((each, at): readonly Watched[] => {
    const metric = state.settings.metrics[at];
    if (metric === undefined || metric.kind === "threshold" || each.kind !== "tested" || each.baseline.n === 0) return [];
    const level = levelsOf(metric).harmBand;
    const { high } = bernoulliBand(each.baseline, { level, tightAt: each.baseline.n });
    return [{ at, name: metricName(metric), bound: high * ratiosOf(each, metric).harm, logs: [], last: { n: 0, bad: 0 } }];
  });
  return { version: state.subject.version, alarmAt: Math.log((WEEK_MS / blockMs) * Math.max(1, metrics.length)), metrics };
}

/** Takes one more block. */
export function promotedBlock(state: PromotedState, block: JudgeBlock): PromotedState {
  return {
    ...state,
    metrics: state.metrics.map((each) => {
      const reading = block.metrics[each.at];
      if (reading === null || reading === undefined || !("strata" in reading)) return each;
      const { candidate } = pooled(reading.strata);
      return { ...each, logs: detectorBlock(each.logs, harmWorthAlone(candidate, each.bound)), last: candidate };
    }),
  };
}

/** What has become worse, in a sentence; null while nothing has. */
export function promotedAlarm({ alarmAt, metrics, version }: PromotedState): string | null {
  const worse = metrics.filter(({ logs }) => detectorLog(logs) >= alarmAt);
  if (worse.length === 0) return null;
  return worse
    .map(
      ({ bound, last, name }) =>
        `${sentenceCase(name)}: ${version} has ${armWords(last)} in the last block, more than ${shareWords(bound)}.`,
    )
    .join(" ");
}
