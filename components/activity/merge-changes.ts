import type { Change } from "@/lib/client/index.ts";

/**
 * The log as pages were read, with what the stream has told since, newest first. Of a change that both know the page's copy counts: it was
 * read later, and only an answer to a question says whether a change can still be undone.
 */
export function mergeChanges(paged: readonly Change[], live: readonly Change[]): readonly Change[] {
  const byId = new Map<string, Change>();
  for (const change of [...live, ...paged]) byId.set(change.id, change);
  return [...byId.values()].sort((left, right) => right.seq - left.seq);
}

/** Seq of the newest of some changes; 0 without any. */
export function newestSeq(changes: readonly Change[]): number {
  return changes.reduce((newest, { seq }) => Math.max(newest, seq), 0);
}
