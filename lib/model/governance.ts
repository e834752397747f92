import type { ServiceName, Version } from "./names.ts";

/** Where a version is in its life. */
export const LIFECYCLE_STAGES = ["registered", "verified", "canary", "stable", "deprecated", "retired"] as const;

export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

/** The life of one version. Absent in the state: `registered`. */
export interface Lifecycle {
  readonly service: ServiceName;
  readonly version: Version;
  readonly stage: LifecycleStage;
  readonly since: string;
  readonly by: string;
  /** Who or what moved it: somebody, its schedule, or something that happened. */
  readonly cause: "operator" | "schedule" | "event";
  /** A stage to come, at a time. */
  readonly next?: { readonly stage: LifecycleStage; readonly at: string };
  /** ISO 8601 UTC: when it stops to be served. */
  readonly sunset?: string;
}

/**
 * A time in which weights do not grow towards new versions. Rollbacks, aborts and weights that go back are allowed in it. `from`, `until`: ISO 8601 UTC.
 * `weekly`: it comes again each week at that time.
 */
export interface Freeze {
  readonly id: string;
  readonly rev: number;
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly weekly: boolean;
  /** Empty: all services. */
  readonly services: readonly ServiceName[];
  readonly reason: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** A change that waits for a second person, bound to exactly what it does: a change to the request or to what it starts from makes it void. */
export interface Approval {
  readonly id: string;
  /** SHA-256, hex, of the request and of the revs of the services that it touches. */
  readonly diffHash: string;
  /** What is asked for, in a sentence. */
  readonly summary: string;
  /** What would be before and after. */
  readonly before: unknown;
  readonly after: unknown;
  readonly services: readonly ServiceName[];
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly reason: string;
  readonly state: "waiting" | "approved" | "rejected" | "used" | "void";
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

/** How many approvals that are over a mesh remembers. */
export const APPROVALS_ENDED_MAX = 256;

/** What has to be confirmed how. `click` < `hold` < `type` < `second-person`. */
export type RiskLevel = "click" | "hold" | "type" | "second-person";
