import type { RankedUnknowns } from "../compatibility/index.ts";
import type {
  Change,
  ChangeAuthor,
  Command,
  Exposure,
  Instance,
  InstanceInput,
  MeshState,
  PairReason,
  Refusal,
  Risk,
  ServiceName,
  TapFilter,
  Verdict,
  Weights,
} from "../model/index.ts";
import type { CancelTimer, Result } from "../std/index.ts";
import type { Exposition } from "../telemetry/index.ts";
import type { ChannelFace } from "./channel-desk.ts";
import type { EjectFace } from "./eject-board.ts";
import type { GovernanceFace } from "./governance-face.ts";
import type { IdentitiesView } from "./identity-views.ts";
import type { StandingDecision } from "./instance-watch.ts";
import type { PlanFace } from "./plan-desk.ts";
import type { PolicyFace } from "./policy-desk.ts";
import type { ReleaseFace } from "./release-desk.ts";
import type { TapListener } from "./tap-desk.ts";
import type { VersionSpaceQuery, VersionSpaceView } from "./views/version-space.ts";
import type {
  CompatibilityMatrixView,
  DiscoveredInstance,
  DiscoveryQuery,
  HealthEvent,
  InstanceView,
  MeshView,
  SeriesPoint,
  SeriesQuery,
  SimulationQuery,
  SimulationView,
  SplitView,
  TopologyView,
} from "./views.ts";
import type { WorkloadFace } from "./workload/workload-desk.ts";

export interface ExecuteOptions {
  readonly dryRun?: boolean;
  /** Stored in the same transaction as the change, so that a retried command finds its first change even after a crash. */
  readonly idempotency?: { readonly key: string; readonly requestHash: string };
  /** The approval by a second person that the author brings along. */
  readonly approval?: string;
}

/** What a command did, or would do. `change` is null where nothing differs (an identical PUT). */
export interface Applied {
  readonly change: Change | null;
  readonly dryRun: boolean;
  /** The state after the change (for a dry run: the state it would have). */
  readonly state: MeshState;
  readonly exposure: { readonly before: Exposure; readonly after: Exposure };
  /** The snapshot that carries the change to the proxies; null where traffic is not touched, or on a dry run. */
  readonly snapshotVersion: number | null;
  /** Notes that are no errors: a first version left without weight, rules moved by a rollback, an open requirement. */
  readonly notes: readonly string[];
  /** How much the change risks; null where it moves no traffic. */
  readonly risk: Risk | null;
}

export interface ShiftVerdict {
  readonly verdict: Verdict;
  readonly reasons: readonly PairReason[];
  readonly exposure: { readonly before: Exposure; readonly after: Exposure };
}

/** As `ShiftVerdict`, of one version beside everything that is live. */
export interface DeployVerdict extends ShiftVerdict {
  /** Pairs that are known to work. */
  readonly proven: readonly PairReason[];
  /** What no pair says. */
  readonly notes: readonly string[];
}

/** A remembered answer to an idempotent request. `response` is null while the first is running, or when it died before answering. */
export interface RememberedRequest {
  readonly requestHash: string;
  readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string } | null;
  /** The change that the first request made, when it made one. */
  readonly changeId: string | null;
}

export interface LeaseInput extends InstanceInput {
  /** 1 000 to 86 400 000. */
  readonly ttlMs: number;
  /** Registered with its proxy, and without requests until a heartbeat says that it serves. */
  readonly standby?: boolean;
}

/** What watchers are told. Telemetry moves at 2 Hz; the others at once. */
export type EngineNotice =
  | { readonly kind: "change"; readonly change: Change }
  | { readonly kind: "acceptance" }
  | { readonly kind: "figures" }
  | { readonly kind: "instances" }
  | { readonly kind: "health"; readonly event: HealthEvent };

/**
 * The only public face of the mesh. One per data folder.
 * Every lasting change goes through `execute`: it is durable (fsynced) before the promise resolves. Reads answer from memory.
 */
export interface MeshEngine {
  execute(command: Command, author: ChangeAuthor, options?: ExecuteOptions): Promise<Result<Applied, Refusal>>;
  /** Would these weights be safe? Judged on the state after all of them; nothing is written. */
  canIShift(changes: readonly { readonly service: string; readonly weights: Weights }[]): Result<ShiftVerdict, Refusal>;
  /** Would this version be safe beside everything that is live? Nothing is written. */
  canIDeploy(service: string, version: string): Result<DeployVerdict, Refusal>;

  state(): MeshState;
  /** Changes, newest first, with seq below `beforeSeq` (default: all); at most `limit`. Filter by service when given. */
  changes(query: { readonly beforeSeq?: number; readonly limit: number; readonly service?: string }): readonly Change[];
  /** Changes after `seq` in order, at most `limit`. */
  changesAfter(seq: number, limit: number): readonly Change[];
  change(id: string): Change | undefined;

  instances(service?: ServiceName): readonly InstanceView[];
  /** Leases live outside the log. Refused like any registration: unknown service or version, duplicate address. */
  registerLease(service: ServiceName, lease: LeaseInput, options?: { readonly dryRun?: boolean }): Result<Instance, Refusal>;
  /** Prolongs a lease by its TTL; `standby` takes it out of traffic, or puts it in. */
  heartbeat(id: string, standby?: boolean): Result<InstanceView, Refusal>;
  removeLease(id: string): Result<Instance, Refusal>;
  discover(query: DiscoveryQuery): Result<readonly DiscoveredInstance[], Refusal>;

  /** How plans stand; the plans themselves are in the state, and are walked by commands. */
  readonly plans: PlanFace;
  /** How releases stand; the releases themselves are in the state, and are moved by commands. */
  readonly releases: ReleaseFace;
  /** How policies stand, what they would do, and where alerts come from. */
  readonly policies: PolicyFace;
  /** Instances that are taken out of traffic by command. */
  readonly ejections: EjectFace;
  /** How channels stand; they are set by commands. */
  readonly channels: ChannelFace;
  /** What runs of the deployments, and on which nodes. */
  readonly workloads: WorkloadFace;
  readonly governance: GovernanceFace;

  mesh(): MeshView;
  topology(): TopologyView;
  split(service: ServiceName): SplitView | undefined;
  matrix(consumer: ServiceName, provider: ServiceName): CompatibilityMatrixView;
  /** Unknown pairs, those first that are most worth knowing. */
  unknowns(limit: number): Promise<RankedUnknowns>;
  /** What may run together; refused where a pin names nothing. */
  versionSpace(query: VersionSpaceQuery): Promise<Result<VersionSpaceView, Refusal>>;
  series(query: SeriesQuery): readonly SeriesPoint[];
  /** Where a request would go, by the very code of the proxies, on the snapshot that they are sent. */
  simulate(query: SimulationQuery): Result<SimulationView, Refusal>;
  /** Certificates, roots, and how far a root change is. */
  identities(): IdentitiesView;
  healthEvents(): readonly HealthEvent[];
  /** What proxies decided about instances and services and has not ended yet. */
  standing(): readonly StandingDecision[];
  /** Requests that pass a filter, as they end, bounded in rate at each proxy; null when as many taps are open as may be. The function ends it. */
  tap(filter: TapFilter, listener: TapListener): CancelTimer | null;
  /** Everything that is counted, for Prometheus, in the format that an `Accept` header asks for. */
  metrics(accept: string | undefined): Exposition;

  /** Resolves true once every connected proxy serves `version` or newer, false after `timeoutMs`. */
  accepted(version: number, timeoutMs: number): Promise<boolean>;
  watch(listener: (notice: EngineNotice) => void): CancelTimer;

  /** Finds what is remembered under a key (24 h, across restarts), or reserves the key and returns undefined. */
  recall(key: string, requestHash: string): RememberedRequest | undefined;
  /** Remembers the answer under a reserved key; `null` frees the key (5xx are not kept). */
  remember(key: string, response: RememberedRequest["response"]): void;

  /** True once the log is folded and a connected proxy serves the current snapshot on the ingress. */
  ready(): boolean;
  close(): Promise<void>;
}
