import type { Block, SplitState } from "../../sequential/index.ts";

/** One caller in a block: what it met at the candidate and at the baseline. */
export interface Stratum extends Block {
  /** `storefront@1.4.0`, `ingress`. */
  readonly caller: string;
}

/** What a metric read in a block. Counts of callers that reached both versions, a figure (null: no data), or null: it could not be read at all. */
export type MetricReading = { readonly strata: readonly Stratum[] } | { readonly value: number | null } | null;

/** A stretch of time as the judge sees it. */
export interface JudgeBlock {
  readonly ms: number;
  /** The candidate's configured weight; 10 000: there is no baseline beside it. Null: no split decides who answers (A/B by match, preview, shadow). */
  readonly weightBp: number | null;
  /** One per metric of the settings, in their order. */
  readonly metrics: readonly MetricReading[];
  /** Requests that followed the split, and those of them that went to the candidate; null where nobody counted. */
  readonly split: Pick<SplitState, "candidate" | "total"> | null;
  /** Two halves of the baseline's instances, compared with each other as candidate and baseline are; null where it has fewer than two. */
  readonly halves: Block | null;
}
