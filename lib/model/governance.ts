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
  /** What is to be sent again once it is approved: exactly this. */
  readonly request: ApprovalRequest;
  /** Revs of the services that it touches, as they were: it holds on these alone. */
  readonly revs: Readonly<Record<string, number>>;
  readonly risk: Risk;
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
  /** Why it is void, or what was said on the decision; empty where nothing was. */
  readonly because: string;
}

/** A request of the API as it was made. `ifMatch`: the rev that its author saw; null where it needs none. */
export interface ApprovalRequest {
  readonly method: string;
  readonly path: string;
  readonly ifMatch: number | null;
  readonly body: unknown;
}

/** How long an approval holds unless it says otherwise, and at most. */
export const APPROVAL_TTL_MS = 3_600_000;
export const APPROVAL_TTL_MS_MAX = 86_400_000;

/** Approvals that wait or are open at a time. */
export const APPROVALS_OPEN_MAX = 64;

/** Most freezes that a mesh keeps. */
export const FREEZES_MAX = 256;

/** How many approvals that are over a mesh remembers. */
export const APPROVALS_ENDED_MAX = 256;

/** What has to be confirmed how, the lightest first: a press, a press held down, a name typed, a second person. */
export const RISK_LEVELS = ["click", "hold", "type", "second-person"] as const;

export type RiskLevel = (typeof RISK_LEVELS)[number];

/** How much a change risks, and why: one sentence per reason, the heaviest first. */
export interface Risk {
  readonly level: RiskLevel;
  readonly reasons: readonly string[];
}

/** From which risk on a change needs a second person; `never`: from none, so that one operator alone is not locked out. */
export const SECOND_PERSON_FROM = ["never", "second-person", "type", "hold"] as const;

/** What a mesh asks of its operators. One, under the id `mesh`; absent: `never` at rev 0. */
export interface Governance {
  readonly rev: number;
  readonly secondPersonFrom: (typeof SECOND_PERSON_FROM)[number];
  readonly updatedAt: string;
  readonly updatedBy: string;
}
