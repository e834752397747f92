import type { AuthorizationPolicy } from "./authorization-policy.ts";
import type { Channel } from "./channel.ts";
import type { Deployment, DrainedNode } from "./deployment.ts";
import type { RootRotationStep } from "./event.ts";
import type { EvidenceFact } from "./evidence.ts";
import type { Approval, Freeze, Governance, Lifecycle } from "./governance.ts";
import type { ChangeId, InstanceId, NodeName, ServiceName, Version, VersionRange } from "./names.ts";
import type { Plan } from "./plan.ts";
import type { Alert, Policy } from "./policy.ts";
import type { NamedStrategy, Release } from "./release.ts";
import type { RouteRule } from "./route-rule.ts";
import type { TrafficPolicy } from "./traffic-policy.ts";
import type { VersionRef } from "./verdict.ts";
import type { Weights } from "./weights.ts";

/** One released build of a service. */
export interface RegisteredVersion {
  readonly version: Version;
  /** Provider service → the range of its versions that this version works with. */
  readonly requirements: Readonly<Record<string, VersionRange>>;
  /** Requests/s that one version can carry in all; absent: no limit known. */
  readonly capacityRps?: number;
  /** Which build it is: whole, unique within the service. */
  readonly build?: number;
  readonly registeredAt: string;
  readonly registeredBy: string;
}

/** Where an instance listens, and on which node it stands. */
export interface Endpoint {
  readonly id: InstanceId;
  readonly service: ServiceName;
  readonly version: Version;
  readonly address: string;
  readonly port: number;
  readonly node?: NodeName;
  /** Failure domain; absent: the node is its own zone. */
  readonly zone?: string;
  /** Share among the instances of its version, for every kind of balancing but `roundRobin` and `random`; 1 when absent. */
  readonly weight?: number;
  /** It has its proxy and its identity, and gets no requests: it starts, or it leaves. Leases only. */
  readonly standby?: true;
}

/** A registered instance. `static` ones are durable (in the log); `lease` ones live by heartbeats, outside the log. */
export interface Instance extends Endpoint {
  readonly kind: "static" | "lease";
  readonly registeredAt: string;
}

/** One change of a service's weights; the newest is last. */
export interface WeightsChange {
  readonly changeId: ChangeId;
  readonly seq: number;
  readonly at: string;
  readonly author: string;
  readonly cause: WeightsCause;
  readonly before: Weights;
  readonly after: Weights;
}

/** What brought new weights about. Rollback without a target skips `rollback` and `undo`. */
export type WeightsCause = "set" | "first-version" | "plan" | "release" | "rollback" | "undo";

/** How many changes of weights a service remembers for rollback and for "since when". */
export const WEIGHTS_HISTORY_MAX = 64;

/** A named thing that answers requests. */
export interface Service {
  readonly name: ServiceName;
  /** Names other than `<service>.mesh` under which it is reached: exact, `*.example.com`, or `*`. */
  readonly hosts: readonly string[];
  /** Counts changes of service, versions, split, routes and policies; instances do not move it. */
  readonly rev: number;
  readonly registeredAt: string;
  readonly versions: ReadonlyMap<Version, RegisteredVersion>;
  readonly weights: Weights;
  /** Log sequence of the last change of weights: names the window of the observed split. */
  readonly splitEpoch: number;
  readonly weightsHistory: readonly WeightsChange[];
  readonly rules: readonly RouteRule[];
  /** As set; see `effectivePolicy`. */
  readonly policy: TrafficPolicy;
  /** Null: everybody may call. */
  readonly authorization: AuthorizationPolicy | null;
  readonly staticInstances: ReadonlyMap<InstanceId, Instance>;
}

/** An operator lets one broken pair through until `expiresAt`. */
export interface Override {
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
  readonly author: string;
  readonly reason: string;
  readonly grantedAt: string;
  readonly expiresAt: string;
  readonly changeId: ChangeId;
}

/** The fold of the event log up to `seq`. Immutable; every entry makes a new one. */
export interface MeshState {
  readonly seq: number;
  readonly services: ReadonlyMap<ServiceName, Service>;
  readonly overrides: readonly Override[];
  /** What is recorded of version pairs, oldest first; the same list as long as no fact comes or goes. */
  readonly evidence: readonly EvidenceFact[];
  /** By id, the oldest first; those under way and the newest that are not. */
  readonly plans: ReadonlyMap<string, Plan>;
  readonly releases: ReadonlyMap<string, Release>;
  /** Reusable ones, by name. */
  readonly strategies: ReadonlyMap<string, NamedStrategy>;
  readonly policies: ReadonlyMap<string, Policy>;
  /** By id, the oldest first; those that fire, and the newest that were resolved. */
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly channels: ReadonlyMap<string, Channel>;
  /** By `service@version`; those that were moved from `registered`. */
  readonly lifecycles: ReadonlyMap<string, Lifecycle>;
  readonly freezes: ReadonlyMap<string, Freeze>;
  readonly approvals: ReadonlyMap<string, Approval>;
  /** At most one, under `mesh`. */
  readonly governance: ReadonlyMap<string, Governance>;
  /** By `service@version`. */
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly drainedNodes: ReadonlyMap<NodeName, DrainedNode>;
  /** The last step of a root change; null: there was none. */
  readonly rootRotation: { readonly step: RootRotationStep; readonly fingerprint: string } | null;
  /** Last `rev` of services that were removed: a service registered again goes on from there, so that no stale rev fits. */
  readonly retiredRevs: ReadonlyMap<ServiceName, number>;
  /** Aspect (`split:payments`, `version:payments@2.1.0`, …) → the last change that touched it. Decides what can be undone. */
  readonly lastTouched: ReadonlyMap<string, ChangeId>;
}
