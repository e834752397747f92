/**
 * Instances that live by heartbeats, and the numbers of snapshots: the engine's facts that must survive a restart and are not in the event log.
 *
 * Invariants: a lease is never dropped before its TTL has passed on the monotonic clock without a heartbeat, and is dropped before twice its TTL has;
 * wall-clock jumps change nothing; time during which this process stood still (SIGSTOP, a long pause) does not count, because no heartbeat could be
 * heard; after a restart each lease has one full TTL again; snapshot versions grow across restarts and power cuts.
 * It does not know which services or versions exist and does not judge duplicates: it offers the look-up, the engine decides.
 */
export type { JudgeStorage } from "./judge-storage.ts";
export { type Lease, type LeaseRegistry, TTL_MS_MAX, TTL_MS_MIN } from "./lease.ts";
export { createLeaseRegistry } from "./lease-registry.ts";
export { openRuntimeStorage, type RuntimeStorage, type RuntimeStorageFailure } from "./runtime-storage.ts";
export type { SnapshotVersions } from "./snapshot-versions.ts";
export type { ToldStorage } from "./told-storage.ts";
