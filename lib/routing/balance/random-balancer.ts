import type { Balancer, BalancerPick } from "./balancer.ts";
import type { Member } from "./member.ts";
import { WeightedDraw } from "./weighted-draw.ts";

/** Each instance with the same chance, warming ones with less. */
export class RandomBalancer implements Balancer {
  readonly #draw = new WeightedDraw(false);

  update(members: readonly Member[]): void {
    this.#draw.update(members);
  }

  choose(pick: BalancerPick, ignoreHealth: boolean): Member | undefined {
    return this.#draw.draw(pick, ignoreHealth);
  }
}
