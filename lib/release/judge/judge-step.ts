import { FULL_WEIGHT_BP, type JudgeMetric } from "../../model/index.ts";
import { dispersionBlock, harmWatchBlock, harmWorth, plus, shareOf, splitBlock } from "../../sequential/index.ts";
import type { JudgeBlock, MetricReading } from "./judge-block.ts";
import type { JudgeState, MetricState, RankedState } from "./judge-state.ts";
import { levelsOf } from "./levels.ts";
import { withBlockShares } from "./ranked-metric.ts";
import { pooled, testedBlock } from "./tested-metric.ts";
import { thresholdBlock } from "./threshold-metric.ts";
import { withBlock } from "./trail.ts";

/** Halves of the baseline are compared as they would be with a candidate that is allowed nothing. */
const HALVES = { ratio: 1.25 };

/** Takes one more block. */
export function judgeBlock(state: JudgeState, block: JudgeBlock): JudgeState {
  return {
    ...state,
    blocks: state.blocks + 1,
    elapsedMs: state.elapsedMs + block.ms,
    metrics: state.metrics.map((each, at) => {
      const metric = state.settings.metrics[at];
      return metric === undefined ? each : metricBlock(each, metric, block, block.metrics[at] ?? null);
    }),
    split: splitOf(state, block),
    halves: halvesOf(state, block),
    missing: missingOf(state, block),
    recent: recentOf(state, block),
  };
}

function metricBlock(each: MetricState, metric: JudgeMetric, block: JudgeBlock, reading: MetricReading): MetricState {
  if (metric.kind === "threshold") {
    if (each.kind !== "threshold") return each;
    return thresholdBlock(each, metric, reading !== null && "value" in reading ? reading.value : null, block.ms);
  }
  if (each.kind === "threshold" || reading === null || "value" in reading) return each;
  const { strata } = reading;
  if (each.kind === "ranked") return rankedBlock(each, block.ms, strata);
  return testedBlock(each, metric, levelsOf(metric), { strata, ms: block.ms, isAlone: block.weightBp === FULL_WEIGHT_BP });
}

function rankedBlock(state: RankedState, ms: number, strata: Parameters<typeof pooled>[0]): RankedState {
  const { baseline, candidate } = pooled(strata);
  return {
    ...state,
    candidate: plus(state.candidate, candidate),
    baseline: plus(state.baseline, baseline),
    dispersion: dispersionBlock(state.dispersion, baseline),
    trail: withBlock(state.trail, ms, candidate, baseline),
    shares: withBlockShares(state.shares, candidate, baseline),
  };
}

function splitOf({ split }: JudgeState, { split: seen, weightBp }: JudgeBlock): JudgeState["split"] {
  return seen === null || weightBp === null ? split : splitBlock(split, weightBp / FULL_WEIGHT_BP, seen);
}

function halvesOf({ halves }: JudgeState, { halves: block }: JudgeBlock): JudgeState["halves"] {
  if (block === null) return halves;
  const share = shareOf(halves.baseline);
  return {
    left: harmWatchBlock(halves.left, harmWorth(share, block, HALVES)),
    right: harmWatchBlock(halves.right, harmWorth(share, { candidate: block.baseline, baseline: block.candidate }, HALVES)),
    baseline: plus(halves.baseline, plus(block.candidate, block.baseline)),
  };
}

/** Missing: the candidate should have had requests, and none was counted for any metric. */
function missingOf({ missing }: JudgeState, block: JudgeBlock): JudgeState["missing"] {
  const counted = block.metrics.filter((reading) => reading === null || "strata" in reading);
  const isSeen = counted.some(
    (reading) => reading !== null && "strata" in reading && reading.strata.some(({ candidate }) => candidate.n > 0),
  );
  if (isSeen) return { ...missing, streak: 0, streakMs: 0 };
  if (counted.length === 0 || block.weightBp === 0) return missing;
  return { streak: missing.streak + 1, total: missing.total + 1, streakMs: missing.streakMs + block.ms };
}

function recentOf({ recent }: JudgeState, block: JudgeBlock): JudgeState["recent"] {
  const reading = block.metrics.find((each) => each !== null && "strata" in each);
  const { baseline, candidate } = pooled(reading !== null && reading !== undefined && "strata" in reading ? reading.strata : []);
  const known = recent.weightBp === block.weightBp ? recent : { ms: 0, candidate: 0, baseline: 0 };
  return {
    weightBp: block.weightBp,
    ms: known.ms + block.ms,
    candidate: known.candidate + candidate.n,
    baseline: known.baseline + baseline.n,
  };
}
