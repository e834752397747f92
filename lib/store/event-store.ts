import type { Change } from "../model/index.ts";
import type { Result } from "../std/index.ts";

/** A change before the log has given it its place. */
export type NewChange = Omit<Change, "id" | "seq">;

export interface StoredIdempotency {
  readonly requestHash: string;
  readonly changeId: string | null;
  readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string } | null;
  readonly at: string;
}

/** A fold of the log up to and including `seq`, as text; the log can be folded on from there. */
export interface StateSnapshot {
  readonly seq: number;
  readonly hash: string;
  readonly state: string;
}

export type StoreFailure =
  | { readonly code: "store.locked"; readonly detail: string }
  | { readonly code: "store.broken-chain"; readonly detail: string; readonly seq: number }
  | { readonly code: "store.unreadable"; readonly detail: string };

/**
 * The durable log: append-only, hash-chained, one writer. `append` returns only after the entry is fsynced.
 * A failed write makes the store read-only: `append` then fails for good (no retry-and-pretend).
 */
export interface EventStore {
  /**
   * Appends one change and, with it, the idempotency key. `complete` receives the place (`seq`, `id`) and returns the final change, so that
   * facts may name their own change. Throws `StoreWriteError` when the write failed; nothing was written then.
   */
  append(change: (place: { readonly seq: number; readonly id: Change["id"] }) => Change, idempotency?: { readonly key: string; readonly requestHash: string }): Change;
  /** Entries after `seq` in order, at most `limit`. */
  readAfter(seq: number, limit: number): readonly Change[];
  /** Entries before `seq`, newest first, at most `limit`; of one service when given. */
  readBefore(seq: number, limit: number, service?: string): readonly Change[];
  read(id: string): Change | undefined;
  readonly lastSeq: number;
  readonly readOnly: boolean;
  latestStateSnapshot(): StateSnapshot | undefined;
  saveStateSnapshot(seq: number, state: string): void;
  /** Reserves `key` (returns undefined) or returns what is kept under it. Keys older than 24 h are dropped. */
  recall(key: string, requestHash: string): StoredIdempotency | undefined;
  remember(key: string, response: StoredIdempotency["response"]): void;
  /** Walks the whole chain; names the first bad entry. */
  verify(): Result<{ readonly entries: number }, StoreFailure>;
  bytes(): number;
  close(): void;
}
