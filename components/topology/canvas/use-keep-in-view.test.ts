import { expect, test } from "vitest";
import { shiftInto } from "./use-keep-in-view.ts";

test.each([
  [100, 200, 800, 0],
  [-50, 200, 800, 74],
  [700, 200, 800, -124],
  [700, 790, 800, 0],
])("what begins at %i and is %i long moves into %i by %i", (start, length, room, shift) => {
  expect(shiftInto(start, length, room)).toBe(shift);
});
