/**
 * The durable event log: every lasting change of the mesh, in order, each bound to the one before it by a hash.
 *
 * Files in the data folder: `events.sqlite` (entries, state snapshots, idempotency keys; WAL, synchronous=FULL), `events.head` (place and hash of
 * the last acknowledged entry), `engine.lock` (held while open: one writer).
 * Invariants: `append` returns only after fsync; entry n names the hash of entry n − 1; seq has no gaps; an entry and its idempotency key are written in
 * one transaction; after a failed write nothing is written any more.
 * What it does not do: it does not fold and does not know what a change means. It cannot tell that the *tail* was cut off together with `events.head`, nor
 * that somebody rewrote the whole chain: that takes a checkpoint kept elsewhere.
 */
export type { EventStore, NewChange, StateSnapshot, StoredIdempotency, StoreFailure } from "./event-store.ts";
export { openEventStore } from "./open-event-store.ts";
export { StoreWriteError } from "./store-write-error.ts";
