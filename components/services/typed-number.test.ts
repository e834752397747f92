import { expect, test } from "vitest";
import { typedNumber } from "./typed-number.ts";

test.each([
  ["", undefined],
  [" ", undefined],
  ["12,5", 12.5],
  ["0.01", 0.01],
  ["abc", "abc"],
  ["1e999", "1e999"],
])("%j typed is %j on the wire, never null", (text, value) => expect(typedNumber(text)).toBe(value));
