/**
 * A set of whole numbers below `size`, 32 to a word. Operations return a new set; both operands must have the same size.
 * Invariant: bits at and beyond `size` in the last word are 0, so that equality and counting need no masks.
 */
import { invariant } from "../std/index.ts";

export class Bitset {
  readonly size: number;
  readonly #words: Uint32Array;

  private constructor(size: number, words: Uint32Array) {
    this.size = size;
    this.#words = words;
  }

  /** The set of all numbers below `size` for which `isMember` holds. */
  static from(size: number, isMember: (index: number) => boolean): Bitset {
    const words = new Uint32Array(wordsFor(size));
    for (let index = 0; index < size; index++) {
      if (isMember(index)) words[index >>> 5] = (words[index >>> 5] ?? 0) | (1 << (index & 31));
    }
    return new Bitset(size, words);
  }

  static empty(size: number): Bitset {
    return new Bitset(size, new Uint32Array(wordsFor(size)));
  }

  static full(size: number): Bitset {
    return Bitset.empty(size).complement();
  }

  /** Whether `index` is in the set; false for anything that is not a whole number from 0 to `size` - 1. */
  has(index: number): boolean {
    return index >= 0 && ((this.#words[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
  }

  /** Members 32·`at` to 32·`at` + 31 as the bits of one word, for solvers that pack sets of their own. */
  word(at: number): number {
    return this.#words[at] ?? 0;
  }

  union(other: Bitset): Bitset {
    return this.#combine(other, (left, right) => left | right);
  }

  intersection(other: Bitset): Bitset {
    return this.#combine(other, (left, right) => left & right);
  }

  /** What is in this set and not in `other`. */
  difference(other: Bitset): Bitset {
    return this.#combine(other, (left, right) => left & ~right);
  }

  complement(): Bitset {
    const words = this.#words.map((word) => ~word);
    const spare = this.size & 31;
    if (spare !== 0) words[words.length - 1] = (words[words.length - 1] ?? 0) & ((1 << spare) - 1);
    return new Bitset(this.size, words);
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }

  get count(): number {
    let count = 0;
    for (const word of this.#words) count += popCount(word);
    return count;
  }

  equals(other: Bitset): boolean {
    return this.size === other.size && this.#words.every((word, index) => word === other.#words[index]);
  }

  /** Members in ascending order. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let at = 0; at < this.#words.length; at++) {
      let word = this.#words[at] ?? 0;
      while (word !== 0) {
        const lowest = word & -word;
        yield at * 32 + 31 - Math.clz32(lowest);
        word ^= lowest;
      }
    }
  }

  #combine(other: Bitset, operation: (left: number, right: number) => number): Bitset {
    invariant(this.size === other.size, "bit sets of different sizes");
    return new Bitset(
      this.size,
      this.#words.map((word, index) => operation(word, other.#words[index] ?? 0)),
    );
  }
}

function wordsFor(size: number): number {
  return Math.ceil(size / 32);
}

/** Number of set bits of a 32-bit word (Hacker's Delight, section 5-1). */
function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
