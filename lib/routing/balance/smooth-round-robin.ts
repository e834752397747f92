/**
 * Smooth weighted round robin (I. Sysoev, nginx 1.3.1, `ngx_http_upstream_get_peer`): with every choice each candidate gains its weight,
 * the one with most is chosen and pays the sum. Weights 5, 1, 1 give a a b a c a a, not a a a a a b c.
 *
 * Invariants: over any run of choices from an unchanged set, each instance is within one turn of its share; turns survive updates.
 * `roundRobin` gives every instance the weight 1, `weighted` the registered one; both times slow start.
 */
import type { InstanceId } from "../../model/index.ts";
import { type Balancer, type BalancerPick, mayChoose } from "./balancer.ts";
import type { Member } from "./member.ts";

export class SmoothRoundRobin implements Balancer {
  readonly #usesWeights: boolean;
  #members: readonly Member[] = [];
  /** What each has gained and not yet paid, by position. */
  #credit = new Float64Array(0);

  constructor(usesWeights: boolean) {
    this.#usesWeights = usesWeights;
  }

  update(members: readonly Member[]): void {
    const before = new Map<InstanceId, number>(this.#members.map(({ id }, index) => [id, this.#credit[index] ?? 0]));
    this.#members = members;
    this.#credit = Float64Array.from(members, ({ id }) => before.get(id) ?? 0);
  }

  choose(pick: BalancerPick, ignoreHealth: boolean): Member | undefined {
    const members = this.#members;
    const credit = this.#credit;
    let sum = 0;
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < members.length; index++) {
      const member = members[index];
      if (member === undefined || !mayChoose(member, pick, ignoreHealth)) continue;
      const weight = this.#usesWeights ? member.weight : member.slowStart;
      if (weight <= 0) continue;
      const gained = (credit[index] ?? 0) + weight;
      credit[index] = gained;
      sum += weight;
      if (gained <= most) continue;
      most = gained;
      best = index;
    }
    if (best >= 0) credit[best] = most - sum;
    return members[best];
  }
}
