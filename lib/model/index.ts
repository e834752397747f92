/**
 * The words of the mesh as types: services, versions, weights, rules, commands, events, state, snapshot, telemetry, refusals.
 * Invariants: a `Weights` in state is empty or sums to 10 000; names are parsed once at the boundary and branded from then on;
 * every value is immutable and survives JSON (maps apart). It decides nothing: deciding is `lib/engine`, routing is `lib/routing`.
 */
export type {
  ChangeSetItem,
  Command,
  InstanceInput,
  ManifestService,
  OverrideRequest,
  RequirementsInput,
} from "./command.ts";
export { ERROR_CODES, type ErrorCode, statusOf } from "./error-codes.ts";
export type { Change, ChangeAuthor, ChangeKind, ChangeVia, MeshEvent } from "./event.ts";
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
  type NodeName,
  parseNodeName,
  parseServiceName,
  parseVersion,
  parseVersionRange,
  type ServiceName,
  type Version,
  type VersionRange,
} from "./names.ts";
export type { Problem } from "./problem.ts";
export { type EngineMessage, type OutboundListener, PROXY_MESSAGE_BYTES_MAX, type ProxyMessage } from "./proxy-protocol.ts";
export type { Refusal } from "./refusal.ts";
export type { PathMatch, RouteMatch, RouteRule, ValueMatch } from "./route-rule.ts";
export type { Snapshot, SnapshotDelta, SnapshotService } from "./snapshot.ts";
export type { EdgeDelta, EdgeEnd, InstanceDelta, TelemetryBatch } from "./telemetry-batch.ts";
export type { Evidence, Exposure, PairReason, Verdict, VersionRef } from "./verdict.ts";
export { equalWeights, FULL_WEIGHT_BP, normaliseWeights, type Weights } from "./weights.ts";
