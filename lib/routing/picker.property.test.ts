import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Weights } from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { createPicker } from "./picker.ts";

/** Splits of 10 000 over one to eight versions, zeros included. */
const splits: fc.Arbitrary<Weights> = fc.array(fc.nat(10_000), { minLength: 0, maxLength: 7 }).map((cuts) => {
  const bounds = [0, ...cuts.sort((left, right) => left - right), 10_000];
  return Object.fromEntries(bounds.slice(1).map((bound, index) => [`1.${index}.0`, bound - (bounds[index] ?? 0)]));
});

describe("the choice of a version", () => {
  test("gives each version exactly its weight of the 10 000 draws", () => {
    fc.assert(
      fc.property(splits, (weights) => {
        const picker = createPicker(weights);
        const counts: Record<string, number> = Object.fromEntries(Object.keys(weights).map((version) => [version, 0]));
        for (let draw = 0; draw < 10_000; draw++) {
          const version = picker.versions[picker.pick({ nextUint32: () => draw })] ?? "none";
          counts[version] = (counts[version] ?? 0) + 1;
        }
        const single = picker.versions.length === 1;
        expect(counts).toEqual(single ? { ...counts, [picker.versions[0] ?? ""]: 10_000 } : weights);
      }),
      { numRuns: 50 },
    );
  });

  test("never takes a version with weight 0, on any of a million draws", () => {
    const picker = createPicker({ "1.0.0": 0, "2.0.0": 9_999, "3.0.0": 0, "4.0.0": 1 });
    const random = createXorshift(7);
    const seen = new Set<string | undefined>();
    for (let draw = 0; draw < 1_000_000; draw++) seen.add(picker.versions[picker.pick(random)]);
    expect([...seen].sort()).toEqual(["2.0.0", "4.0.0"]);
  });

  test.each([1, 2, 3, 4, 5])("follows its law (χ², seed %i, 200 000 draws, p = 0.001)", (seed) => {
    const weights = { "1.0.0": 9_000, "1.1.0": 700, "1.2.0": 250, "1.3.0": 49, "1.4.0": 1 };
    const picker = createPicker(weights);
    const random = createXorshift(seed * 0x9e3779b9);
    const draws = 200_000;
    const counts = new Map<string, number>();
    for (let draw = 0; draw < draws; draw++) {
      const version = picker.versions[picker.pick(random)] ?? "none";
      counts.set(version, (counts.get(version) ?? 0) + 1);
    }
    const chiSquare = Object.entries(weights)
      .map(([version, weightBp]) => ((counts.get(version) ?? 0) - (draws * weightBp) / 10_000) ** 2 / ((draws * weightBp) / 10_000))
      .reduce((sum, term) => sum + term, 0);
    // Upper 0.001 quantile of χ² with 4 degrees of freedom.
    expect(chiSquare).toBeLessThan(18.47);
  });

  test("does not depend on the order in which weights are written", () => {
    fc.assert(
      fc.property(splits, fc.integer(), (weights, seed) => {
        const turned = Object.fromEntries(Object.entries(weights).toReversed());
        const [left, right] = [createPicker(weights), createPicker(turned)];
        expect(right.versions).toEqual(left.versions);
        expect(right.pick(createXorshift(seed))).toBe(left.pick(createXorshift(seed)));
      }),
    );
  });

  test("of an empty split is none", () => {
    expect(createPicker({}).pick(createXorshift(1))).toBe(-1);
  });
});
