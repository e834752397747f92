/**
 * Maglev hashing (Eisenbud et al., "Maglev: A fast and reliable software network load balancer", NSDI 2016, section 3.4): instances take
 * turns in filling a table of prime size, each in the order of its own permutation (offset + j × skip). A key looks at one entry.
 *
 * The table has 16 381 entries, and 65 537 from 164 instances on: at least 100 for each, as the paper asks. Weights as in Envoy: a turn comes in
 * proportion to weight.
 * Invariants: with equal weights entries per instance differ by at most 1; when one of n instances leaves or joins, at most
 * 1/n + 5 % of the keys move (the paper's figure 12; n up to 163 and again from 164); an unhealthy or excluded instance gives only its own keys
 * away, and gets the same ones back.
 */
import type { Balancer, BalancerPick } from "./balancer.ts";
import { byId, favouriteOf, keepsKey, shapeOf } from "./hash-walk.ts";
import type { Member } from "./member.ts";
import { mixHash } from "./stable-hash.ts";
import { WeightedDraw } from "./weighted-draw.ts";

const SMALL_TABLE = 16_381;
const LARGE_TABLE = 65_537;
const FREE = 0xffff;
const SKIP_SALT = 0x5bd1e995;

export class Maglev implements Balancer {
  readonly #draw = new WeightedDraw(true);
  #members: readonly Member[] = [];
  #shape = "";
  #table = new Uint16Array(0);

  update(members: readonly Member[]): void {
    this.#members = byId(members);
    this.#draw.update(this.#members);
    const shape = shapeOf(this.#members);
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#table = buildTable(this.#members);
  }

  choose(pick: BalancerPick, ignoreHealth: boolean): Member | undefined {
    if (pick.hash < 0) return this.#draw.draw(pick, ignoreHealth);
    const size = this.#table.length;
    if (size === 0) return undefined;
    const steps = 16 + 4 * this.#members.length;
    let at = pick.hash % size;
    let stride = 0;
    for (let step = 0; step < steps; step++) {
      const member = this.#members[this.#table[at] ?? 0];
      if (member !== undefined && keepsKey(this.#members, member, pick, ignoreHealth)) return member;
      // The key's own way through the table, so that keys of one instance spread over all others.
      if (stride === 0) stride = 1 + (mixHash(pick.hash, SKIP_SALT) % (size - 1));
      at += stride;
      if (at >= size) at -= size;
    }
    return favouriteOf(this.#members, pick, ignoreHealth);
  }
}

function buildTable(members: readonly Member[]): Uint16Array<ArrayBuffer> {
  const weightMax = members.reduce((most, { shareWeight }) => Math.max(most, shareWeight), 0);
  if (weightMax <= 0) return new Uint16Array(0);
  const size = members.length * 100 <= SMALL_TABLE ? SMALL_TABLE : LARGE_TABLE;
  const next = Uint32Array.from(members, ({ hash }) => mixHash(hash, 0) % size);
  const skips = Uint32Array.from(members, ({ hash }) => 1 + (mixHash(hash, SKIP_SALT) % (size - 1)));
  const turns = new Float64Array(members.length);
  const table = new Uint16Array(size).fill(FREE);
  let filled = 0;
  for (let round = 1; filled < size; round++) {
    for (let owner = 0; owner < members.length && filled < size; owner++) {
      const weight = members[owner]?.shareWeight ?? 0;
      if (weight <= 0 || round * weight < (turns[owner] ?? 0)) continue;
      turns[owner] = (turns[owner] ?? 0) + weightMax;
      let at = next[owner] ?? 0;
      while (table[at] !== FREE) at = (at + (skips[owner] ?? 1)) % size;
      table[at] = owner;
      next[owner] = (at + (skips[owner] ?? 1)) % size;
      filled++;
    }
  }
  return table;
}
