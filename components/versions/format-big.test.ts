import { expect, test } from "vitest";
import { formatBig } from "./format-big.ts";

test.each([
  ["0", "0"],
  ["48", "48"],
  ["1240", "1\u202f240"],
  ["999999999", "999\u202f999\u202f999"],
  ["1000000000", "1.0\u00a0×\u00a010⁹"],
  ["1249999999", "1.2\u00a0×\u00a010⁹"],
  ["9999999999", "1.0\u00a0×\u00a010¹⁰"],
  [`32${"0".repeat(60)}`, "3.2\u00a0×\u00a010⁶¹"],
])("%s is written as %s", (decimal, text) => {
  expect(formatBig(decimal)).toBe(text);
});
