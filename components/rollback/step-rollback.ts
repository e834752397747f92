/**
 * What is known of a rollback that is being watched, moved on by what the live stream says.
 *
 *   accepting   some connected proxies have not accepted the new split: no acceptedAtMs
 *   watching    all have; requests that began after the change are counted, as is who of them went astray
 *   done        for QUIET_MS of live stream not one more went astray: finishedAtMs
 *   ended       before that somebody changed the weights again, or removed the service: what is measured now says nothing of this rollback
 *
 * Invariants: done and ended stay what they are. Only a split as new as the rollback speaks of it: an older one counts what was meant to go
 * where it went. Times never move once set, except that quietSinceMs starts anew when a request goes astray or the stream was silent, because
 * silence proves nothing. It reads no clock: `nowMs` is given.
 */
import type { Split } from "@/lib/client/index.ts";
import { equalWeights } from "@/lib/model/index.ts";
import type { RollbackEnd, RunningRollback } from "./rollback-store.ts";

/** For this long no further request may go astray before a rollback counts as done. */
export const QUIET_MS = 2000;

/** What of a split is looked at. */
export type SeenSplit = Pick<Split, "rev" | "weights" | "accepted" | "observed" | "since">;

interface Observation {
  /** null where the live stream knows no such service. */
  readonly split: SeenSplit | null;
  /** Versions that must not get requests any more. */
  readonly leaving: readonly string[];
  readonly isStale: boolean;
  readonly nowMs: number;
}

/** The rollback after an observation; the same object where nothing changed. */
export function stepRollback(running: RunningRollback, { split, leaving, isStale, nowMs }: Observation): RunningRollback {
  if (running.finishedAtMs !== null || running.ended !== null) return running;
  if (isStale) return running.quietSinceMs === null ? running : { ...running, quietSinceMs: null };
  if (split === null) return { ...running, ended: { kind: "removed" } };
  // The answer may be here before the stream.
  if (split.rev < running.rev) return running;
  const ended = supersededBy(running, split);
  if (ended !== null) return { ...running, ended };
  if (running.acceptedAtMs === null) {
    return isAcceptedByAll(split, running.rev) ? { ...running, acceptedAtMs: nowMs, quietSinceMs: nowMs } : running;
  }
  const stray = strayRequests(split, leaving);
  if (running.quietSinceMs === null || stray > running.stray) return { ...running, quietSinceMs: nowMs, stray };
  return nowMs - running.quietSinceMs >= QUIET_MS ? { ...running, finishedAtMs: nowMs } : running;
}

/** The change of weights that came after the rollback; one that left them as the rollback had made them does not count. */
function supersededBy({ rev, to }: RunningRollback, { rev: seen, weights, since }: SeenSplit): RollbackEnd | null {
  if (seen <= rev || since === null || equalWeights(weights, to)) return null;
  return { kind: "superseded", author: since.author, changeId: since.changeId, weights };
}

/** Whether every connected proxy serves at least `rev`. */
function isAcceptedByAll({ accepted }: SeenSplit, rev: number): boolean {
  return accepted.rev >= rev && accepted.proxies > 0 && accepted.acknowledged >= accepted.proxies;
}

/** The observed split starts anew with each change of weights: what it counts began after the change. */
export function strayRequests(split: SeenSplit, leaving: readonly string[]): number {
  return leaving.reduce((sum, version) => sum + (split.observed.versions[version]?.requests ?? 0), 0);
}
