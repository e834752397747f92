import { describe, expect, test } from "vitest";
import type { RouteRule, Routes } from "@/lib/client/index.ts";
import { isAnswerCurrent, placeOf, rebaseEdit, rulesWith, rulesWithout } from "./rule-edit.ts";

const rule = (name: string, path = `/${name}`): RouteRule => ({ name, matches: [{ path: { type: "PathPrefix", value: path } }] });
const routes = (rev: number, ...names: string[]): Routes => ({ service: "payments", rev, rules: names.map((name) => rule(name)) });
const namesOf = (rules: readonly RouteRule[]) => rules.map(({ name }) => name);

const read = routes(7, "beta", "internal");

describe("a rule in its editor", () => {
  test("is changed in the place where it was read", () => {
    expect(namesOf(rulesWith({ routes: read, index: 1 }, rule("renamed")))).toEqual(["beta", "renamed"]);
    expect(placeOf({ routes: read, index: 1 })).toBe(1);
  });

  test("is added behind those that were read", () => {
    expect(namesOf(rulesWith({ routes: read, index: null }, rule("new")))).toEqual(["beta", "internal", "new"]);
    expect(placeOf({ routes: read, index: null })).toBe(2);
  });

  test("is the one that goes, and no other", () => {
    expect(namesOf(rulesWithout({ routes: read, index: 0 }))).toEqual(["internal"]);
  });

  test("stays the rule that was opened when the list moves beneath it", () => {
    const edit = { routes: read, index: 1 };
    const moved = routes(8, "urgent", "beta", "internal");
    expect(namesOf(rulesWithout(edit))).toEqual(["beta"]);
    const rebased = rebaseEdit(edit, moved);
    expect(rebased).toEqual({ routes: moved, index: 2 });
    expect(rebased && namesOf(rulesWithout(rebased))).toEqual(["urgent", "beta"]);
  });

  test("is not carried over a change of that very rule", () => {
    const changed = { ...read, rev: 8, rules: [rule("beta"), rule("internal", "/elsewhere")] };
    expect(rebaseEdit({ routes: read, index: 1 }, changed)).toBeNull();
    expect(rebaseEdit({ routes: read, index: 1 }, routes(8, "beta"))).toBeNull();
  });

  test("a new rule finds its place in any list", () => {
    expect(rebaseEdit({ routes: read, index: null }, routes(8))).toEqual({ routes: routes(8), index: null });
  });
});

describe("the answer to a check", () => {
  const rules = rulesWith({ routes: read, index: 1 }, rule("renamed"));

  test("holds for the rules that were asked about", () => {
    expect(isAnswerCurrent({ rules, rev: 7 }, structuredClone(rules), 7)).toBe(true);
  });

  test("falls with the first edit and holds again when it is taken back", () => {
    const edited = rulesWith({ routes: read, index: 1 }, rule("renamed", "/edited"));
    expect(isAnswerCurrent({ rules, rev: 7 }, edited, 7)).toBe(false);
    expect(isAnswerCurrent({ rules, rev: 7 }, rules, 7)).toBe(true);
  });

  test("falls when the service has moved on", () => {
    expect(isAnswerCurrent({ rules, rev: 7 }, rules, 8)).toBe(false);
  });

  test("does not exist before a check", () => {
    expect(isAnswerCurrent(undefined, rules, 7)).toBe(false);
  });
});
