import type { InstanceId } from "../../model/index.ts";
import type { Random } from "../../std/index.ts";
import type { Member } from "./member.ts";

/** What a choice is made from. One object may serve all requests of a proxy: nothing of it is kept. */
export interface BalancerPick {
  readonly random: Random;
  /** Monotonic. */
  readonly nowMs: number;
  /** `stableHash` of the request's key; -1: it has none, and is balanced at random by the kinds that hash. */
  readonly hash: number;
  /** Tried already for this request; null: none. */
  readonly excluded: ReadonlySet<InstanceId> | null;
}

/**
 * Chooses among instances of one priority level. It keeps its own state (turns, ring, table) over updates, and allocates nothing in
 * `choose`. An excluded instance is never chosen, nor an unhealthy one unless `ignoreHealth` says so (panic).
 */
export interface Balancer {
  /** The instances from now on, in any order; names are unique. Rings and tables are made anew only when names or weights differ. */
  update(members: readonly Member[]): void;
  /** Undefined when no instance may be chosen. */
  choose(pick: BalancerPick, ignoreHealth: boolean): Member | undefined;
}

export function mayChoose(member: Member, pick: BalancerPick, ignoreHealth: boolean): boolean {
  return (member.isHealthy || ignoreHealth) && (pick.excluded === null || !pick.excluded.has(member.id));
}
