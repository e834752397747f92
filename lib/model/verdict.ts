import type { ServiceName, Version } from "./names.ts";

/** One version of one service. */
export interface VersionRef {
  readonly service: ServiceName;
  readonly version: Version;
}

/** What is known of a pair. `unknown` passes the gate and counts as unproven exposure. */
export type Verdict = "compatible" | "incompatible" | "unknown";

/** One dated fact about a version pair. */
export interface Evidence {
  /** `declared`: the consumer's requirement covers, or excludes, the provider's version. `override`: an operator lets the pair through for a time. */
  readonly kind: "declared" | "override";
  readonly verdict: Verdict;
  /** ISO 8601 UTC, when the fact was recorded. */
  readonly at: string;
  readonly author: string;
  /** One sentence, such as `checkout 1.4.0 requires payments ^2.1.0`. */
  readonly sentence: string;
  readonly range?: string;
  readonly expiresAt?: string;
}

/** Why one pair stands in the way: the pair, its evidence, and what would make it safe. */
export interface PairReason {
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  /** One sentence naming consumer, provider and requirement. */
  readonly sentence: string;
  /** One sentence: what would make it safe. */
  readonly fix: string;
}

/** Share of live request chains, 0 to 1, that cross a broken or an unproven pair. */
export interface Exposure {
  readonly broken: number;
  readonly unproven: number;
}
