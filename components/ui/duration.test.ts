import fc from "fast-check";
import { expect, test } from "vitest";
import { durationText, typedDuration } from "./duration.ts";

test.each([
  ["250", 250],
  ["250 ms", 250],
  ["2s", 2000],
  ["1,5 s", 1500],
  ["2 min", 120_000],
  ["2m", 120_000],
  ["1 h", 3_600_000],
])("%s is %d ms", (text, ms) => {
  expect(typedDuration(text)).toBe(ms);
});

test("an empty field holds no time, and what is no time goes out as it was typed", () => {
  expect(typedDuration("  ")).toBeUndefined();
  expect(typedDuration("soon")).toBe("soon");
  expect(typedDuration("-5 s")).toBe("-5 s");
});

test("what is written reads back as the same number", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 86_400_000 }), (ms) => typedDuration(durationText(ms)) === ms));
});
