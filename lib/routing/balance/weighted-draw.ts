import { type Random, randomBelow } from "../../std/index.ts";
import { type BalancerPick, mayChoose } from "./balancer.ts";
import type { Member } from "./member.ts";

const TRIES = 8;
/** Up to so many instances of different weights a sum is quicker than trying. */
const FEW = 16;

/** Draws instances at random, each with a chance in proportion to its weight (or only to its slow start). */
export class WeightedDraw {
  members: readonly Member[] = [];
  readonly #usesWeights: boolean;
  #weightMax = 1;
  #tries = TRIES;

  constructor(usesWeights: boolean) {
    this.#usesWeights = usesWeights;
  }

  update(members: readonly Member[]): void {
    this.members = members;
    this.#weightMax = this.#usesWeights ? members.reduce((most, { shareWeight }) => Math.max(most, shareWeight), 0) : 1;
    const isUneven = this.#usesWeights && members.some(({ shareWeight }) => shareWeight !== this.#weightMax);
    this.#tries = members.length === 2 || (isUneven && members.length <= FEW) ? 0 : TRIES;
  }

  /** One that may be chosen and is not `other`; undefined when there is none. */
  draw(pick: BalancerPick, ignoreHealth: boolean, other?: Member): Member | undefined {
    const { members } = this;
    // By rejection: exact, and needs no sum while most may be chosen.
    for (let attempt = 0; attempt < this.#tries && members.length > 0; attempt++) {
      const member = members[randomBelow(pick.random, members.length)];
      if (member === undefined || member === other || !mayChoose(member, pick, ignoreHealth)) continue;
      const weight = this.#weightOf(member);
      if (weight >= this.#weightMax || fraction(pick.random) * this.#weightMax < weight) return member;
    }
    return this.#drawBySum(pick, ignoreHealth, other);
  }

  #drawBySum(pick: BalancerPick, ignoreHealth: boolean, other?: Member): Member | undefined {
    let sum = 0;
    for (const member of this.members) if (member !== other && mayChoose(member, pick, ignoreHealth)) sum += this.#weightOf(member);
    let left = fraction(pick.random) * sum;
    let last: Member | undefined;
    for (const member of this.members) {
      if (member === other || !mayChoose(member, pick, ignoreHealth)) continue;
      last = member;
      left -= this.#weightOf(member);
      if (left < 0) return member;
    }
    return last;
  }

  #weightOf(member: Member): number {
    return this.#usesWeights ? member.weight : member.slowStart;
  }
}

/** In [0, 1). */
export function fraction(random: Random): number {
  return random.nextUint32() / 0x1_0000_0000;
}
