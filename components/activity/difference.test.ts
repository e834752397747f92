import { describe, expect, test } from "vitest";
import { differences, isWeights } from "./difference.ts";

describe("what a change changed", () => {
  test("equal values differ nowhere, whatever their shape", () => {
    expect(differences({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
    expect(differences(null, undefined)).toEqual([]);
  });

  test("only the members that differ are named, by their path", () => {
    expect(
      differences({ hosts: ["a"], requirements: { payments: "^2.0.0" } }, { hosts: ["a"], requirements: { payments: "^2.1.0" } }),
    ).toEqual([{ path: "requirements › payments", before: "^2.0.0", after: "^2.1.0" }]);
  });

  test("a split is compared as a whole", () => {
    const before = { payments: { "2.3.0": 10_000 } };
    const after = { payments: { "2.3.0": 9000, "3.0.0": 1000 } };
    expect(differences(before, after)).toEqual([{ path: "payments", before: before.payments, after: after.payments }]);
  });

  test("what did not exist differs as a whole", () => {
    expect(differences(null, { hosts: [] })).toEqual([{ path: "", before: null, after: { hosts: [] } }]);
  });

  test("numbers that do not sum to 10 000 are no split", () => {
    expect(isWeights({ a: 1, b: 2 })).toBe(false);
    expect(isWeights({})).toBe(false);
    expect(isWeights({ "1.0.0": 10_000 })).toBe(true);
  });
});
