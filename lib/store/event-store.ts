import type { Change } from "../model/index.ts";
import type { Result } from "../std/index.ts";

/** A change before the log has given it its place. */
export type NewChange = Omit<Change, "id" | "seq">;

/**
 * What is kept under a key. While the first request runs in this process, `changeId` and `response` are both null. `response` null with a `changeId`:
 * the change was made, its answer was lost (the process died, or the answer was a 5xx).
 */
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
  append(
    change: (place: { readonly seq: number; readonly id: Change["id"] }) => Change,
    idempotency?: { readonly key: string; readonly requestHash: string },
  ): Change;
  /** Entries after `seq` in order, at most `limit`. */
  readAfter(seq: number, limit: number): readonly Change[];
  /** Entries before `seq`, newest first, at most `limit`; of one service when given. */
  readBefore(seq: number, limit: number, service?: string): readonly Change[];
  read(id: string): Change | undefined;
  readonly lastSeq: number;
  readonly readOnly: boolean;
  /** The newest fold that is undamaged and belongs to this log. */
  latestStateSnapshot(): StateSnapshot | undefined;
  /** Puts a fold aside; the last three are kept. Throws `StoreWriteError`. */
  saveStateSnapshot(seq: number, state: string): void;
  /**
   * Reserves `key` (returns undefined) or returns what is kept under it. Keys older than 24 h are dropped; a reservation that a dead process left
   * behind without a change is free again. Throws `StoreWriteError`.
   */
  recall(key: string, requestHash: string): StoredIdempotency | undefined;
  /** Keeps the answer under `key`; null frees it, unless a change was made under it. Throws `StoreWriteError`. */
  remember(key: string, response: StoredIdempotency["response"]): void;
  /** Walks the whole chain; names the first bad entry. */
  verify(): Result<{ readonly entries: number }, StoreFailure>;
  bytes(): number;
  close(): void;
}
