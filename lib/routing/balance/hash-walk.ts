import { type BalancerPick, mayChoose } from "./balancer.ts";
import type { Member } from "./member.ts";
import { rendezvousScore } from "./rank-by-key.ts";
import { mixHash } from "./stable-hash.ts";

/**
 * Whether a key that found `member` stays there. While it warms up, a member keeps a part of its keys that only grows: each key has its
 * own threshold, so it comes once and does not go again. When all warm up alike, all keep all of theirs.
 */
export function keepsKey(members: readonly Member[], member: Member, pick: BalancerPick, ignoreHealth: boolean): boolean {
  if (!mayChoose(member, pick, ignoreHealth)) return false;
  if (member.slowStart >= 1) return true;
  let most = member.slowStart;
  for (const other of members) if (other.slowStart > most && mayChoose(other, pick, ignoreHealth)) most = other.slowStart;
  return mixHash(member.hash, pick.hash) / 0x1_0000_0000 < member.slowStart / most;
}

/** The key's favourite of all that may be chosen, where walking from its place found none soon. */
export function favouriteOf(members: readonly Member[], pick: BalancerPick, ignoreHealth: boolean): Member | undefined {
  let best: Member | undefined;
  let most = 0;
  for (const member of members) {
    if (!mayChoose(member, pick, ignoreHealth)) continue;
    const score = rendezvousScore(pick.hash, member.hash, member.weight);
    if (score <= most) continue;
    most = score;
    best = member;
  }
  return best;
}

/** Names and weights, by which a ring or table is known to be still right. */
export function shapeOf(members: readonly Member[]): string {
  return members.map(({ id, shareWeight }) => `${id}=${shareWeight}`).join();
}

/** By name, so that the order of the input never matters. */
export function byId(members: readonly Member[]): readonly Member[] {
  return members.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}
