import type { JudgeStorage, LeaseRegistry, SnapshotVersions } from "../registry/index.ts";
import type { Clock, Random } from "../std/index.ts";
import type { EventStore } from "../store/index.ts";
import type { ProcessFigures, TelemetryStore } from "../telemetry/index.ts";
import type { ChannelDesk } from "./channel-desk.ts";
import type { HealthLog } from "./health-log.ts";
import type { IdentityParts } from "./identities.ts";
import type { MeshLog } from "./mesh-log.ts";
import type { InboundMemory } from "./proxies/inbound-listeners.ts";

/** What an engine is made of. It closes none of its stores: whoever opened them does. */
export interface MeshEngineParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: EventStore;
  /** Over `store`. */
  readonly log: MeshLog;
  readonly telemetry: TelemetryStore;
  readonly leases: LeaseRegistry;
  readonly snapshotVersions: SnapshotVersions;
  /** Where the judges of releases keep what they know; absent: only in memory. */
  readonly judges?: JudgeStorage;
  readonly health: HealthLog;
  readonly identity: IdentityParts;
  /** Follows the engine once that is open. */
  readonly channels: ChannelDesk;
  /** Path of the socket that proxies dial. */
  readonly proxySocket: string;
  readonly inboundMemory?: InboundMemory;
  /** `host:port` pairs outside the mesh that instances may call. */
  readonly egress: readonly string[];
  /** Interlock's own ports. */
  readonly reservedPorts: readonly number[];
  /** Size of everything in the data folder, and the size from which that is reported. */
  readonly data: { readonly bytes: () => number; readonly limitBytes: number };
  /** Of Interlock itself. */
  readonly version: string;
  /** What the process knows of itself, for `/metrics`. */
  readonly processFigures?: () => ProcessFigures;
  /** Told of flaws of ours that cost nobody an answer. */
  readonly onFault: (error: unknown) => void;
}
