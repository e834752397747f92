/**
 * The power of two choices (Mitzenmacher, IEEE TPDS 12(10), 2001): of two instances drawn at random the one with less load is taken.
 *
 * `leastRequest`: load is requests under way per weight. `peakEwma`: latency × requests (Finagle, `PeakEwma.scala`; decay 10 s).
 * Both draw in proportion to weight × slow start, so that idle instances share by weight, and a warming one cannot win more often than it
 * is drawn. Envoy's LEAST_REQUEST does the former by adjusting the weights of a weighted round robin when they differ; shares are the same
 * when idle, and under load both go to weight ÷ requests. Ties keep the first draw.
 */
import type { Balancer, BalancerPick } from "./balancer.ts";
import type { Member } from "./member.ts";
import { WeightedDraw } from "./weighted-draw.ts";

type IsLighter = (candidate: Member, than: Member, nowMs: number) => boolean;

export class PowerOfTwo implements Balancer {
  readonly #draw = new WeightedDraw(true);
  readonly #isLighter: IsLighter;

  constructor(isLighter: IsLighter) {
    this.#isLighter = isLighter;
  }

  update(members: readonly Member[]): void {
    this.#draw.update(members);
  }

  choose(pick: BalancerPick, ignoreHealth: boolean): Member | undefined {
    const first = this.#draw.draw(pick, ignoreHealth);
    if (first === undefined || this.#draw.members.length === 1) return first;
    const second = this.#draw.draw(pick, ignoreHealth, first);
    return second !== undefined && this.#isLighter(second, first, pick.nowMs) ? second : first;
  }
}

/** Whether `candidate` has fewer requests under way for its weight. */
export function hasFewerRequests(candidate: Member, than: Member): boolean {
  return candidate.inFlight * than.weight < than.inFlight * candidate.weight;
}

export function hasLowerLoad(candidate: Member, than: Member, nowMs: number): boolean {
  return candidate.loadAt(nowMs) < than.loadAt(nowMs);
}
