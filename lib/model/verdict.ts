import type { ConstraintKind, EvidenceSource, TrafficProof } from "./evidence.ts";
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
  /**
   * Where it comes from. `declared`: the consumer's requirement covers, or excludes, the provider's version. `operator`: a veto or an allowance.
   * `override`: an operator lets the pair through the gate for a time, and the verdict stays.
   */
  readonly kind: EvidenceSource | "override";
  readonly verdict: Verdict;
  /** ISO 8601 UTC, when the fact was recorded. */
  readonly at: string;
  readonly author: string;
  /** One sentence, such as `checkout 1.4.0 requires payments ^2.1.0`. */
  readonly sentence: string;
  readonly range?: string;
  readonly expiresAt?: string;
  /** Of a recorded fact. */
  readonly id?: string;
  readonly constraint?: ConstraintKind;
  readonly contractHash?: string;
  readonly verifier?: string;
  /** The consumer version that was verified, where another one has the very same contract. */
  readonly inheritedFrom?: VersionRef;
  readonly traffic?: TrafficProof;
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

/** Two facts about one pair that cannot both be right. */
export interface Contradiction {
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
  readonly constraint: ConstraintKind;
  /** The fact that decides. */
  readonly stands: Evidence;
  /** The fact that says the opposite. */
  readonly against: Evidence;
  /** One sentence naming both, and which of them counts. */
  readonly sentence: string;
}

/** Share of live request chains, 0 to 1, that cross a broken or an unproven pair. */
export interface Exposure {
  readonly broken: number;
  readonly unproven: number;
}
