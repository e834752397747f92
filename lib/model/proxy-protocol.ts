/**
 * Messages between engine and embedded proxy over the Unix socket `proxies.sock` in the data folder.
 *
 * Framing: 4-byte big-endian length, then that many bytes of UTF-8 JSON; at most `PROXY_MESSAGE_BYTES_MAX`.
 * The proxy dials, says `hello`, receives one `snapshot`, then `delta`s in order; it answers each with `ack` or `nack`.
 * A delta whose `base` is not the proxy's version is answered by `nack` with code `snapshot.base-mismatch`; the engine then sends a full snapshot.
 * A snapshot or delta is applied whole or not at all; after a nack the old one stays in force.
 *
 * Telemetry is conserved exactly: one batch is in flight at a time; the proxy keeps it (same `seq`) until `telemetry-ack`,
 * across reconnects, while newer figures pile up in the next batch. The engine counts each (`bootId`, `seq`) once.
 *
 * Draining: an `ack` lists the requests that are still under way to versions which the snapshot just taken gives no weight, in no split, lane or mirror;
 * while the list is not empty, `draining` repeats it whenever it shrinks, and at least once a second; the last one is empty.
 * Identity: the proxy asks with a CSR per local instance (`csr`, subject `ingress` for the ingress), the engine answers `certificate` or `certificate-refused`;
 * `trust` is sent after hello and whenever the bundle changes, always before a certificate that needs it; the proxy answers `trust-ack`. A certificate of
 * another root than the one that issues (the first in the bundle) is asked for anew.
 * Hot restart: two processes of one proxy run for a moment. The one that leaves says so in its `hello` (`retiring`): it only hands over figures, and takes
 * nothing from the other one, which is the proxy from its own `hello` on.
 * Tap: while somebody watches, `tap-start` asks for access-log entries that pass a filter, bounded in rate; `tap-stop` ends it.
 */

import type { TrustBundle } from "./identity.ts";
import type { InstanceHealthEvent } from "./instance-health.ts";
import type { InstanceId, ServiceName, Version } from "./names.ts";
import type { Snapshot, SnapshotDelta } from "./snapshot.ts";
import type { TapEntry, TapFilter } from "./tap-entry.ts";
import type { TelemetryBatch } from "./telemetry-batch.ts";

/** Largest frame either side accepts, in bytes. */
export const PROXY_MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/** A local instance's outbound listener: what its `HTTP_PROXY` variable points at. */
export interface OutboundListener {
  readonly instance: InstanceId;
  readonly address: string;
  readonly port: number;
}

/** Requests under way to a version that gets no new ones. */
export interface DrainingVersion {
  readonly service: ServiceName;
  readonly version: Version;
  /** At least 1. */
  readonly requests: number;
}

export type ProxyMessage =
  | {
      readonly kind: "hello";
      /** Stable over restarts of the proxy: its node's name. */
      readonly proxyId: string;
      /** New with each start of the process. */
      readonly bootId: string;
      readonly node: string;
      readonly pid: number;
      /** Version in force (from disk, or from before the engine went away), or null. */
      readonly snapshotVersion: number | null;
      readonly ingressPort: number | null;
      readonly zone: string;
      /** Loopback port of the proxy's own `/metrics`; null or absent when it has none. */
      readonly adminPort?: number | null;
      /** Another process of this proxy has taken over: what follows is figures only. */
      readonly retiring?: boolean;
    }
  | {
      readonly kind: "ack";
      readonly version: number;
      /** Complete; absent: this proxy does not count them. */
      readonly draining?: readonly DrainingVersion[];
    }
  /** The complete list as it is now. */
  | { readonly kind: "draining"; readonly versions: readonly DrainingVersion[] }
  | { readonly kind: "nack"; readonly version: number; readonly code: string; readonly detail: string }
  /** The complete list, sent after hello and after every change. */
  | {
      readonly kind: "listeners";
      readonly outbound: readonly OutboundListener[];
      /** mTLS listeners of local instances, which callers' proxies dial. */
      readonly inbound: readonly OutboundListener[];
    }
  | { readonly kind: "csr"; readonly subject: InstanceId | "ingress"; readonly csrPem: string }
  /** The bundle of this version is what peers are verified with from now on. */
  | { readonly kind: "trust-ack"; readonly version: number }
  /** A token of this issuer is signed with a key that the proxy was not given. */
  | { readonly kind: "token-key-unknown"; readonly issuer: string }
  /** Ejections, returns, trips and failovers, as they happen. */
  | { readonly kind: "instance-health"; readonly events: readonly InstanceHealthEvent[] }
  | { readonly kind: "tap"; readonly tapId: string; readonly entries: readonly TapEntry[]; readonly dropped: number }
  | { readonly kind: "telemetry"; readonly batch: TelemetryBatch };

export type EngineMessage =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "delta"; readonly delta: SnapshotDelta }
  | { readonly kind: "trust"; readonly bundle: TrustBundle }
  | { readonly kind: "certificate"; readonly subject: InstanceId | "ingress"; readonly chainPem: string; readonly notAfterMs: number }
  | { readonly kind: "certificate-refused"; readonly subject: InstanceId | "ingress"; readonly code: string; readonly detail: string }
  | { readonly kind: "tap-start"; readonly tapId: string; readonly filter: TapFilter }
  | { readonly kind: "tap-stop"; readonly tapId: string }
  | { readonly kind: "telemetry-ack"; readonly bootId: string; readonly seq: number };
