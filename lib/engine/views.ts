/**
 * What the engine shows of itself: plain values, ready for the wire. Shares and error rates are fractions 0–1, times ISO 8601 UTC.
 * A rate or count without requests is 0; a ratio or quantile without requests is null.
 */
import type { LearnedRegion, Misfit } from "../compatibility/index.ts";
import type {
  Contradiction,
  EdgeEnd,
  Evidence,
  Instance,
  InstanceHealthEvent,
  RouteRule,
  Verdict,
  VersionRef,
  Weights,
} from "../model/index.ts";

/** Proxies that serve at least `rev` of a service, of all connected ones. */
export interface AcceptedView {
  readonly rev: number;
  readonly acknowledged: number;
  readonly proxies: number;
}

/** Share of one version among requests that followed the split, with its 95 % Wilson interval; nulls without requests. */
export interface ObservedShare {
  readonly requests: number;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Measured since the last change of the split, at most 5 min back (1 min after a restart of the engine): `windowMs` says how far. */
export interface ObservedView {
  readonly windowMs: number;
  readonly requests: number;
  readonly versions: Readonly<Record<string, ObservedShare>>;
}

/** A caller that does not follow a split as it is: `versions` are kept from it, `weights` is where its requests go (empty: nowhere). */
export interface RenormalisedView {
  readonly caller: VersionRef;
  readonly versions: readonly string[];
  readonly weights: Weights;
  readonly reason: string;
}

/** One phase of a change of weights. `at`: when its state last changed; null while it waits for the phase before it. */
export interface SplitPhaseView {
  readonly phase: "ready" | "acknowledged" | "weight" | "drain";
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly at: string | null;
  /** What proves it, or what it waits for, in one sentence. */
  readonly proof: string;
}

export interface SplitView {
  readonly service: string;
  readonly rev: number;
  readonly weights: Weights;
  readonly accepted: AcceptedView;
  readonly observed: ObservedView;
  /** When the weights last changed, by whom; null for a split never set. */
  readonly since: { readonly at: string; readonly author: string; readonly changeId: string; readonly cause: string } | null;
  /** Of the last change of weights, in order; empty when there was none since the engine started. */
  readonly phases: readonly SplitPhaseView[];
  readonly renormalised: readonly RenormalisedView[];
}

export interface TopologyVersionView {
  readonly version: string;
  readonly weightBp: number;
  readonly rps: number;
  readonly errorRate: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Sample size behind the figures. */
  readonly requests: number;
  readonly instances: number;
  readonly ready: number;
  /** Instances that a proxy has taken out, or that fail their checks. */
  readonly ejected: number;
}

export interface TopologyServiceView {
  readonly name: string;
  readonly versions: readonly TopologyVersionView[];
  /** Absent: every caller follows the split as it is. */
  readonly renormalised?: readonly RenormalisedView[];
}

export interface TopologyEdgeView {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly rps: number;
  readonly errorRate: number | null;
  readonly p99Ms: number | null;
  readonly requests: number;
  readonly verdict: Verdict;
  /** Requests in the window that authorization refused. */
  readonly denied: number;
  /** Attempts beyond the first in the window. */
  readonly retries: number;
  /** Requests in the window that left their zone or version. */
  readonly failovers: number;
  /** Share of the requests that were sent to an instance which went over mTLS; null where none was sent. */
  readonly encrypted: number | null;
  /** Copies per second made by mirrors, in no other figure. */
  readonly mirrored: number;
}

/** The live picture. Edges: every pair with traffic in the window, plus live pairs by requirement and mirrors without other traffic (requests 0). */
export interface TopologyView {
  readonly at: string;
  readonly windowMs: number;
  readonly services: readonly TopologyServiceView[];
  readonly edges: readonly TopologyEdgeView[];
}

export interface InstanceView extends Instance {
  /**
   * `ready` until proven otherwise; `standby`: it starts or leaves, and gets no requests; `failing`: refuses connections; `unhealthy`: fails its checks; `ejected`: some proxy has taken it out. `expired` leases
   * are gone from here.
   */
  readonly health: "ready" | "standby" | "failing" | "ejected" | "unhealthy";
  /** When the last proxy that took it out lets it back; null when it is not out, or nobody knows. */
  readonly ejectedUntil: string | null;
  /** The last decisions of proxies about it, newest first. */
  readonly history: readonly InstanceHealthNote[];
  readonly ttlMs: number;
  /** Leases: ms until expiry. */
  readonly expiresInMs: number | null;
  /** What the program should use as HTTP_PROXY; null while no proxy serves its node. */
  readonly outbound: { readonly address: string; readonly port: number } | null;
}

export interface ProxyView {
  readonly id: string;
  readonly node: string;
  readonly connected: boolean;
  readonly snapshotVersion: number | null;
  readonly ingressPort: number | null;
  readonly nack: { readonly version: number; readonly code: string; readonly detail: string; readonly at: string } | null;
  readonly lastSeenAt: string;
  /** Loopback port of the proxy's own `/metrics`; null when it has none. */
  readonly adminPort: number | null;
}

/** Something that happened outside the log: a lease expired, a proxy went or came back or took an instance out, a limit was reached. */
export interface HealthEvent {
  readonly at: string;
  readonly kind:
    | "lease-expired"
    | "instance-joined"
    | "instance-left"
    | "proxy-connected"
    | "proxy-lost"
    | "proxy-nack"
    | "limit-reached"
    | "certificate-refused"
    | "certificate-overdue"
    | "token-keys-stale"
    | "release-worse"
    | "notification-failing"
    | "notification-recovered"
    | "notification-lost"
    | "policy-acted"
    | "policy-failed"
    | "workload-crashed"
    | "workload-recovered"
    | "workload-problem"
    | "workload-asked"
    | "agent-lost"
    | "agent-gone"
    | "agent-back"
    | "node-empty"
    | "sunset-near"
    | "sunset-passed"
    | "lifecycle-held"
    | InstanceHealthEvent["kind"];
  readonly subject: string;
  /** One sentence for people. */
  readonly sentence: string;
  /** Of what a proxy decided: why, in its words; when it ends by itself; what it concerns. */
  readonly reason?: string;
  readonly until?: string;
  readonly service?: string;
  readonly version?: string;
  readonly instance?: string;
  readonly proxy?: string;
}

/** Something that a proxy decided about one instance. */
export interface InstanceHealthNote {
  readonly at: string;
  readonly kind: InstanceHealthEvent["kind"];
  readonly proxy: string;
  readonly reason: string;
  /** When it ends by itself; null when that is not known. */
  readonly until: string | null;
}

export interface MeshView {
  readonly at: string;
  readonly services: number;
  readonly versions: number;
  readonly instances: { readonly total: number; readonly ready: number };
  readonly proxies: readonly ProxyView[];
  readonly health: { readonly state: "healthy" | "degraded" | "unknown"; readonly degraded: readonly string[] };
  readonly exposure: { readonly broken: number; readonly unproven: number };
  readonly rps: number;
  readonly errorRate: number | null;
  readonly seq: number;
  readonly data: { readonly bytes: number; readonly limitBytes: number };
  readonly version: string;
}

/** One cell of a compatibility matrix. */
export interface CompatibilityCell {
  readonly consumerVersion: string;
  readonly providerVersion: string;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  /** What the decided pairs suggest of an unknown one; the verdict stays unknown, for the gate too. */
  readonly inferred: "compatible" | "incompatible" | null;
  readonly traffic: { readonly rps: number; readonly requests: number; readonly errorRate: number | null; readonly live: boolean };
}

export interface CompatibilityMatrixView {
  readonly consumer: string;
  readonly provider: string;
  readonly consumerVersions: readonly string[];
  readonly providerVersions: readonly string[];
  readonly cells: readonly CompatibilityCell[];
  /** Facts that cannot both be right. */
  readonly contradictions: readonly Contradiction[];
  /** What was learned from: one order over all versions of the provider, or one per major. */
  readonly model: "staircase" | "majors";
  readonly regions: readonly LearnedRegion[];
  /** Incompatible pairs between compatible ones that are taken for what they are: single broken releases. */
  readonly exceptions: readonly { readonly consumerVersion: string; readonly providerVersion: string }[];
  /** Facts about several pairs that no order of versions fits. */
  readonly misfits: readonly Misfit[];
  readonly nextTest: NextTestView | null;
}

/** The pair to test next. */
export interface NextTestView {
  readonly consumerVersion: string;
  readonly providerVersion: string;
  /** Further unknown pairs that it decides: at least, and at most. */
  readonly settles: { readonly least: number; readonly most: number };
  /** Tests that settle the edge, at most. */
  readonly remaining: number;
}

/** `[start of the step in epoch ms, value or null, requests]`. */
export type SeriesPoint = readonly [number, number | null, number];

export type SeriesMetric = "rps" | "errorRate" | "p50Ms" | "p90Ms" | "p99Ms" | "share";

export interface SeriesQuery {
  readonly metric: SeriesMetric;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** Callee; with `version` one lane, without it the whole service. */
  readonly service?: string;
  readonly version?: string;
  /** `caller@version>callee@version`; versions may be left out. Instead of service and version. */
  readonly edge?: string;
}

/** A request as somebody imagines it. Without a caller it comes from outside. */
export interface SimulationQuery {
  readonly service: string;
  readonly caller?: VersionRef;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a token that was verified; absent: it has none. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Instead of the service's own rules. */
  readonly rules?: readonly RouteRule[];
}

/** Where it would go on the snapshot that proxies serve. `code`: of the refusal that it would end in. */
export interface SimulationView {
  readonly rule: RouteRule | null;
  readonly versions: readonly { readonly version: string; readonly share: number }[];
  readonly steps: readonly { readonly stage: string; readonly decision: string; readonly why: string }[];
  readonly code?: string;
}

/** A discovered instance with what is known about meeting it. */
export interface DiscoveredInstance extends InstanceView {
  readonly verdict: Verdict | null;
}

export interface DiscoveryQuery {
  readonly service: string;
  readonly version?: string;
  readonly range?: string;
  readonly caller?: VersionRef;
  /** Instances in the order in which this key prefers them, ready ones first. */
  readonly key?: string;
}
