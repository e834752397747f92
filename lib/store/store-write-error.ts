/**
 * Thrown when a write to the log failed: it was not acknowledged, and the store is read-only from then on. Where the disk failed in the middle of a sync, a
 * restart may find the entry complete after all; then it counts, like any request whose answer was lost.
 */
export class StoreWriteError extends Error {
  override readonly name = "StoreWriteError";
}
