/** Thrown when a write to the log failed. Nothing of it counts as done, and the store is read-only from then on. */
export class StoreWriteError extends Error {
  override readonly name = "StoreWriteError";
}
