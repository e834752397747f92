/**
 * What the engine shows of itself: plain values, ready for the wire. Shares and error rates are fractions 0–1, times ISO 8601 UTC.
 * A rate or count without requests is 0; a ratio or quantile without requests is null.
 */
import type { EdgeEnd, Evidence, Instance, Verdict, VersionRef, Weights } from "../model/index.ts";

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

export interface SplitView {
  readonly service: string;
  readonly rev: number;
  readonly weights: Weights;
  readonly accepted: AcceptedView;
  readonly observed: ObservedView;
  /** When the weights last changed, by whom; null for a split never set. */
  readonly since: { readonly at: string; readonly author: string; readonly changeId: string; readonly cause: string } | null;
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
}

export interface TopologyServiceView {
  readonly name: string;
  readonly versions: readonly TopologyVersionView[];
}

export interface TopologyEdgeView {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly rps: number;
  readonly errorRate: number | null;
  readonly p99Ms: number | null;
  readonly requests: number;
  readonly verdict: Verdict;
}

/** The live picture. Edges: every pair with traffic in the window, plus live pairs by requirement without traffic (requests 0). */
export interface TopologyView {
  readonly at: string;
  readonly windowMs: number;
  readonly services: readonly TopologyServiceView[];
  readonly edges: readonly TopologyEdgeView[];
}

export interface InstanceView extends Instance {
  /** `ready` until proven otherwise; `expired` leases are gone from here. */
  readonly health: "ready" | "failing";
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
}

/** Something that happened outside the log: a lease expired, a proxy went or came back, a limit was reached. */
export interface HealthEvent {
  readonly at: string;
  readonly kind: "lease-expired" | "instance-joined" | "instance-left" | "proxy-connected" | "proxy-lost" | "proxy-nack" | "limit-reached";
  readonly subject: string;
  /** One sentence for people. */
  readonly sentence: string;
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
  readonly traffic: { readonly rps: number; readonly requests: number; readonly errorRate: number | null; readonly live: boolean };
}

export interface CompatibilityMatrixView {
  readonly consumer: string;
  readonly provider: string;
  readonly consumerVersions: readonly string[];
  readonly providerVersions: readonly string[];
  readonly cells: readonly CompatibilityCell[];
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

/** A discovered instance with what is known about meeting it. */
export interface DiscoveredInstance extends InstanceView {
  readonly verdict: Verdict | null;
}

export interface DiscoveryQuery {
  readonly service: string;
  readonly version?: string;
  readonly range?: string;
  readonly caller?: VersionRef;
}
