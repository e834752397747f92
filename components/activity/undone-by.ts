import type { Change } from "@/lib/client/index.ts";

/** Which change took which back, by the id of the one that is undone; an undo that was itself taken back counts for nothing. */
export function undoneBy(changes: readonly Pick<Change, "id" | "seq" | "undoes">[]): ReadonlyMap<string, string> {
  const undone = new Map<string, string>();
  // From the newest on: whether an undo still holds is decided by those after it.
  for (const { id, undoes } of changes.toSorted((left, right) => right.seq - left.seq)) {
    if (undoes !== undefined && !undone.has(id)) undone.set(undoes, id);
  }
  return undone;
}
