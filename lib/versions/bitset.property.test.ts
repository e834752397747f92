import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bitset } from "./bitset.ts";

const sizes = fc.integer({ min: 0, max: 130 });
const pairs = sizes.chain((size) => fc.tuple(fc.constant(size), membersOf(size), membersOf(size)));

function membersOf(size: number) {
  return size === 0 ? fc.constant(new Set<number>()) : fc.uniqueArray(fc.nat(size - 1)).map((members) => new Set(members));
}

function bitsetOf(size: number, members: ReadonlySet<number>): Bitset {
  return Bitset.from(size, (index) => members.has(index));
}

describe("a bit set agrees with a plain set", () => {
  test("in its members, their order and their number", () => {
    fc.assert(
      fc.property(pairs, ([size, members]) => {
        const bits = bitsetOf(size, members);
        expect([...bits]).toEqual([...members].sort((left, right) => left - right));
        expect(bits.count).toBe(members.size);
        expect(bits.isEmpty).toBe(members.size === 0);
        for (let index = -1; index <= size + 40; index++) expect(bits.has(index)).toBe(members.has(index));
      }),
    );
  });

  test("in union, intersection and difference", () => {
    fc.assert(
      fc.property(pairs, ([size, left, right]) => {
        const [a, b] = [bitsetOf(size, left), bitsetOf(size, right)];
        expect(a.union(b).equals(bitsetOf(size, new Set([...left, ...right])))).toBe(true);
        expect(a.intersection(b).equals(bitsetOf(size, new Set([...left].filter((index) => right.has(index)))))).toBe(true);
        expect(a.difference(b).equals(bitsetOf(size, new Set([...left].filter((index) => !right.has(index)))))).toBe(true);
      }),
    );
  });
});

describe("the laws of a Boolean algebra", () => {
  test("the complement of the complement is the set itself, and nothing lies beyond its size", () => {
    fc.assert(
      fc.property(pairs, ([size, members]) => {
        const bits = bitsetOf(size, members);
        expect(bits.complement().complement().equals(bits)).toBe(true);
        expect(bits.complement().count).toBe(size - members.size);
        expect(bits.union(bits.complement()).equals(Bitset.full(size))).toBe(true);
        expect(bits.intersection(bits.complement()).isEmpty).toBe(true);
      }),
    );
  });

  test("De Morgan", () => {
    fc.assert(
      fc.property(pairs, ([size, left, right]) => {
        const [a, b] = [bitsetOf(size, left), bitsetOf(size, right)];
        expect(a.union(b).complement().equals(a.complement().intersection(b.complement()))).toBe(true);
      }),
    );
  });
});

test("sets of different sizes are never combined", () => {
  expect(() => Bitset.empty(3).union(Bitset.empty(4))).toThrow("different sizes");
});
