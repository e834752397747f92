import { expect, test } from "vitest";
import type { RouteMatch, RouteRule, VersionRange } from "../model/index.ts";
import { explainOrder } from "./explain-order.ts";

const rule = (...matches: RouteMatch[]): RouteRule => ({ matches });
const prefix = (value: string): RouteMatch => ({ path: { type: "PathPrefix", value } });

/** What puts `first` before `second`, in whatever order they are given. */
function decides(first: RouteMatch, second: RouteMatch) {
  const [tried] = explainOrder([rule(second), rule(first)]);
  expect(tried?.rule).toBe(1);
  return tried?.before;
}

test("each match is told apart from the next by the first figure in which they differ", () => {
  expect(decides({ path: { type: "Exact", value: "/a" } }, prefix("/a/b/c"))).toEqual({ figure: "path", ours: 0, theirs: 2 });
  expect(decides(prefix("/a/b"), prefix("/abcdef"))).toEqual({ figure: "elements", ours: 2, theirs: 1 });
  expect(decides(prefix("/abc"), { ...prefix("/ab"), method: "GET" })).toEqual({ figure: "length", ours: 3, theirs: 2 });
  expect(decides({ method: "GET" }, { headers: [{ name: "a", value: "1" }] })).toEqual({ figure: "method", ours: 1, theirs: 0 });
  expect(decides({ headers: [{ name: "a", value: "1" }] }, { queryParams: [{ name: "a", value: "1" }] })?.figure).toBe("headers");
  expect(decides({ queryParams: [{ name: "a", value: "1" }] }, { caller: { service: "cart" } })?.figure).toBe("queryParams");
  const ranged = { caller: { service: "cart", range: "^1.0.0" as VersionRange } };
  expect(decides(ranged, { caller: { service: "cart" } })).toEqual({ figure: "caller", ours: 2, theirs: 1 });
  expect(decides({ method: "GET" }, { method: "POST" })).toEqual({ figure: "text", ours: 0, theirs: 0 });
});

test("matches of one rule stand where they are tried, not beside each other", () => {
  const order = explainOrder([rule({ path: { type: "Exact", value: "/a" } }, {}), rule(prefix("/b"))]);
  expect(order.map(({ rule: of, match }) => [of, match])).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
  ]);
  expect(order.at(-1)?.before).toBeNull();
});
