import { undoneBy } from "@/components/activity/undone-by.ts";
import type { Change } from "@/lib/client/index.ts";

/** The newest change that `author` made and that can still be taken back; an undo itself is passed over, so that pressing twice goes further back. */
export function myLastChange(changes: readonly Change[], author: string): Change | null {
  const undone = undoneBy(changes);
  const mine = changes
    .filter((change) => change.author === author && change.undoable && change.kind !== "undo" && !undone.has(change.id))
    .sort((left, right) => right.seq - left.seq);
  return mine[0] ?? null;
}
