import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Version } from "../model/index.ts";
import { Bitset } from "./bitset.ts";
import { Relation } from "./relation.ts";
import { VersionOrder } from "./version-order.ts";

const CONSUMERS = orderOf(7);
const PROVIDERS = orderOf(37);

function orderOf(size: number): VersionOrder {
  return new VersionOrder(Array.from({ length: size }, (_, minor) => `1.${minor}.0` as Version));
}

const cells = fc.array(fc.array(fc.boolean(), { minLength: PROVIDERS.size, maxLength: PROVIDERS.size }), {
  minLength: CONSUMERS.size,
  maxLength: CONSUMERS.size,
});

function relationOf(table: readonly (readonly boolean[])[]): Relation {
  return new Relation(
    CONSUMERS,
    PROVIDERS,
    table.map((row) => Bitset.from(row.length, (index) => row[index] === true)),
  );
}

describe("a relation agrees with a table of booleans", () => {
  test("in every cell, row, column and in the count", () => {
    fc.assert(
      fc.property(cells, (table) => {
        const relation = relationOf(table);
        for (const [consumer, row] of table.entries()) {
          for (const [provider, cell] of row.entries()) {
            expect(relation.has(consumer, provider)).toBe(cell);
            expect(relation.row(consumer).has(provider)).toBe(cell);
            expect(relation.column(provider).has(consumer)).toBe(cell);
          }
        }
        expect(relation.count).toBe(table.flat().filter(Boolean).length);
      }),
      { numRuns: 30 },
    );
  });

  test("in union, intersection and complement", () => {
    fc.assert(
      fc.property(cells, cells, (left, right) => {
        const both = (operation: (a: boolean, b: boolean) => boolean) =>
          relationOf(left.map((row, y) => row.map((cell, x) => operation(cell, right[y]?.[x] === true))));
        expect(
          relationOf(left)
            .union(relationOf(right))
            .equals(both((a, b) => a || b)),
        ).toBe(true);
        expect(
          relationOf(left)
            .intersection(relationOf(right))
            .equals(both((a, b) => a && b)),
        ).toBe(true);
        expect(
          relationOf(left)
            .complement()
            .equals(both((a) => !a)),
        ).toBe(true);
      }),
    );
  });
});

test("outside of the relation there is nothing", () => {
  const full = new Relation(
    CONSUMERS,
    PROVIDERS,
    CONSUMERS.versions.map(() => Bitset.full(PROVIDERS.size)),
  );
  expect(full.has(-1, 0)).toBe(false);
  expect(full.has(CONSUMERS.size, 0)).toBe(false);
  expect(full.has(0, PROVIDERS.size)).toBe(false);
  expect(full.row(CONSUMERS.size).isEmpty).toBe(true);
});
