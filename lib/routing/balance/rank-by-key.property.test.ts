import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rankByKey } from "./rank-by-key.ts";

const candidates = fc.uniqueArray(fc.record({ id: fc.string({ maxLength: 12 }), weight: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 1,
  maxLength: 12,
  selector: ({ id }) => id,
});

describe("the order in which a key prefers instances", () => {
  test("does not depend on the order of the input", () => {
    fc.assert(
      fc.property(candidates, fc.string(), (all, key) => {
        expect(rankByKey(all.toReversed(), key)).toEqual(rankByKey(all, key));
      }),
    );
  });

  test("stays for all others when one leaves or joins", () => {
    fc.assert(
      fc.property(candidates, fc.nat(11), fc.string(), (all, position, key) => {
        const gone = all[position % all.length];
        const ranked = rankByKey(all, key);
        expect(
          rankByKey(
            all.filter((each) => each !== gone),
            key,
          ),
        ).toEqual(ranked.filter((each) => each !== gone));
      }),
    );
  });

  test("puts an instance no lower when its weight grows", () => {
    fc.assert(
      fc.property(candidates, fc.nat(11), fc.string(), (all, position, key) => {
        const at = position % all.length;
        const id = all[at]?.id;
        const placeIn = (list: typeof all) => rankByKey(list, key).findIndex((each) => each.id === id);
        const grown = all.map((each, index) => (index === at ? { ...each, weight: each.weight + 3 } : each));
        expect(placeIn(grown)).toBeLessThanOrEqual(placeIn(all));
      }),
    );
  });

  test("gives each a share of the keys equal to its share of the weights, within 1.5 percentage points", () => {
    const all = [1, 2, 3, 4].map((weight) => ({ id: `i${weight}`, weight }));
    const wins = [0, 0, 0, 0];
    for (let key = 0; key < 20_000; key++) {
      const at = (rankByKey(all, `key-${key}`)[0]?.weight ?? 1) - 1;
      wins[at] = (wins[at] ?? 0) + 1;
    }
    for (const [index, { weight }] of all.entries()) expect(Math.abs((wins[index] ?? 0) / 20_000 - weight / 10)).toBeLessThan(0.015);
  });
});
