/** Whether the requests of an edge went over mTLS: all, none, or some of them. */
export type EdgeLock = "closed" | "open" | "mixed";

/** What to say of the share that went over mTLS; null without requests. One request in plain text is enough not to be closed. */
export function edgeLock(encrypted: number | null): EdgeLock | null {
  if (encrypted === null) return null;
  if (encrypted >= 1) return "closed";
  return encrypted <= 0 ? "open" : "mixed";
}
