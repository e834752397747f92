import { describe, expect, test } from "vitest";
import type { RouteRule } from "@/lib/client/index.ts";
import { matchText } from "./route-text.ts";
import { ruleOfValues, valuesOfRule } from "./route-values.ts";

const rule: RouteRule = {
  name: "beta",
  matches: [
    { path: { type: "PathPrefix", value: "/charges" }, method: "POST", headers: [{ name: "x-beta", value: "1" }] },
    { path: { type: "RegularExpression", value: "/v[12]/.*" }, queryParams: [{ type: "RegularExpression", name: "v", value: "[0-9]+" }] },
    {},
  ],
  split: { weights: { "2.3.0": 9999, "3.0.0": 1 } },
};

describe("the form of a rule", () => {
  test("a rule comes out of its form as it went in, to the basis point", () => {
    expect(ruleOfValues(valuesOfRule(rule, ["2.3.0", "3.0.0"]))).toEqual(rule);
  });

  test("a rule without a split of its own keeps none", () => {
    const plain: RouteRule = { matches: [{ path: { type: "Exact", value: "/healthz" } }] };
    expect(ruleOfValues(valuesOfRule(plain, ["2.3.0"]))).toEqual(plain);
  });

  test("what is not a number is sent as it was typed, never as zero", () => {
    const values = { ...valuesOfRule(rule, ["2.3.0"]), weights: [{ version: "2.3.0", percent: "abc" }] };
    expect(ruleOfValues(values).split?.weights["2.3.0"]).toBe("abc");
  });
});

test("a match reads as operators write it", () => {
  expect(rule.matches.map(matchText)).toEqual(["POST  /charges/…  x-beta: 1", "~ /v[12]/.*  ?v ~ [0-9]+", null]);
});
