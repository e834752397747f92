import { expect, test } from "vitest";
import { formatEValue } from "./format-e-value.ts";

test.each([
  [1, "1"],
  [4.26, "4.3"],
  [812.4, "812"],
  [8_123_456, "8\u00a0×\u00a010⁶"],
  [9.7e12, "1\u00a0×\u00a010¹³"],
  [Number.POSITIVE_INFINITY, "∞"],
])("%f reads %s", (e, text) => {
  expect(formatEValue(e)).toBe(text);
});
