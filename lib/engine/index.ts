/**
 * The engine: the only public face of the mesh. Commands in, changes out, state folded; snapshots to proxies, figures from them, views for people.
 *
 * One loop: command → `decide` (pure) → facts → event log (fsynced) → fold → snapshot → proxies; their acks and telemetry come back over the same socket.
 * Invariants: nothing is told "done" before it is durable; a dry run is the same decision, not appended; every change passes the gate; a snapshot is
 * consistent or not built; views are read from memory and never touch the log's writer.
 * It knows no HTTP: `lib/api` is its client, like any other.
 */

export { alertCursor, alertOrder, alertsAfter, groupAlerts, policiesOf } from "../policy/index.ts";
export type { CauseView, DiagnosisView, ReverseAction } from "./alert-diagnosis.ts";
export type { ChannelFace, ChannelTargetView, ChannelTest, ChannelView } from "./channel-desk.ts";
export type { EjectFace } from "./eject-board.ts";
export type { IdentitiesView, IssuedCertificateView, RootChangeView } from "./identity-views.ts";
export type {
  Applied,
  DeployVerdict,
  EngineNotice,
  ExecuteOptions,
  LeaseInput,
  MeshEngine,
  RememberedRequest,
  ShiftVerdict,
} from "./mesh-engine.ts";
export { type EngineStartFailure, type OpenMeshEngineOptions, openMeshEngine } from "./open-mesh-engine.ts";
export type { PlanFace } from "./plan-desk.ts";
export type { DryRunView, PolicyFace, PolicyView } from "./policy-desk.ts";
export { TAPS_MAX, type TapListener } from "./tap-desk.ts";
export { contradictionsIn, type EvidenceFactView, evidenceInForce, evidenceView } from "./views/evidence.ts";
export { type PlanStepView, type PlanView, type PlanWaveView, planOrder } from "./views/plans.ts";
export {
  type ReleasePlace,
  type ReleaseSummary,
  type ReleaseView,
  releasePlace,
  type StrategyView,
  strategyNamed,
  strategyViews,
} from "./views/releases.ts";
export type { SpaceVersionView, VersionSpaceQuery, VersionSpaceView, WayOutView } from "./views/version-space.ts";
export type {
  AcceptedView,
  CompatibilityCell,
  CompatibilityMatrixView,
  DiscoveredInstance,
  DiscoveryQuery,
  HealthEvent,
  InstanceHealthNote,
  InstanceView,
  MeshView,
  NextTestView,
  ObservedShare,
  ObservedView,
  ProxyView,
  RenormalisedView,
  SeriesMetric,
  SeriesPoint,
  SeriesQuery,
  SimulationQuery,
  SimulationView,
  SplitPhaseView,
  SplitView,
  TopologyEdgeView,
  TopologyServiceView,
  TopologyVersionView,
  TopologyView,
} from "./views.ts";
export { findDeployment, type WorkloadFace } from "./workload/workload-desk.ts";
export { unheardInstance } from "./workload/workload-views.ts";
