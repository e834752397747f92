/**
 * The words of the mesh as types: services, versions, weights, rules, commands, events, state, snapshot, telemetry, refusals.
 * Invariants: a `Weights` in state is empty or sums to 10 000; names are parsed once at the boundary and branded from then on;
 * every value is immutable and survives JSON (maps apart). It decides nothing: deciding is `lib/engine`, routing is `lib/routing`.
 */
export type {
  AuthorizationPolicy,
  AuthorizationRule,
  AuthorizationSource,
  AuthorizationTarget,
  JwtProvider,
} from "./authorization-policy.ts";
export type { AutomationCommand } from "./automation-command.ts";
export {
  CHANNEL_TOPICS,
  CHANNELS_MAX,
  type Channel,
  type ChannelTarget,
  type ChannelTopic,
} from "./channel.ts";
export type { ChannelCommand, ChannelTargetInput } from "./channel-command.ts";
export type {
  ChangeSetItem,
  Command,
  InstanceInput,
  ManifestService,
  OverrideRequest,
  RequirementsInput,
} from "./command.ts";
export {
  type Autoscale,
  DEPLOYMENT_DEFAULTS,
  DEPLOYMENTS_MAX,
  type Deployment,
  type DeploymentHealth,
  type DrainedNode,
  REPLICAS_MAX,
  STABILISATION_MS,
} from "./deployment.ts";
export type { DeploymentCommand, DeploymentInput, InstanceVerb } from "./deployment-command.ts";
export { EMPTY_MESH_STATE } from "./empty-mesh-state.ts";
export { ERROR_CODES, type ErrorCode, statusOf } from "./error-codes.ts";
export type { Change, ChangeAuthor, ChangeKind, ChangeVia, MeshEvent, RootRotationStep } from "./event.ts";
export {
  CONSTRAINT_KINDS,
  type ConstraintKind,
  EVIDENCE_MAX,
  EVIDENCE_SOURCES,
  type EvidenceFact,
  type EvidenceSource,
  type FailureCount,
  type TrafficProof,
} from "./evidence.ts";
export {
  APPROVAL_TTL_MS,
  APPROVAL_TTL_MS_MAX,
  APPROVALS_ENDED_MAX,
  APPROVALS_OPEN_MAX,
  type Approval,
  type ApprovalRequest,
  FREEZES_MAX,
  type Freeze,
  type Governance,
  LIFECYCLE_STAGES,
  type Lifecycle,
  type LifecycleStage,
  RISK_LEVELS,
  type Risk,
  type RiskLevel,
  SECOND_PERSON_FROM,
} from "./governance.ts";
export type { GovernanceCommand } from "./governance-command.ts";
export { isTrustDomain, type Principal, parseSpiffeId, spiffeId, type TrustBundle } from "./identity.ts";
export { INSTANCE_HEALTH_KINDS, type InstanceHealthEvent } from "./instance-health.ts";
export {
  type Endpoint,
  type Instance,
  type MeshState,
  type Override,
  type RegisteredVersion,
  type Service,
  WEIGHTS_HISTORY_MAX,
  type WeightsCause,
  type WeightsChange,
} from "./mesh-state.ts";
export {
  type Branded,
  type ChangeId,
  compareVersions,
  type InstanceId,
  isInRange,
  type NodeName,
  parseNodeName,
  parseServiceName,
  parseVersion,
  parseVersionRange,
  type ServiceName,
  type Version,
  type VersionRange,
} from "./names.ts";
export {
  type ClosureStep,
  type LiveSets,
  type PairProof,
  PLANS_ENDED_MAX,
  PLANS_PAUSED_MAX,
  type Plan,
  type PlanAlternative,
  type PlanCertificate,
  type PlanCost,
  type PlanCursor,
  type PlanDirection,
  type PlanPreference,
  type PlanStart,
  type PlanState,
  type PlanStep,
  type PlanWave,
  type RollbackClosure,
} from "./plan.ts";
export {
  ALERTS_RESOLVED_MAX,
  type Alert,
  type GrowthLimit,
  POLICY_KINDS,
  type Policy,
  type PolicyAction,
  type PolicyGuard,
  type PolicyInput,
  type PolicyKind,
  type PolicyTrigger,
  SEVERITIES,
  type Severity,
} from "./policy.ts";
export type { Problem } from "./problem.ts";
export {
  type DrainingVersion,
  type EngineMessage,
  type OutboundListener,
  PROXY_MESSAGE_BYTES_MAX,
  type ProxyMessage,
} from "./proxy-protocol.ts";
export type { Refusal } from "./refusal.ts";
export {
  type JudgeMetric,
  type JudgeSettings,
  type JudgeVerdict,
  type NamedStrategy,
  RELEASE_HISTORY_MAX,
  RELEASE_STATES,
  RELEASE_VERBS,
  RELEASES_ENDED_MAX,
  type Release,
  type ReleaseCursor,
  type ReleaseEntry,
  type ReleaseMover,
  type ReleaseState,
  type ReleaseVerb,
  type Strategy,
  type StrategyStep,
} from "./release.ts";
export type { JudgeInput, JudgeMetricInput, ReleaseCommand, ReleaseFinding } from "./release-command.ts";
export type {
  CallerMatch,
  HeaderEdits,
  HeaderValue,
  PathMatch,
  PathRewrite,
  RouteFault,
  RouteFilter,
  RouteMatch,
  RouteRetry,
  RouteRule,
  RouteTimeouts,
  Stickiness,
  ValueMatch,
} from "./route-rule.ts";
export type { Snapshot, SnapshotDelta, SnapshotEndpoint, SnapshotService } from "./snapshot.ts";
export type { TapEntry, TapFilter } from "./tap-entry.ts";
export type { EdgeDelta, EdgeEnd, InstanceDelta, TelemetryBatch } from "./telemetry-batch.ts";
export {
  type AdaptiveConcurrency,
  type CircuitBreakers,
  DEFAULT_HEALTH_CHECK,
  DEFAULT_TRAFFIC_POLICY,
  type EffectiveTrafficPolicy,
  effectivePolicy,
  type FailoverStep,
  type HashOn,
  type HealthCheckPolicy,
  type LoadBalancing,
  type LoadBalancingKind,
  type OutlierDetection,
  type RetryRules,
  type TrafficPolicy,
} from "./traffic-policy.ts";
export type { Contradiction, Evidence, Exposure, PairReason, Verdict, VersionRef } from "./verdict.ts";
export { equalWeights, FULL_WEIGHT_BP, normaliseWeights, type Weights } from "./weights.ts";
