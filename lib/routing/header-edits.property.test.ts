import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HeaderValue } from "../model/index.ts";
import { compileHeaderEdits, editHeaders } from "./header-edits.ts";

const name = fc.constantFrom("x-a", "X-A", "x-b", "X-b", "accept");
const header: fc.Arbitrary<HeaderValue> = fc.record({ name, value: fc.constantFrom("1", "2", "") });
const lines = fc.array(fc.tuple(name, fc.constantFrom("1", "2")), { maxLength: 6 });

/** The contract read literally, one edit after the other. */
function oracle(
  given: readonly (readonly [string, string])[],
  set: readonly HeaderValue[],
  add: readonly HeaderValue[],
  remove: readonly string[],
) {
  const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
  let result = given.filter(([each]) => !remove.some((gone) => same(gone, each)));
  for (const { name: one, value } of set) result = [...result.filter(([each]) => !same(each, one)), [one, value] as const];
  for (const { name: one, value } of add) result = [...result, [one, value] as const];
  return result;
}

describe("edits of headers", () => {
  test("remove, then set, then add, without looking at case", () => {
    const sets = fc.uniqueArray(header, { maxLength: 2, selector: (each) => each.name.toLowerCase() });
    fc.assert(
      fc.property(lines, sets, fc.array(header, { maxLength: 2 }), fc.array(name, { maxLength: 2 }), (given, set, add, remove) => {
        const patch = compileHeaderEdits({ set, add, remove });
        expect(patch === null ? given : editHeaders(given, patch)).toEqual(oracle(given, set, add, remove));
        expect(patch?.text ?? "").toBe([...set, ...add].map((each) => `${each.name}: ${each.value}\r\n`).join(""));
      }),
    );
  });

  test("that edit nothing are none", () => {
    expect(compileHeaderEdits(undefined)).toBeNull();
    expect(compileHeaderEdits({ set: [], remove: [] })).toBeNull();
  });
});
