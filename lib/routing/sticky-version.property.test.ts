import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPicker } from "./picker.ts";
import { stickyPosition } from "./sticky-version.ts";

function stays(key: string, weights: Readonly<Record<string, number>>): string {
  const picker = createPicker(weights);
  return picker.versions[stickyPosition(key, picker)] ?? "none";
}

function changes(path: readonly string[]): string[] {
  return path.filter((version, index) => index > 0 && version !== path[index - 1]);
}

const key = fc.string({ minLength: 1, maxLength: 24 });

describe("a key", () => {
  test("moves at most once while a canary grows, and to the canary", () => {
    const growing = fc.uniqueArray(fc.nat(10_000), { minLength: 2, maxLength: 20 }).map((weights) => weights.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(key, growing, (text, weights) => {
        const path = weights.map((weightBp) => stays(text, { "1.0.0": 10_000 - weightBp, "1.1.0": weightBp }));
        expect([[], ["1.1.0"]]).toContainEqual(changes(path));
      }),
    );
  });

  test("moves at most once where the others keep their proportions, however many there are", () => {
    const others = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 });
    const growing = fc
      .uniqueArray(fc.integer({ min: 0, max: 2_000 }), { minLength: 2, maxLength: 12 })
      .map((weights) => weights.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(key, others, growing, (text, parts, weights) => {
        const path = weights.map((weight) =>
          stays(text, { ...Object.fromEntries(parts.map((part, index) => [`1.${index}.0`, part * 100])), "2.0.0": weight }),
        );
        expect([[], ["2.0.0"]]).toContainEqual(changes(path));
      }),
    );
  });

  test("stays when a version that it is not on is taken out", () => {
    fc.assert(
      fc.property(key, fc.constantFrom("1.0.0", "2.0.0", "3.0.0"), (text, gone) => {
        const weights: Record<string, number> = { "1.0.0": 5_000, "2.0.0": 3_000, "3.0.0": 2_000 };
        const before = stays(text, weights);
        delete weights[gone];
        expect(before === gone || stays(text, weights) === before).toBe(true);
      }),
    );
  });

  test("comes by a version as often as its weight says (20 000 keys, within a point)", () => {
    const weights = { "1.0.0": 9_000, "1.1.0": 700, "2.0.0": 300 };
    for (const prefix of ["user-", "", "2026-11-21T10:00:00/", "ünïcode "]) {
      const counts: Record<string, number> = {};
      for (let index = 0; index < 20_000; index++) {
        const version = stays(`${prefix}${index}`, weights);
        counts[version] = (counts[version] ?? 0) + 1;
      }
      for (const [version, weightBp] of Object.entries(weights))
        expect(Math.abs((counts[version] ?? 0) / 20_000 - weightBp / 10_000)).toBeLessThan(0.01);
    }
  });

  test("is on no version where there is none", () => {
    expect(stays("a", {})).toBe("none");
  });
});
