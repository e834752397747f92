/**
 * One metric of the mode `mann-whitney`, for those who come from Kayenta: the shares of bad requests of all blocks so far, one value per block and arm, are ranked; the
 * candidate is worse where the confidence interval of the shift lies beyond a quarter of the shift itself. Kayenta's own figures: tolerance 0.25, confidence 98 %.
 * Watched continuously this test blames a harmless candidate far more often than its confidence suggests; the sequential mode does not.
 */
import type { ArmCount } from "../../sequential/index.ts";
import type { RankedState } from "./judge-state.ts";
import { type Shift, shiftOf } from "./mann-whitney.ts";

export const RANK_TOLERANCE = 0.25;
export const RANK_CONFIDENCE = 0.98;
/** Fewer blocks are not judged. */
export const RANKED_BLOCKS_MIN = 10;
/** More are forgotten, the oldest first. */
const RANKED_BLOCKS_MAX = 120;

/** How Kayenta classifies a metric. */
export interface Ranking {
  readonly class: "high" | "low" | "pass" | "nodata";
  readonly shift: Shift | null;
}

/** A block's shares behind the ones before; a block in which one arm had no requests is left out. */
export function withBlockShares({ baseline, candidate }: RankedState["shares"], one: ArmCount, other: ArmCount): RankedState["shares"] {
  if (one.n === 0 || other.n === 0) return { baseline, candidate };
  return {
    candidate: [...candidate, one.bad / one.n].slice(-RANKED_BLOCKS_MAX),
    baseline: [...baseline, other.bad / other.n].slice(-RANKED_BLOCKS_MAX),
  };
}

/** Kayenta's classification of two samples, in whichever direction they differ. */
export function classify(
  candidate: readonly number[],
  baseline: readonly number[],
  { confidence = RANK_CONFIDENCE, tolerance = RANK_TOLERANCE }: { readonly confidence?: number; readonly tolerance?: number } = {},
): Ranking {
  if (candidate.length === 0 || baseline.length === 0) return { class: "nodata", shift: null };
  const shift = shiftOf(candidate, baseline, confidence);
  if (shift === null) return { class: "pass", shift };
  const bound = tolerance * Math.abs(shift.estimate);
  if (shift.low > bound) return { class: "high", shift };
  if (shift.high < -bound) return { class: "low", shift };
  return { class: "pass", shift };
}
