import type { AuthorizationPolicy } from "./authorization-policy.ts";
import type { Channel } from "./channel.ts";
import type { Deployment, DrainedNode } from "./deployment.ts";
import type { EvidenceFact } from "./evidence.ts";
import type { Approval, Freeze, Governance, Lifecycle } from "./governance.ts";
import type { Instance, Override, RegisteredVersion, WeightsCause } from "./mesh-state.ts";
import type { ChangeId, InstanceId, NodeName, ServiceName, Version } from "./names.ts";
import type { Plan, PlanCursor, PlanStart } from "./plan.ts";
import type { Alert, Policy } from "./policy.ts";
import type { NamedStrategy, Release, ReleaseCursor } from "./release.ts";
import type { RouteRule } from "./route-rule.ts";
import type { TrafficPolicy } from "./traffic-policy.ts";
import type { Weights } from "./weights.ts";

/** One fact about the mesh. Folding facts in order gives the state; nothing else changes it. */
export type MeshEvent =
  | { readonly kind: "service-registered"; readonly service: ServiceName; readonly hosts: readonly string[] }
  | { readonly kind: "service-updated"; readonly service: ServiceName; readonly hosts: readonly string[] }
  | { readonly kind: "service-removed"; readonly service: ServiceName }
  | { readonly kind: "version-registered"; readonly service: ServiceName; readonly version: RegisteredVersion }
  | { readonly kind: "version-updated"; readonly service: ServiceName; readonly version: RegisteredVersion }
  | { readonly kind: "version-removed"; readonly service: ServiceName; readonly version: Version }
  | { readonly kind: "weights-set"; readonly service: ServiceName; readonly weights: Weights; readonly cause: WeightsCause }
  | { readonly kind: "rules-set"; readonly service: ServiceName; readonly rules: readonly RouteRule[] }
  | { readonly kind: "policy-set"; readonly service: ServiceName; readonly policy: TrafficPolicy }
  | { readonly kind: "authorization-set"; readonly service: ServiceName; readonly authorization: AuthorizationPolicy | null }
  /** A step of the root change; the keys are not in the log. `fingerprint`: SHA-256 of the root that the step is about, hex. */
  | { readonly kind: "root-rotated"; readonly step: RootRotationStep; readonly fingerprint: string }
  | { readonly kind: "instance-registered"; readonly instance: Instance }
  | { readonly kind: "instance-removed"; readonly service: ServiceName; readonly id: InstanceId }
  | { readonly kind: "override-granted"; readonly override: Override }
  | { readonly kind: "plan-created"; readonly plan: Plan }
  /** How far a plan is now. `start`: of a plan that is executed, as it is then. */
  | {
      readonly kind: "plan-moved";
      readonly plan: string;
      readonly cursor: PlanCursor;
      readonly start?: PlanStart;
    }
  | { readonly kind: "release-created"; readonly release: Release }
  /** How far a release is now, and what its history says of it. */
  | { readonly kind: "release-moved"; readonly release: string; readonly cursor: ReleaseCursor; readonly sentence: string }
  /** What these set as a whole; null takes it away. */
  | { readonly kind: "strategy-set"; readonly id: string; readonly value: NamedStrategy | null }
  | { readonly kind: "automation-set"; readonly id: string; readonly value: Policy | null }
  | { readonly kind: "alert-set"; readonly id: string; readonly value: Alert | null }
  | { readonly kind: "channel-set"; readonly id: string; readonly value: Channel | null }
  /** `id`: `service@version`. */
  | { readonly kind: "lifecycle-set"; readonly id: string; readonly value: Lifecycle | null }
  | { readonly kind: "freeze-set"; readonly id: string; readonly value: Freeze | null }
  | { readonly kind: "approval-set"; readonly id: string; readonly value: Approval | null }
  /** `id`: `mesh`. */
  | { readonly kind: "governance-set"; readonly id: string; readonly value: Governance | null }
  /** `id`: `service@version`. */
  | { readonly kind: "deployment-set"; readonly id: string; readonly value: Deployment | null }
  | { readonly kind: "node-drain-set"; readonly id: NodeName; readonly value: DrainedNode | null }
  /**
   * Somebody asked one process of a deployment for something else; `id` names its assignment. Nothing of the state: its agent keeps it, with what it was asked
   * for, over restarts of the engine.
   */
  | {
      readonly kind: "process-asked";
      readonly id: string;
      /** Null before it joined. */
      readonly instance: InstanceId | null;
      readonly service: ServiceName;
      readonly version: Version;
      readonly node: NodeName;
      readonly generation: number;
      readonly desired: "run" | "stop";
      /** One more than before: it begins anew. */
      readonly restartSeq: number;
    }
  /** An override is over before its time. */
  | { readonly kind: "override-ended"; readonly override: Override }
  | { readonly kind: "evidence-recorded"; readonly fact: EvidenceFact }
  /** A fact counts no more: taken back, or another stands in its place. */
  | { readonly kind: "evidence-ended"; readonly fact: EvidenceFact };

/** A root change in three steps, each safe to stay at: trust both roots, issue from the new one, trust only the new one. */
export type RootRotationStep = "trust-new" | "issue-new" | "drop-old";

/** What a change was, for people and for filters. */
export type ChangeKind =
  | "service.register"
  | "service.update"
  | "service.remove"
  | "version.register"
  | "version.update"
  | "version.remove"
  | "split.set"
  | "routes.set"
  | "policy.set"
  | "authorization.set"
  | "identity.rotate-root"
  | "evidence.record"
  | "evidence.withdraw"
  | "evidence.observe"
  | "verification.publish"
  | "instance.register"
  | "instance.remove"
  | "instance.start"
  | "instance.stop"
  | "instance.restart"
  | "rollback"
  | "undo"
  | "plan.create"
  | "plan.execute"
  | "plan.pause"
  | "plan.resume"
  | "plan.reverse"
  | "plan.advance"
  | "plan.stop"
  | "release.create"
  | "release.move"
  | "release.advance"
  | "strategy.set"
  | "strategy.remove"
  | "automation.set"
  | "automation.remove"
  | "alert.fire"
  | "alert.resolve"
  | "alert.ack"
  | "alert.silence"
  | "channel.set"
  | "channel.remove"
  | "lifecycle.set"
  | "freeze.set"
  | "freeze.remove"
  | "approval.request"
  | "approval.decide"
  | "governance.set"
  | "deployment.set"
  | "deployment.remove"
  | "node.drain"
  | "node.undrain"
  | "change-set"
  | "manifest.apply";

/** How a change came in. */
export type ChangeVia = "api" | "console" | "cli" | "manifest" | "engine";

/** Who asks for a change, and why. */
export interface ChangeAuthor {
  readonly author: string;
  readonly via: ChangeVia;
  readonly reason: string;
}

/**
 * One entry of the event log: one change, carrying the facts it consists of; all of them hold or none.
 * `before` and `after` are what people compare: for one subject its old and new value, for many a record by subject.
 */
export interface Change extends ChangeAuthor {
  readonly id: ChangeId;
  /** 1 for the first entry, then without gaps. */
  readonly seq: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The wall clock was set by so much since the entry before (negative: back): times before and from here on cannot be compared. */
  readonly clockStepMs?: number;
  readonly kind: ChangeKind;
  /** What was changed: `payments`, `payments@2.1.0`, or several joined by ", ". */
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly undoable: boolean;
  /** Services whose state the change touches. */
  readonly services: readonly ServiceName[];
  /** Set on an undo: the change that it takes back. */
  readonly undoes?: ChangeId;
  readonly events: readonly MeshEvent[];
  /** The facts that take the change back, on the state right after it; present where `undoable`. */
  readonly inverse?: readonly MeshEvent[];
}
