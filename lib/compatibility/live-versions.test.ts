import { expect, test } from "vitest";
import type { RouteMatch, RouteRule, VersionRange, VersionRef } from "../model/index.ts";
import { versionsOpenTo } from "./live-versions.ts";

const OLD = { service: "front", version: "1.0.0" } as VersionRef;
const NEW = { service: "front", version: "2.0.0" } as VersionRef;
const OTHER = { service: "web", version: "1.0.0" } as VersionRef;
const callers = (range?: string): RouteMatch => ({
  caller: { service: "front", ...(range !== undefined && { range: range as VersionRange }) },
});
const rule = (version: string, ...matches: readonly RouteMatch[]): RouteRule => ({ matches, split: { weights: { [version]: 10_000 } } });
const open = (caller: VersionRef, ...rules: readonly RouteRule[]) =>
  [...versionsOpenTo({ weights: { "1.0.0": 10_000 }, rules }, caller)].sort();

test("a rule that takes all of a caller's requests keeps it from the split", () => {
  const rules = [rule("2.0.0", callers("2.0.0")), rule("1.0.0", callers("1.0.0"))];
  expect([open(OLD, ...rules), open(NEW, ...rules), open(OTHER, ...rules)]).toEqual([["1.0.0"], ["2.0.0"], ["1.0.0"]]);
});

test("of such rules the one that names the caller more closely counts", () => {
  const rules = [rule("3.0.0", {}), rule("4.0.0", callers()), rule("2.0.0", callers("2.0.0"))];
  expect([open(NEW, ...rules), open(OLD, ...rules), open(OTHER, ...rules)]).toEqual([["2.0.0"], ["4.0.0"], ["3.0.0"]]);
});

test("rules with more conditions come before it and stay open, as do rules of a lane", () => {
  const rules = [rule("2.0.0", callers("2.0.0")), rule("5.0.0", { method: "PUT" }), { ...rule("6.0.0"), lane: "blue" }];
  expect(open(NEW, ...rules)).toEqual(["2.0.0", "5.0.0", "6.0.0"]);
});

test("a rule without a split of its own leads to the service's", () => {
  expect(open(NEW, { matches: [callers("2.0.0")] })).toEqual(["1.0.0"]);
  expect(open(NEW, rule("2.0.0", callers("2.0.0")), { matches: [{ method: "PUT" }] })).toEqual(["1.0.0", "2.0.0"]);
});
