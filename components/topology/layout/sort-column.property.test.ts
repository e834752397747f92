import fc from "fast-check";
import { expect, test } from "vitest";
import { sortColumn } from "./sort-column.ts";

const columns = fc.record({
  // Few distinct keys, so that there are ties; negative zero is no key of its own.
  keys: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 300 }),
  isSorted: fc.boolean(),
});

test("a column is sorted as a stable sort sorts it, whatever its length and order", () => {
  fc.assert(
    fc.property(columns, ({ keys, isSorted }) => {
      const byNode = Float64Array.from(isSorted ? keys.toSorted((left, right) => left - right) : keys);
      const nodes = Array.from(byNode, (_, node) => node).reverse();
      const column = Int32Array.from(nodes);
      sortColumn(column, byNode, new Int32Array(column.length));
      expect([...column]).toEqual(nodes.toSorted((left, right) => (byNode[left] ?? 0) - (byNode[right] ?? 0)));
    }),
  );
});
