import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RouteRule } from "@/lib/client/index.ts";
import { matchText } from "./route-text.ts";
import { ruleOfValues, valuesOfRule } from "./route-values.ts";

const rule: RouteRule = {
  name: "beta",
  matches: [
    { path: { type: "PathPrefix", value: "/charges" }, method: "POST", headers: [{ name: "x-beta", value: "1" }] },
    { path: { type: "RegularExpression", value: "/v[12]/.*" }, queryParams: [{ type: "RegularExpression", name: "v", value: "[0-9]+" }] },
    { caller: { service: "cart", range: "^1.2.0" } },
    {},
  ],
  split: { weights: { "2.3.0": 9999, "3.0.0": 1 } },
};

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const path = word.map((text) => `/${text}`);
const ms = fc.integer({ min: 1, max: 86_400_000 });
const percent = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);
const some = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 3 });
const header = fc.record({ name: word, value: word });
const edits = fc
  .record({ set: some(header), add: some(header), remove: some(word) }, { requiredKeys: [] })
  .filter((each) => Object.keys(each).length > 0);
const rewrite = fc.oneof(
  path.map((value) => ({ type: "ReplaceFullPath" as const, replaceFullPath: value })),
  path.map((value) => ({ type: "ReplacePrefixMatch" as const, replacePrefixMatch: value })),
);
const filter = fc.oneof(
  edits.map((each) => ({ type: "RequestHeaderModifier" as const, requestHeaderModifier: each })),
  edits.map((each) => ({ type: "ResponseHeaderModifier" as const, responseHeaderModifier: each })),
  fc.record({ hostname: word, path: rewrite }, { requiredKeys: [] }).map((each) => ({ type: "URLRewrite" as const, urlRewrite: each })),
  fc
    .record(
      {
        scheme: fc.constantFrom("http" as const, "https" as const),
        hostname: word,
        port: fc.integer({ min: 1, max: 65_535 }),
        path: rewrite,
        statusCode: fc.constantFrom(301 as const, 302 as const, 307 as const),
      },
      { requiredKeys: [] },
    )
    .map((each) => ({ type: "RequestRedirect" as const, requestRedirect: each })),
  fc
    .record(
      { backendRef: fc.record({ service: word, version: word }, { requiredKeys: ["version"] }), percent },
      { requiredKeys: ["backendRef"] },
    )
    .map((each) => ({ type: "RequestMirror" as const, requestMirror: each })),
);
const filled = <T extends object>(part: fc.Arbitrary<T>) => part.filter((each) => Object.keys(each).length > 0);
const parts = fc.record(
  {
    filters: some(filter),
    timeouts: filled(fc.record({ requestMs: ms, perTryMs: ms, idleMs: ms }, { requiredKeys: [] })),
    retry: filled(
      fc.record(
        { attempts: fc.nat(5), codes: fc.array(fc.integer({ min: 500, max: 599 }), { maxLength: 3 }), backoffMs: ms },
        { requiredKeys: [] },
      ),
    ),
    fault: fc.record({ delayMs: ms, abortStatus: fc.integer({ min: 200, max: 599 }), percent }, { requiredKeys: ["percent"] }),
    stickiness: fc.record({ by: fc.constantFrom("cookie" as const, "header" as const), name: word }),
    lane: word,
  },
  { requiredKeys: [] },
);

describe("the form of a rule", () => {
  test("a rule comes out of its form as it went in, to the basis point", () => {
    expect(ruleOfValues(valuesOfRule(rule, ["2.3.0", "3.0.0"]))).toEqual(rule);
  });

  test("filters, timeouts, retries, faults, stickiness and lane come out as they went in", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const whole = { ...rule, ...given } as RouteRule;
        expect(ruleOfValues(valuesOfRule(whole, ["2.3.0", "3.0.0"]))).toEqual(whole);
      }),
    );
  });

  test("a weight of a version that is no longer offered is kept", () => {
    expect(ruleOfValues(valuesOfRule(rule, ["2.3.0"]))).toEqual(rule);
  });

  test("a rule without a split of its own keeps none", () => {
    const plain: RouteRule = { matches: [{ path: { type: "Exact", value: "/healthz" } }] };
    expect(ruleOfValues(valuesOfRule(plain, ["2.3.0"]))).toEqual(plain);
  });

  test("what is not a number is sent as it was typed, never as zero", () => {
    const values = { ...valuesOfRule(rule, ["2.3.0"]), weights: [{ version: "2.3.0", percent: "abc" }] };
    expect(ruleOfValues(values).split?.weights["2.3.0"]).toBe("abc");
    expect(ruleOfValues({ ...values, timeouts: { requestMs: "soon", perTryMs: "", idleMs: "" } }).timeouts).toEqual({ requestMs: "soon" });
  });
});

test("a match reads as operators write it", () => {
  expect(rule.matches.map(matchText)).toEqual(["POST  /charges/…  x-beta: 1", "~ /v[12]/.*  ?v ~ [0-9]+", "← cart ^1.2.0", null]);
});
