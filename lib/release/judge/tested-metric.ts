/**
 * One metric of the sequential mode, block by block: is the candidate's share of bad requests more than `1 + tolerance` times the baseline's (harm), and is it shown to
 * be less than `1 + margin` times it, or less than half a per cent above it (safe)?
 *
 * Invariants:
 * - callers are compared with themselves: each is a stratum of its own, so that neither a rule nor a change of who calls can look like a difference of versions;
 * - alternatives and ratios of a block come from the blocks before it;
 * - where the baseline varies from block to block by more than chance (`excessVariance`), harm needs a larger ratio and safety a smaller one;
 * - at 100 % there is no baseline to compare with: harm is measured against the upper end of a band that its share has not left so far, safety against the lower end.
 */
import {
  type ArmCount,
  bernoulliBand,
  dispersionBlock,
  excessVariance,
  harmWatchBlock,
  harmWatchLogE,
  harmWorth,
  harmWorthAlone,
  nonInferiorityWorth,
  nonInferiorityWorthAlone,
  plus,
  shareOf,
} from "../../sequential/index.ts";
import type { Stratum } from "./judge-block.ts";
import type { TestedState } from "./judge-state.ts";
import { type Levels, PASS_MARGIN, type TestedMetric } from "./levels.ts";
import { withBlock } from "./trail.ts";

/** More callers than this share the past of all of them. */
const CALLERS_MAX = 32;
/** So many requests of all callers weigh as much as a caller's own. */
const POOLED_REQUESTS = 100.5;
/** The test never widens beyond this: what varies more is no baseline any more. */
const WIDENING_MAX = 1.5;
/** Against a smaller ratio nothing is ever shown to be safe. */
const SAFE_RATIO_MIN = 1.05;

const NOTHING: ArmCount = { n: 0, bad: 0 };

/** What a block is tested with. */
export interface TestedBlock {
  readonly strata: readonly Stratum[];
  readonly ms: number;
  /** The candidate has all of the split. */
  readonly isAlone: boolean;
}

/** Ratios after what is known of the baseline's own variation. */
export interface Ratios {
  readonly harm: number;
  readonly safe: number;
  /** 1: as configured. */
  readonly widening: number;
}

/** Takes one more block. */
export function testedBlock(state: TestedState, metric: TestedMetric, levels: Levels, block: TestedBlock): TestedState {
  const { candidate, baseline } = pooled(block.strata);
  const worth = worthOf(state, metric, block.strata, block.isAlone ? worthAlone(state, metric, levels, block.strata) : NO_WORTH);
  const harm = harmWatchBlock(state.harm, worth.harm);
  return {
    ...state,
    trail: withBlock(state.trail, block.ms, candidate, baseline),
    candidate: plus(state.candidate, candidate),
    baseline: plus(state.baseline, baseline),
    dispersion: dispersionBlock(state.dispersion, baseline),
    harm,
    harmMost: Math.max(state.harmMost, harmWatchLogE(harm)),
    safe: { ratioLog: state.safe.ratioLog + worth.ratioLog, marginLog: state.safe.marginLog + worth.marginLog },
    callers: withCallers(state.callers, block.strata),
  };
}

/** The ratios that the next block is tested with. */
export function ratiosOf({ dispersion }: Pick<TestedState, "dispersion">, { margin, tolerance }: TestedMetric): Ratios {
  const widening = Math.min(Math.sqrt(1 + excessVariance(dispersion)), WIDENING_MAX);
  return { harm: (1 + tolerance) * widening, safe: Math.max((1 + margin) / widening, SAFE_RATIO_MIN), widening };
}

/** All callers together. */
export function pooled(strata: readonly Stratum[]): { readonly candidate: ArmCount; readonly baseline: ArmCount } {
  return strata.reduce(
    (sum, { candidate, baseline }) => ({ candidate: plus(sum.candidate, candidate), baseline: plus(sum.baseline, baseline) }),
    {
      candidate: NOTHING,
      baseline: NOTHING,
    },
  );
}

interface Worth {
  readonly harm: readonly number[];
  readonly ratioLog: number;
  readonly marginLog: number;
}

const NO_WORTH: Worth = { harm: [], ratioLog: 0, marginLog: 0 };

/** `others`: what those who met the candidate only are worth. */
function worthOf(state: TestedState, metric: TestedMetric, strata: readonly Stratum[], others: Worth): Worth {
  const ratios = ratiosOf(state, metric);
  let sum = others;
  for (const stratum of strata) {
    if (stratum.candidate.n === 0 || stratum.baseline.n === 0) continue;
    const share = expectedShare(state, stratum.caller);
    const harm = harmWorth(share, stratum, { ratio: ratios.harm });
    const safe = nonInferiorityWorth(share, stratum, { ratio: ratios.safe, margin: PASS_MARGIN });
    sum = {
      harm: harm.map((log, at) => log + (sum.harm[at] ?? 0)),
      ratioLog: sum.ratioLog + safe.ratioLog,
      marginLog: sum.marginLog + safe.marginLog,
    };
  }
  return sum;
}

/** Callers that met the candidate only, against the past of the baseline. */
function worthAlone(state: TestedState, metric: TestedMetric, levels: Levels, strata: readonly Stratum[]): Worth {
  const { candidate } = pooled(strata.filter(({ baseline }) => baseline.n === 0));
  // Without a past of the baseline there is nothing to measure by.
  if (state.baseline.n === 0 || candidate.n === 0) return NO_WORTH;
  const ratios = ratiosOf(state, metric);
  const share = shareOf(state.baseline);
  const tightAt = state.baseline.n;
  const { high } = bernoulliBand(state.baseline, { level: levels.harmBand, tightAt });
  const { low } = bernoulliBand(state.baseline, { level: levels.safeBand, tightAt });
  const safe = nonInferiorityWorthAlone(candidate, share, Math.max(ratios.safe * low, low + PASS_MARGIN));
  return { harm: harmWorthAlone(candidate, ratios.harm * high), ratioLog: safe, marginLog: safe };
}

/** What the baseline's next requests of a caller are expected to be like: its own past, drawn towards that of all. */
function expectedShare({ baseline, callers }: TestedState, caller: string): number {
  const all = shareOf(baseline);
  const own = callers[caller];
  if (own === undefined || own.n === baseline.n) return all;
  return (own.bad + POOLED_REQUESTS * all) / (own.n + POOLED_REQUESTS);
}

function withCallers(callers: TestedState["callers"], strata: readonly Stratum[]): TestedState["callers"] {
  const next: Record<string, ArmCount> = { ...callers };
  for (const { baseline, caller } of strata) {
    const own = next[caller];
    if (own === undefined && Object.keys(next).length >= CALLERS_MAX) continue;
    next[caller] = plus(own ?? NOTHING, baseline);
  }
  return next;
}
