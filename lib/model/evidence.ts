import type { VersionRef } from "./verdict.ts";

/**
 * What a fact about two versions is about.
 * `api`: the consumer calls the provider. `event`: the consumer reads events that the provider writes. `state`: the consumer reads what the provider has
 * stored; both may be of one service, as when an older version comes back and finds what a newer one wrote. `config`: both read one configuration.
 * `self`: both are versions of one service and run side by side; the order of the two does not matter.
 */
export type ConstraintKind = "api" | "event" | "state" | "config" | "self";

export const CONSTRAINT_KINDS: readonly ConstraintKind[] = ["api", "event", "state", "config", "self"];

/** Where facts come from, strongest first: the strongest kind that says anything decides, within one kind the worst does. */
export const EVIDENCE_SOURCES = ["operator", "verification", "traffic", "contract", "declared"] as const;

export type EvidenceSource = (typeof EVIDENCE_SOURCES)[number];

/** Requests that ended and those of them that failed. */
export interface FailureCount {
  readonly requests: number;
  readonly failures: number;
}

/** What live traffic showed of a pair. */
export interface TrafficProof {
  readonly pair: FailureCount;
  /** Other versions of the consumer, calling the same version of the provider at the same times; null where there were none. */
  readonly others: FailureCount | null;
  /** The e-value at the moment of the verdict. */
  readonly e: number;
  /** Highest chance that the verdict is wrong, 0 to 1, however often one looks. */
  readonly level: number;
}

/** How many facts a mesh remembers; beyond that none is taken on. */
export const EVIDENCE_MAX = 20_000;

/** One recorded fact about a pair; a declared requirement is no such fact, it stands with its version. */
export interface EvidenceFact {
  /** `ev_` and the number of the change that recorded it. */
  readonly id: string;
  readonly source: Exclude<EvidenceSource, "declared">;
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
  readonly constraint: ConstraintKind;
  readonly verdict: "compatible" | "incompatible";
  /** ISO 8601 UTC: when it was seen; for a verification the time that the verifier gave. */
  readonly at: string;
  readonly author: string;
  /** Why, in a sentence. */
  readonly reason: string;
  /** ISO 8601 UTC; absent: holds until somebody takes it back. */
  readonly expiresAt?: string;
  /** Of the consumer's contract that was verified: results belong to the content, so an unchanged contract keeps its results. */
  readonly contractHash?: string;
  /** Who verified: a build, a pipeline. */
  readonly verifier?: string;
  readonly traffic?: TrafficProof;
}
