/**
 * What is known of a rollback that is being watched, moved on by what the live stream says.
 *
 *   accepting   some connected proxies have not accepted the new split: no acceptedAtMs
 *   watching    all have; requests that began after the change are counted, as is who of them went astray
 *   done        for QUIET_MS of live stream not one more went astray: finishedAtMs
 *
 * Invariants: times never move once set, except that quietSinceMs starts anew when a request goes astray or the stream was silent, because
 * silence proves nothing. It reads no clock: `nowMs` is given.
 */
import type { Split } from "@/lib/client/index.ts";
import type { RunningRollback } from "./rollback-store.ts";

/** For this long no further request may go astray before a rollback counts as done. */
export const QUIET_MS = 2000;

interface Observation {
  /** null where the service is unknown to the stream. */
  readonly split: Split | null;
  /** Versions that must not get requests any more. */
  readonly leaving: readonly string[];
  readonly isStale: boolean;
  readonly nowMs: number;
}

/** The rollback after an observation; the same object where nothing changed. */
export function stepRollback(running: RunningRollback, { split, leaving, isStale, nowMs }: Observation): RunningRollback {
  if (running.finishedAtMs !== null) return running;
  if (isStale || split === null) return running.quietSinceMs === null ? running : { ...running, quietSinceMs: null };
  if (running.acceptedAtMs === null) {
    return isAcceptedByAll(split, running.rev) ? { ...running, acceptedAtMs: nowMs, quietSinceMs: nowMs } : running;
  }
  // The answer may be here before the stream: the split before this rollback counts what was meant to go there.
  if (split.rev < running.rev) return running;
  const stray = strayRequests(split, leaving);
  if (running.quietSinceMs === null || stray > running.stray) return { ...running, quietSinceMs: nowMs, stray };
  return nowMs - running.quietSinceMs >= QUIET_MS ? { ...running, finishedAtMs: nowMs } : running;
}

/** Whether every connected proxy serves at least `rev`. */
function isAcceptedByAll({ accepted }: Split, rev: number): boolean {
  return accepted.rev >= rev && accepted.proxies > 0 && accepted.acknowledged >= accepted.proxies;
}

/** The observed split starts anew with each change of weights: what it counts began after the change. */
export function strayRequests(split: Split, leaving: readonly string[]): number {
  return leaving.reduce((sum, version) => sum + (split.observed.versions[version]?.requests ?? 0), 0);
}
