import { describe, expect, test } from "vitest";
import { valueLines } from "./value-lines.ts";

const linesOf = (value: unknown) => valueLines(value, "none");

describe("a value as lines", () => {
  test("one fact per line, by its path", () => {
    expect(linesOf({ requirements: { payments: "^2.1.0", cart: ">=1 <3" }, capacityRps: 300 })).toEqual([
      "requirements.payments  ^2.1.0",
      "requirements.cart  >=1 <3",
      "capacityRps  300",
    ]);
  });

  test("lists of plain values stay on one line, and what is empty is named", () => {
    expect(linesOf(["shop.example.com", "*"])).toEqual(["shop.example.com, *"]);
    expect(linesOf([])).toEqual(["none"]);
    expect(linesOf({ requirements: {}, capacityRps: null })).toEqual(["requirements  none", "capacityRps  none"]);
  });

  const rule = (value: string) => ({ name: "beta", matches: [{ path: { type: "RegularExpression", value } }] });

  test("a rule is one line", () => {
    expect(linesOf([rule("/a")])).toEqual(["1.  name beta, matches [{path {type RegularExpression, value /a}}]"]);
  });

  test.each([
    ["^/a{2,3}$", "^/a(2 3)$"],
    ["text/html, */*", "text/html */*"],
    ["a:b", "a b"],
    ['say "hi"', "say hi"],
    ["[ab]", "ab"],
  ])("%s is shown as it is and not as %s", (left, right) => {
    expect(linesOf([rule(left)])).not.toEqual(linesOf([rule(right)]));
    expect(linesOf([rule(left)])[0]).toContain(left.includes('"') ? JSON.stringify(left) : left);
  });

  test("one text with a comma is not two", () => {
    expect(linesOf(["a, b"])).not.toEqual(linesOf(["a", "b"]));
  });
});
