import type { Policy } from "../model/index.ts";
import { nextRunMs } from "../policy/index.ts";

/** A wall clock that is set back by less than this has not gone through a time twice. */
const SET_BACK_MS = 60_000;

interface Next {
  readonly policy: Policy;
  /** Wall ms; null: it comes no more. */
  readonly atMs: number | null;
  /** When that was found out. */
  readonly foundMs: number;
}

/** When the schedules of policies come next, by a wall clock that may be set. */
export class PolicySchedules {
  readonly #next = new Map<string, Next>();

  /** Whether the time of a schedule has come; true once for each time. */
  isDue(policy: Policy, schedule: string, nowMs: number): boolean {
    const known = this.#next.get(policy.id);
    const isKnown = known?.policy === policy && nowMs > known.foundMs - SET_BACK_MS;
    if (isKnown && (known.atMs === null || nowMs < known.atMs)) return false;
    this.#next.set(policy.id, { policy, atMs: nextRunMs(schedule, nowMs), foundMs: nowMs });
    return isKnown;
  }

  /** Forgets policies that are not among these. */
  keep(policies: ReadonlyMap<string, Policy>): void {
    for (const id of this.#next.keys()) if (!policies.has(id)) this.#next.delete(id);
  }
}
