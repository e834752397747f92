/**
 * The version space of a mesh: which version each service may have, and which pairs of versions may meet.
 * A space is one reading of the evidence: over *proven* pairs it bounds from below, over *not disproven* pairs from above.
 */
import type { Bitset } from "./bitset.ts";
import type { Relation } from "./relation.ts";
import type { VersionOrder } from "./version-order.ts";

/** A service, the versions it is registered with, and those of them that may be chosen. */
export interface SpaceService {
  readonly name: string;
  readonly order: VersionOrder;
  /** Positions that may be chosen. */
  readonly candidates: Bitset;
}

/** What two services, named by their index in `services`, ask of each other. */
export interface SpaceEdge {
  readonly consumer: number;
  readonly provider: number;
  /** Pairs that may meet. */
  readonly allowed: Relation;
}

/** A constraint network: the services are its variables, the edges its binary constraints. */
export interface Space {
  readonly services: readonly SpaceService[];
  readonly edges: readonly SpaceEdge[];
}

/** A position per service. */
export type Configuration = readonly number[];
