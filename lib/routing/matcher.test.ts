import { describe, expect, test } from "vitest";
import type { RouteMatch } from "../model/index.ts";
import { compileMatch as compile, queryParameter, type RequestHead } from "./matcher.ts";
import { routedPath } from "./normalise-path.ts";

const compileMatch = (match: RouteMatch) => (head: RequestHead) =>
  compile(match)(head, routedPath(head.path), { service: "ingress", version: null });

function request(
  path: string,
  more: Partial<Omit<RequestHead, "header">> & { readonly headers?: Record<string, string> } = {},
): RequestHead {
  const headers = new Map(Object.entries(more.headers ?? {}));
  return { host: "shop.mesh", method: "GET", query: "", path, ...more, header: (name) => headers.get(name) };
}

const prefix = (value: string): RouteMatch => ({ path: { type: "PathPrefix", value } });
const exact = (value: string): RouteMatch => ({ path: { type: "Exact", value } });
const expression = (value: string): RouteMatch => ({ path: { type: "RegularExpression", value } });

describe("a path", () => {
  test.each([
    [prefix("/a"), "/a", true, "a prefix matches itself"],
    [prefix("/a"), "/a/", true, "and with a slash"],
    [prefix("/a"), "/a/b", true, "and below"],
    [prefix("/a"), "/ab", false, "but never half an element"],
    [prefix("/a/"), "/a", true, "a trailing slash of the prefix does not count"],
    [prefix("/a/"), "/ab", false, "even then it is whole elements"],
    [prefix("/"), "/", true, "the root prefix is every path"],
    [prefix("/"), "*", true, "and OPTIONS *"],
    [exact("/a"), "/a", true, "an exact path is itself"],
    [exact("/a"), "/a/", false, "and not with a slash"],
    [exact("/a"), "/A", false, "paths have case"],
    [exact("/a%2fb"), "/a%2fb", true, "what has no normal form compares as sent"],
    [exact("/a/b"), "/a%2fb", false, "and a slash is never decoded"],
    [exact("/a~b"), "/a%7eb", true, "an escape that need not be is decoded"],
    [exact("/a%7Eb"), "/a~b", true, "in the rule as well"],
    [exact("/b"), "/a/../b", true, "dots are resolved"],
    [prefix("/a"), "//a/b", true, "slashes in a row are one"],
    [expression("/item/[0-9]+"), "/item/42", true, "an expression"],
    [expression("/item/[0-9]+"), "/item/42/x", false, "is anchored at its end"],
    [expression("item"), "/item", false, "and at its start"],
    [expression("/a|/b"), "/bc", false, "as a whole, alternatives included"],
  ])("%j and %s: %s (%s)", (match, path, fits) => {
    expect(compileMatch(match)(request(path))).toBe(fits);
  });
});

describe("headers and query parameters", () => {
  const beta: RouteMatch = { headers: [{ name: "X-Group", value: "beta" }] };
  test("header names have no case, values have", () => {
    expect(compileMatch(beta)(request("/", { headers: { "x-group": "beta" } }))).toBe(true);
    expect(compileMatch(beta)(request("/", { headers: { "x-group": "Beta" } }))).toBe(false);
    expect(compileMatch(beta)(request("/"))).toBe(false);
  });

  test("a header sent twice is one value joined by a comma", () => {
    expect(compileMatch(beta)(request("/", { headers: { "x-group": "beta, gold" } }))).toBe(false);
    const any: RouteMatch = { headers: [{ name: "x-group", type: "RegularExpression", value: "(.*, )?beta(, .*)?" }] };
    expect(compileMatch(any)(request("/", { headers: { "x-group": "gold, beta" } }))).toBe(true);
  });

  test("an expression never matches what is absent", () => {
    expect(compileMatch({ headers: [{ name: "x", type: "RegularExpression", value: ".*" }] })(request("/"))).toBe(false);
    expect(compileMatch({ queryParams: [{ name: "x", type: "RegularExpression", value: ".*" }] })(request("/"))).toBe(false);
  });

  test("all parts of a match count", () => {
    const match: RouteMatch = { ...beta, ...prefix("/cart"), method: "POST", queryParams: [{ name: "v", value: "2" }] };
    const full = { method: "POST", query: "v=2", headers: { "x-group": "beta" } };
    expect(compileMatch(match)(request("/cart/1", full))).toBe(true);
    for (const change of [{ method: "GET" }, { query: "v=3" }, { headers: {} }])
      expect(compileMatch(match)(request("/cart/1", { ...full, ...change }))).toBe(false);
    expect(compileMatch(match)(request("/", full))).toBe(false);
  });

  test("an empty match fits every request", () => {
    expect(compileMatch({})(request("*", { method: "OPTIONS" }))).toBe(true);
  });

  test.each([
    ["a=1&b=2", "b", "2"],
    ["a=1&a=2", "a", "1"],
    ["a", "a", ""],
    ["a=", "a", ""],
    ["a=x=y", "a", "x=y"],
    ["q=%C3%A4+b", "q", "ä b"],
    ["%61=1", "a", "1"],
    ["a=%zz", "a", "%zz"],
    ["&&a=1", "a", "1"],
    ["", "a", undefined],
    ["&", "", undefined],
    ["ab=1", "a", undefined],
    ["__proto__=1", "__proto__", "1"],
  ])("the parameter of ?%s named %j is %j", (query, name, value) => {
    expect(queryParameter(query, name)).toBe(value);
  });
});

test("an expression that makes backtracking engines hang ends on a long input", () => {
  const fits = compileMatch(expression("/(a|aa)+(a*)*b"));
  expect(fits(request(`/${"a".repeat(20_000)}`))).toBe(false);
  expect(fits(request(`/${"a".repeat(20_000)}b`))).toBe(true);
});
