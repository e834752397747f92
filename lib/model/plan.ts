import type { ServiceName, Version } from "./names.ts";
import type { RouteRule } from "./route-rule.ts";
import type { VersionRef } from "./verdict.ts";
import type { Weights } from "./weights.ts";

/** One pair that may meet while a step is under way, and what is known of it. */
export interface PairProof {
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
  /** Incompatible pairs are in no plan. */
  readonly verdict: "compatible" | "unknown";
  readonly sentence: string;
}

/** One service moves. */
export interface PlanStep {
  readonly service: ServiceName;
  readonly from: Version;
  readonly to: Version;
  /** Every pair that may meet during the step and did not before. */
  readonly proof: readonly PairProof[];
  /** False: once taken, the way back is closed, because the old version cannot read what the new one stored. `irreversible` says why. */
  readonly reversible: boolean;
  readonly irreversible?: string;
}

/**
 * Steps that may be under way at the same time, in any mix. `shift`: straight to the target. `bridge`: to or from a version in between.
 * `lane`: no order of single moves exists; the new versions take whole requests, entry by entry, while the old ones finish theirs.
 */
export interface PlanWave {
  readonly kind: "shift" | "bridge" | "lane";
  readonly steps: readonly PlanStep[];
}

/** The versions of one service that take requests. */
export type LiveSets = Readonly<Record<string, readonly Version[]>>;

/** All that the checker needs beside what is known of pairs: where the mesh stands at the start, and the moves. */
export interface PlanCertificate {
  readonly start: LiveSets;
  readonly target: Readonly<Record<string, Version>>;
  readonly waves: readonly { readonly kind: PlanWave["kind"]; readonly moves: readonly Pick<PlanStep, "service" | "from" | "to">[] }[];
}

/** What counts where there are several ways. */
export type PlanPreference = "steps" | "waves" | "risk";

/**
 * `ready` → `running` ⇄ `paused`; `reversing` goes back wave by wave; `done` and `reversed` are ends (a plan that is done may still be reversed).
 */
export type PlanState = "ready" | "running" | "paused" | "reversing" | "done" | "reversed";

export type PlanDirection = "forward" | "back";

/** How far a plan has been walked. */
export interface PlanCursor {
  readonly state: PlanState;
  /** Who executed, resumed or reversed it last: its moves are recorded under that name. Before that, who made it. */
  readonly walkedBy: string;
  /** Where `paused` goes on to. */
  readonly direction: PlanDirection;
  /** Waves whose weights are set. */
  readonly wavesDone: number;
  /** Of a lane wave under way: 1 with its rules in place, 2 with its splits set too; 0 when none is under way. */
  readonly laneStage: number;
  /** Which way the last move of weights went; null: there was none. The way back over that wave need not wait for it. */
  readonly lastMove: PlanDirection | null;
  /** Why it is paused; null otherwise. */
  readonly pausedBecause: string | null;
}

/** Where the services that a plan moves stood before it. */
export type PlanStart = Readonly<Record<string, { readonly weights: Weights; readonly rules: readonly RouteRule[] }>>;

/** What a way costs: moves, waves, and the number of different unproven pairs that meet on it. */
export interface PlanCost {
  readonly steps: number;
  readonly waves: number;
  readonly risk: number;
}

export interface PlanAlternative {
  readonly cost: PlanCost;
  readonly waves: readonly PlanWave[];
}

/** A way from the live configuration to a target, and how far it has been walked. */
export interface Plan extends PlanCursor {
  readonly id: string;
  /** As asked for. */
  readonly target: Readonly<Record<string, Version>>;
  readonly waves: readonly PlanWave[];
  readonly certificate: PlanCertificate;
  readonly createdAt: string;
  readonly author: string;
  readonly reason: string;
  readonly cost: PlanCost;
  /** Ways that are better in something and worse in something else. */
  readonly alternatives: readonly PlanAlternative[];
  /** The services that it moves, as they were when it was made, or executed: where the way back ends. */
  readonly start: PlanStart;
  /** ISO 8601 UTC of the last transition. */
  readonly movedAt: string;
}

/** How many plans that ended, or were never executed, a mesh remembers. */
export const PLANS_ENDED_MAX = 64;

/** How many paused plans: what the mesh has moved away from for good can neither be resumed nor reversed, and would stay for ever. */
export const PLANS_PAUSED_MAX = 64;

/** A step of a rollback that takes others along. */
export interface ClosureStep extends Omit<PlanStep, "proof"> {
  /** Counted from 1; steps of one wave may be under way at the same time. */
  readonly wave: number;
  readonly kind: PlanWave["kind"];
}

/** What must move when one service goes back, in order, the service itself among it. */
export interface RollbackClosure {
  readonly service: ServiceName;
  /** Where it goes back to. */
  readonly to: Version;
  readonly steps: readonly ClosureStep[];
  /** Why the start cannot be come back to, in a sentence, where that is so: the first step past the point of no return. */
  readonly irreversible?: string;
  /** A newer version that could be gone to instead, and how many services would have to move for that. */
  readonly forward?: { readonly service: ServiceName; readonly to: Version; readonly steps: number };
}
