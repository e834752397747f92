import { describe, expect, test } from "vitest";
import type { RouteMatch } from "../model/index.ts";
import { checkRules } from "./check-rules.ts";

const check = (...matches: RouteMatch[]) => checkRules([{ matches }], "rules").map(({ path, code, fix }) => ({ path, code, fix }));

describe("every problem is reported with its path, a code and a fix", () => {
  test.each<readonly [string, RouteMatch, string, RegExp]>([
    ["a path without slash", { path: { type: "Exact", value: "cart" } }, "path.value", /Write "\/cart"/],
    ["a path with a query", { path: { type: "PathPrefix", value: "/cart?x=1" } }, "path.value", /queryParams/],
    ["a path with a space", { path: { type: "Exact", value: "/a b" } }, "path.value", /Percent-encode/],
    ["an unclosed group", { path: { type: "RegularExpression", value: "/(a" } }, "path.value", /RE2 syntax/],
    ["a look-ahead", { path: { type: "RegularExpression", value: "/(?=a)b" } }, "path.value", /look-around/],
    ["a back-reference", { path: { type: "RegularExpression", value: "/(a)\\1" } }, "path.value", /back-references/],
    ["a repetition without bounds of size", { path: { type: "RegularExpression", value: "/a{5000}" } }, "path.value", /RE2 syntax/],
    [
      "an expression too large to run on every request",
      { path: { type: "RegularExpression", value: "/(a{900})b{900}" } },
      "path.value",
      /smaller repetitions/,
    ],
    ["a method in lower case", { method: "get" }, "method", /Write GET\./],
    ["a method that is no token", { method: "GET /" }, "method", /such as GET/],
    ["a header name with a space", { headers: [{ name: "x group", value: "a" }] }, "headers.0.name", /hyphens/],
    ["a header value with a line break", { headers: [{ name: "x", value: "a\r\nb" }] }, "headers.0.value", /control/],
    ["a header value with white space around", { headers: [{ name: "x", value: " a" }] }, "headers.0.value", /white space/],
    ["a header with a bad expression", { headers: [{ name: "x", type: "RegularExpression", value: "*" }] }, "headers.0.value", /RE2/],
    ["a parameter without name", { queryParams: [{ name: "", value: "a" }] }, "queryParams.0.name", /Give its name/],
    [
      "a parameter with a bad expression",
      { queryParams: [{ name: "v", type: "RegularExpression", value: "[" }] },
      "queryParams.0.value",
      /RE2/,
    ],
  ])("%s", (_, match, path, fix) => {
    expect(check(match)).toEqual([{ path: `rules.0.matches.0.${path}`, code: "routes.invalid-match", fix: expect.stringMatching(fix) }]);
  });

  test("all problems of all rules at once", () => {
    const rules = [{ matches: [{ method: "get", path: { type: "Exact" as const, value: "x" } }] }, { matches: [] }];
    expect(checkRules(rules, "services.shop.routes.rules").map(({ path }) => path)).toEqual([
      "services.shop.routes.rules.0.matches.0.path.value",
      "services.shop.routes.rules.0.matches.0.method",
      "services.shop.routes.rules.1.matches",
    ]);
  });

  test("good rules have none", () => {
    expect(
      check(
        {},
        { path: { type: "PathPrefix", value: "/a/b%20c" }, method: "PURGE" },
        {
          headers: [
            { name: "X-User", value: "" },
            { name: "x-user", type: "RegularExpression", value: "a.*" },
          ],
        },
        { queryParams: [{ name: "größe", value: "ä b" }] },
      ),
    ).toEqual([]);
  });
});

describe("matches that mean the same are refused, whatever their spelling", () => {
  test.each<readonly [string, RouteMatch, RouteMatch]>([
    ["no path and the root prefix", {}, { path: { type: "PathPrefix", value: "/" } }],
    ["a prefix with and without slash", { path: { type: "PathPrefix", value: "/a" } }, { path: { type: "PathPrefix", value: "/a/" } }],
    ["the default type left out", { headers: [{ name: "x", value: "1" }] }, { headers: [{ type: "Exact", name: "X", value: "1" }] }],
    [
      "conditions in another order",
      {
        queryParams: [
          { name: "a", value: "1" },
          { name: "b", value: "2" },
        ],
      },
      {
        queryParams: [
          { name: "b", value: "2" },
          { name: "a", value: "1" },
        ],
      },
    ],
    ["an empty list", { headers: [] }, {}],
  ])("%s", (_, left, right) => {
    const rules = [{ matches: [left] }, { matches: [right] }];
    expect(checkRules(rules, "rules")).toMatchObject([
      { path: "rules.1.matches.0", code: "routes.duplicate-match", detail: "This match means the same as rules.0.matches.0." },
    ]);
  });

  test("matches that differ in one condition are not", () => {
    expect(
      check({ method: "GET" }, { method: "POST" }, {}, { headers: [{ name: "x", value: "1" }] }, { headers: [{ name: "x", value: "2" }] }),
    ).toEqual([]);
  });
});
