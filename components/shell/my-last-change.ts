import { undoneBy } from "@/components/activity/undone-by.ts";
import type { Change } from "@/lib/client/index.ts";

/**
 * The newest change that `author` made and that can still be taken back. Steps that the engine made in somebody's name (a plan's) are not what "my last change" means; an
 * undo itself is passed over, so that pressing twice goes further back.
 */
export function myLastChange(changes: readonly Change[], author: string): Change | null {
  const undone = undoneBy(changes);
  const mine = changes
    .filter(
      (change) =>
        change.author === author && change.via !== "engine" && change.undoable && change.kind !== "undo" && !undone.has(change.id),
    )
    .sort((left, right) => right.seq - left.seq);
  return mine[0] ?? null;
}
