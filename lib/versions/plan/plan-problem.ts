/**
 * What the planner is asked, and what it answers. Services are named by their place in `services`, versions by their position in the order.
 *
 * Invariants of a problem: the relations of a service are over its own order on both sides, those of an edge over the orders of consumer and
 * provider; `proven` is within `allowed`; `live` and the target are positions of the order. There is at most one edge from one
 * service to another; a service may have one to itself.
 */
import type { PlanCertificate, PlanWave, VersionRef } from "../../model/index.ts";
import type { Bitset } from "../bitset.ts";
import type { Relation } from "../relation.ts";
import type { VersionOrder } from "../version-order.ts";

/** A service as the planner sees it. */
export interface PlanService {
  readonly name: string;
  readonly order: VersionOrder;
  /** Positions with weight now, the heaviest first; none: it serves nothing and constrains nobody. */
  readonly live: readonly number[];
  /** Positions that a bridge, or a service that has to come along, may use. The target need not be among them. */
  readonly candidates: Bitset;
  /** From × to: both may run side by side, and the new one reads what the old one stored. */
  readonly steps: Relation;
  /** From × to: after the step the old version can come back. */
  readonly reversible: Relation;
}

/** Calls, or events, or state, from the versions of one service to those of another. */
export interface PlanEdge {
  readonly consumer: number;
  readonly provider: number;
  /** Pairs that may meet: all that is not disproven. */
  readonly allowed: Relation;
  /** Pairs proven to work. */
  readonly proven: Relation;
}

/** A mesh as it stands, and where it shall go: the position that each named service shall have, alone. */
export interface PlanProblem {
  readonly services: readonly PlanService[];
  readonly edges: readonly PlanEdge[];
  readonly target: ReadonlyMap<number, number>;
}

/** What counts first where several ways exist: fewest steps, fewest waves, or fewest unproven pairs passed through. */
export type PlanPreference = "steps" | "waves" | "risk";

export interface PlanOptions {
  /** Why a pair may meet, in a sentence. */
  readonly describe: (consumer: VersionRef, provider: VersionRef) => string;
  /** Why there is no way back from a step, in a sentence; there is a plain one where it is not given. */
  readonly describeIrreversible?: (service: string, from: string, to: string) => string;
  /** Versions that no service may pass through or be moved to. */
  readonly avoid?: readonly { readonly service: number; readonly position: number }[];
  /** `steps` unless given. */
  readonly prefer?: PlanPreference;
  /** Configurations that one search for bridges may look at; 200 000 unless given. */
  readonly maxStates?: number;
}

/** What a way costs: moves, waves, and the number of different unproven pairs that meet on it. */
export interface PlanCost {
  readonly steps: number;
  readonly waves: number;
  readonly risk: number;
}

/** One way from the live configuration to the target. */
export interface PlannedWay {
  readonly waves: readonly PlanWave[];
  readonly certificate: PlanCertificate;
  readonly cost: PlanCost;
}

/** The preferred way, and others that are better in something and worse in something else. */
export interface PlanOutcome extends PlannedWay {
  readonly alternatives: readonly PlannedWay[];
}

/** A pair in the way. `meet`: the consumer must not meet the provider. `step`: the first may not give way to the second, both of one service. */
export interface PlanConflictPair {
  readonly kind: "meet" | "step";
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
}

/**
 * What would make it possible. `pairs`: these pairs proven to work or let through, all of them. `version`: a version of the service that works with
 * all of these.
 */
export type PlanResolution =
  | { readonly kind: "pairs"; readonly pairs: readonly PlanConflictPair[] }
  | { readonly kind: "version"; readonly service: string; readonly worksWith: readonly VersionRef[] };

/** Why there is no plan. */
export interface PlanImpossible {
  /**
   * `avoided`: the target itself is to be avoided. `configuration`: no consistent configuration has the target. `way`: there is one, and no safe way
   * to it.
   */
  readonly kind: "avoided" | "configuration" | "way";
  /** A set of pairs that is in the way together. */
  readonly conflict: readonly PlanConflictPair[];
  /** Without any one of these pairs the rest would not be in the way; false where the search ended before that was certain. */
  readonly minimal: boolean;
  readonly resolutions: readonly PlanResolution[];
  /** The search stopped at `maxStates`: there may be a way that was not found. */
  readonly stopped: boolean;
}
