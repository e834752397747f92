import type { AuthorizationPolicy } from "./authorization-policy.ts";
import type { AutomationCommand } from "./automation-command.ts";
import type { ChannelCommand } from "./channel-command.ts";
import type { DeploymentCommand } from "./deployment-command.ts";
import type { RootRotationStep } from "./event.ts";
import type { ConstraintKind, TrafficProof } from "./evidence.ts";
import type { GovernanceCommand } from "./governance-command.ts";
import type { ChangeId, InstanceId, NodeName, ServiceName, Version, VersionRange } from "./names.ts";
import type { PlanCursor, PlanPreference } from "./plan.ts";
import type { ReleaseCommand } from "./release-command.ts";
import type { RouteRule } from "./route-rule.ts";
import type { TrafficPolicy } from "./traffic-policy.ts";
import type { VersionRef } from "./verdict.ts";
import type { Weights } from "./weights.ts";

/** An operator takes responsibility for a pair that is known to be broken, for a limited time. */
export interface OverrideRequest {
  readonly reason: string;
  /** ISO 8601 UTC, in the future. */
  readonly expiresAt: string;
}

/** Requirements as given: provider service → range. */
export type RequirementsInput = Readonly<Record<string, VersionRange>>;

/** A static instance as a manifest or a registration gives it. */
export interface InstanceInput {
  readonly version: Version;
  readonly address: string;
  readonly port: number;
  readonly node?: NodeName;
  readonly zone?: string;
  readonly weight?: number;
}

/** One change of a change set. `rev`: the service's rev that the author saw. */
export type ChangeSetItem =
  | {
      readonly kind: "split";
      readonly service: ServiceName;
      readonly rev: number;
      readonly weights: Weights;
      readonly override?: OverrideRequest;
    }
  | { readonly kind: "routes"; readonly service: ServiceName; readonly rev: number; readonly rules: readonly RouteRule[] }
  | { readonly kind: "traffic-policy"; readonly service: ServiceName; readonly rev: number; readonly policy: TrafficPolicy }
  | {
      readonly kind: "authorization";
      readonly service: ServiceName;
      readonly rev: number;
      readonly authorization: AuthorizationPolicy | null;
    };

/** One service of a manifest; what is left out stays as it is. */
export interface ManifestService {
  readonly hosts?: readonly string[];
  readonly versions?: Readonly<
    Record<
      string,
      {
        readonly requirements?: RequirementsInput;
        readonly capacityRps?: number;
        readonly build?: number;
        readonly instances?: readonly Omit<InstanceInput, "version">[];
      }
    >
  >;
  readonly split?: { readonly weights: Weights };
  readonly routes?: { readonly rules: readonly RouteRule[] };
  readonly trafficPolicy?: TrafficPolicy;
  readonly authorization?: AuthorizationPolicy;
}

/** What a command says of a pair. */
interface PairClaim {
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
  /** `api` where left out. */
  readonly constraint?: ConstraintKind;
  readonly verdict: "compatible" | "incompatible";
}

/** Something an operator, a program or a manifest asks of the mesh. `rev` is the precondition: the rev the author saw. */
export type Command =
  | AutomationCommand
  | ChannelCommand
  | DeploymentCommand
  | GovernanceCommand
  | ReleaseCommand
  | { readonly kind: "service.register"; readonly service: ServiceName; readonly hosts: readonly string[] }
  | { readonly kind: "service.update"; readonly service: ServiceName; readonly rev: number; readonly hosts: readonly string[] }
  | { readonly kind: "service.remove"; readonly service: ServiceName; readonly rev: number }
  | {
      readonly kind: "version.register";
      readonly service: ServiceName;
      readonly version: Version;
      readonly requirements: RequirementsInput;
      readonly capacityRps?: number;
      readonly build?: number;
    }
  | {
      readonly kind: "version.update";
      readonly service: ServiceName;
      readonly rev: number;
      readonly version: Version;
      readonly requirements?: RequirementsInput;
      /** null removes the figure. */
      readonly capacityRps?: number | null;
      /** null removes it. */
      readonly build?: number | null;
    }
  | { readonly kind: "version.remove"; readonly service: ServiceName; readonly rev: number; readonly version: Version }
  | { readonly kind: "instance.register"; readonly service: ServiceName; readonly id: InstanceId; readonly instance: InstanceInput }
  | { readonly kind: "instance.remove"; readonly service: ServiceName; readonly id: InstanceId }
  | {
      readonly kind: "split.set";
      readonly service: ServiceName;
      readonly rev: number;
      readonly weights: Weights;
      readonly override?: OverrideRequest;
    }
  | { readonly kind: "routes.set"; readonly service: ServiceName; readonly rev: number; readonly rules: readonly RouteRule[] }
  | { readonly kind: "policy.set"; readonly service: ServiceName; readonly rev: number; readonly policy: TrafficPolicy }
  | {
      readonly kind: "authorization.set";
      readonly service: ServiceName;
      readonly rev: number;
      /** Null removes it: everybody may call. */
      readonly authorization: AuthorizationPolicy | null;
    }
  /** `fingerprint`: of the root that the step is about, as the identity authority knows it. */
  | { readonly kind: "identity.rotate-root"; readonly step: RootRotationStep; readonly fingerprint: string }
  /** An operator's veto or allowance; the reason is that of the change. */
  | (PairClaim & { readonly kind: "evidence.record"; readonly expiresAt?: string })
  | { readonly kind: "evidence.withdraw"; readonly id: string }
  | {
      readonly kind: "verification.publish";
      readonly consumer: VersionRef;
      readonly provider: VersionRef;
      /** Of the consumer's contract that was verified. */
      readonly contractHash: string;
      readonly result: "passed" | "failed";
      /** When it ran; now where left out. */
      readonly at?: string;
      /** Who verified: a build, a pipeline. */
      readonly verifier?: string;
    }
  /** What the engine found out by itself; not to be had over the API. */
  | (PairClaim & {
      readonly kind: "evidence.observe";
      readonly source: "traffic" | "contract";
      readonly expiresAt?: string;
      readonly traffic?: TrafficProof;
    })
  | { readonly kind: "rollback"; readonly service: ServiceName; readonly rev: number; readonly to?: Version }
  | { readonly kind: "undo"; readonly change: ChangeId }
  /** A way to `target`, or to where a rollback of one service leads with everything that must move with it. */
  | {
      readonly kind: "plan.create";
      readonly target: Readonly<Record<string, string>>;
      readonly rollback?: { readonly service: ServiceName; readonly to?: Version };
      /** Versions that the way must not pass through. */
      readonly avoid: readonly { readonly service: string; readonly version: string }[];
      readonly prefer: PlanPreference;
    }
  | { readonly kind: "plan.execute" | "plan.pause" | "plan.resume" | "plan.reverse"; readonly plan: string }
  /** The engine's own: takes the next wave, or the next change of a lane wave. `from`: the cursor that it saw. */
  | { readonly kind: "plan.advance"; readonly plan: string; readonly from: Pick<PlanCursor, "wavesDone" | "laneStage" | "direction"> }
  /** The engine's own: stops a plan that cannot go on. */
  | { readonly kind: "plan.stop"; readonly plan: string; readonly because: string }
  | { readonly kind: "change-set"; readonly changes: readonly ChangeSetItem[] }
  | { readonly kind: "manifest.apply"; readonly services: Readonly<Record<string, ManifestService>>; readonly prune: boolean };
