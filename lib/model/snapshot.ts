import type { AuthorizationPolicy } from "./authorization-policy.ts";
import type { Endpoint } from "./mesh-state.ts";
import type { ServiceName, Version } from "./names.ts";
import type { RouteRule } from "./route-rule.ts";
import type { EffectiveTrafficPolicy } from "./traffic-policy.ts";
import type { Weights } from "./weights.ts";

/** An instance as proxies see it. */
export interface SnapshotEndpoint extends Endpoint {
  /** Where the proxy beside it takes mTLS for it; absent: no proxy stands beside it, and it is called in plain HTTP. */
  readonly inbound?: { readonly address: string; readonly port: number };
  /** Registered this long after the epoch, ms: for slow start. Instances that were there when the engine started are old. */
  readonly sinceMs?: number;
}

/** One service as a proxy needs it: complete, so that one message replaces it at once. */
export interface SnapshotService {
  readonly name: ServiceName;
  /** Configured hosts; `<name>.mesh` is always added by the reader. */
  readonly hosts: readonly string[];
  readonly rev: number;
  readonly splitEpoch: number;
  /** Empty (503 `routing.no-split`) or summing to 10 000. */
  readonly weights: Weights;
  /** In order of precedence, see `lib/routing`. */
  readonly rules: readonly RouteRule[];
  /** Every known instance, ready or not; a proxy balances over those that accept connections. */
  readonly endpoints: readonly SnapshotEndpoint[];
  readonly policy: EffectiveTrafficPolicy;
  readonly authorization: AuthorizationPolicy | null;
  /** Callers (`service@version`) → versions of this service that they are known not to work with and that no override lets through. */
  readonly incompatible: Readonly<Record<string, readonly Version[]>>;
}

/**
 * The complete configuration of the data plane: immutable and consistent. Every split refers to versions that exist, and is empty or full.
 * `version` grows with every snapshot, across restarts of the engine.
 */
export interface Snapshot {
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly services: Readonly<Record<string, SnapshotService>>;
  /** `host:port` pairs outside the mesh that instances may call. */
  readonly egress: readonly string[];
  /** Ports of Interlock itself: never a target, whatever address. */
  readonly reservedPorts: readonly number[];
}

/** What turns the snapshot `base` into `version`: services replaced whole, services gone. */
export interface SnapshotDelta {
  readonly base: number;
  readonly version: number;
  readonly at: string;
  readonly upserts: readonly SnapshotService[];
  readonly removed: readonly ServiceName[];
}
