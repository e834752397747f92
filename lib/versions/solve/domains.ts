/**
 * What is left for each service while a solver decides: arc consistency over packed words with a trail.
 * Every change is propagated until each position left has a partner left on every edge (AC-3 over whole domains: the positions that
 * any position here may meet are one "or" of table rows; Mackworth 1977, Lecoutre and Vion 2008).
 *
 * Invariants:
 * - after an operation that returned true every domain is arc consistent and none is empty;
 * - after one that returned false the domains are in between: go back to a mark before anything else;
 * - going back to a mark restores the domains exactly, in time proportional to the changes since;
 * - `strays` is the weight of the services whose domain does not hold their position of the reference.
 * Arc consistency is necessary, not sufficient: on a cyclic graph a position may be left that no configuration has.
 */
import { at, type Network } from "./network.ts";

export class Domains {
  readonly network: Network;
  readonly #words: Int32Array;
  readonly #trailServices: number[] = [];
  readonly #trailWords: number[] = [];
  readonly #queue: number[] = [];
  readonly #queued: Uint8Array;
  readonly #support: Int32Array;
  /** Number of positions left, per service. */
  readonly #counts: Int32Array;
  #reference: Int32Array | null = null;
  #weights: Uint8Array | null = null;
  #strays = 0;

  constructor(network: Network) {
    this.network = network;
    this.#words = network.candidates.slice();
    this.#queued = new Uint8Array(network.size);
    this.#support = new Int32Array(network.stride);
    this.#counts = Int32Array.from({ length: network.size }, (_, service) => this.#tally(service));
  }

  /** Makes all domains arc consistent; false when there is no configuration. */
  propagateAll(): boolean {
    for (let service = 0; service < this.network.size; service++) {
      if (this.count(service) === 0) return false;
      this.#enqueue(service);
    }
    return this.#propagate();
  }

  /** Leaves one position and propagates; false when that cannot be. */
  assign(service: number, position: number): boolean {
    if (!this.has(service, position)) return false;
    if (this.count(service) === 1) return true;
    const stride = this.network.stride;
    this.#save(service);
    this.#words.fill(0, service * stride, (service + 1) * stride);
    this.#words[service * stride + (position >>> 5)] = 1 << (position & 31);
    return this.#changed(service);
  }

  /** Takes one position away and propagates; false when nothing is left somewhere. */
  remove(service: number, position: number): boolean {
    if (!this.has(service, position)) return true;
    this.#save(service);
    const word = service * this.network.stride + (position >>> 5);
    this.#words[word] = at(this.#words, word) & ~(1 << (position & 31));
    return this.#changed(service) && this.count(service) > 0;
  }

  has(service: number, position: number): boolean {
    if (position < 0) return false;
    return (at(this.#words, service * this.network.stride + (position >>> 5)) & (1 << (position & 31))) !== 0;
  }

  count(service: number): number {
    return at(this.#counts, service);
  }

  /** The highest position left below a limit, -1 when there is none. */
  below(service: number, limit = this.network.stride * 32): number {
    for (let position = Math.min(limit, this.network.stride * 32) - 1; position >= 0; position--) {
      const word = at(this.#words, service * this.network.stride + (position >>> 5));
      const low = word & (-1 >>> (31 - (position & 31)));
      if (low !== 0) return (position & ~31) + 31 - Math.clz32(low);
      position &= ~31;
    }
    return -1;
  }

  /** The lowest position left above a limit, -1 when there is none. */
  above(service: number, limit = -1): number {
    for (let position = limit + 1; position < this.network.stride * 32; position = (position & ~31) + 32) {
      const high = at(this.#words, service * this.network.stride + (position >>> 5)) & (-1 << (position & 31));
      if (high !== 0) return (position & ~31) + 31 - Math.clz32(high & -high);
    }
    return -1;
  }

  /** Where the trail is now; `undo` comes back to it. */
  mark(): number {
    return this.#trailServices.length;
  }

  undo(mark: number): void {
    const stride = this.network.stride;
    while (this.#trailServices.length > mark) {
      const service = this.#trailServices.pop() as number;
      const before = this.#straysAt(service);
      for (let word = stride - 1; word >= 0; word--) this.#words[service * stride + word] = this.#trailWords.pop() as number;
      this.#counts[service] = this.#tally(service);
      this.#strays += this.#straysAt(service) - before;
    }
  }

  /** The service of a change on the trail; a service stands there as often as it changed. */
  trailed(index: number): number {
    return this.#trailServices[index] as number;
  }

  /** Counts from now on how far the domains force a configuration away from `reference`; services of weight 0 do not count. */
  compareWith(reference: Int32Array, weights: Uint8Array): void {
    this.#reference = reference;
    this.#weights = weights;
    this.#strays = 0;
    for (let service = 0; service < this.network.size; service++) this.#strays += this.#straysAt(service);
  }

  get strays(): number {
    return this.#strays;
  }

  #straysAt(service: number): number {
    if (this.#reference === null || this.#weights === null) return 0;
    return this.has(service, at(this.#reference, service)) ? 0 : (this.#weights[service] as number);
  }

  #tally(service: number): number {
    let count = 0;
    for (let word = 0; word < this.network.stride; word++) {
      let bits = at(this.#words, service * this.network.stride + word);
      bits -= (bits >>> 1) & 0x55555555;
      bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
      count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    return count;
  }

  #save(service: number): void {
    this.#strays -= this.#straysAt(service);
    this.#trailServices.push(service);
    const start = service * this.network.stride;
    for (let word = 0; word < this.network.stride; word++) this.#trailWords.push(at(this.#words, start + word));
  }

  #changed(service: number): boolean {
    this.#counts[service] = this.#tally(service);
    this.#strays += this.#straysAt(service);
    this.#enqueue(service);
    return this.#propagate();
  }

  #enqueue(service: number): void {
    if (this.#queued[service] === 1) return;
    this.#queued[service] = 1;
    this.#queue.push(service);
  }

  #propagate(): boolean {
    const { first, target } = this.network;
    for (let service = this.#queue.pop(); service !== undefined; service = this.#queue.pop()) {
      this.#queued[service] = 0;
      const end = at(first, service + 1);
      for (let arc = at(first, service); arc < end; arc++) {
        if (this.#revise(arc, service, at(target, arc))) continue;
        for (const waiting of this.#queue) this.#queued[waiting] = 0;
        this.#queue.length = 0;
        return false;
      }
    }
    return true;
  }

  /** Leaves at the end of an arc what its start still supports; false when that is nothing. */
  #revise(arc: number, from: number, to: number): boolean {
    const { stride, tables, tableAt } = this.network;
    if (stride === 1) return this.#reviseWord(at(tableAt, arc), from, to);
    const support = this.#support;
    const table = at(tableAt, arc);
    support.fill(0);
    for (let word = 0; word < stride; word++) {
      for (let bits = at(this.#words, from * stride + word); bits !== 0; bits &= bits - 1) {
        const row = table + (word * 32 + 31 - Math.clz32(bits & -bits)) * stride;
        for (let column = 0; column < stride; column++) support[column] = at(support, column) | at(tables, row + column);
      }
    }
    let lost = false;
    let left = 0;
    for (let word = 0; word < stride; word++) {
      const before = at(this.#words, to * stride + word);
      left |= before & at(support, word);
      if ((before & ~at(support, word)) !== 0) lost = true;
    }
    if (!lost) return left !== 0;
    this.#save(to);
    for (let word = 0; word < stride; word++) this.#words[to * stride + word] = at(this.#words, to * stride + word) & at(support, word);
    this.#counts[to] = this.#tally(to);
    this.#strays += this.#straysAt(to);
    this.#enqueue(to);
    return left !== 0;
  }

  /** As `#revise` where a domain is one word, which is nearly always so. */
  #reviseWord(table: number, from: number, to: number): boolean {
    const tables = this.network.tables;
    const before = at(this.#words, to);
    let support = 0;
    for (let bits = at(this.#words, from); bits !== 0; bits &= bits - 1) {
      support |= at(tables, table + 31 - Math.clz32(bits & -bits));
      if ((before & ~support) === 0) return before !== 0;
    }
    this.#save(to);
    this.#words[to] = before & support;
    this.#counts[to] = this.#tally(to);
    this.#strays += this.#straysAt(to);
    this.#enqueue(to);
    return (before & support) !== 0;
  }
}
