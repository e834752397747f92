import { describe, expect, test } from "vitest";
import { contract } from "../contract/index.ts";
import { parseInput } from "./input-problems.ts";

const RULE = { name: "x", kind: "alert", actions: [{ kind: "alert", severity: "info" }] };

function problems(trigger: unknown) {
  const parsed = parseInput(contract["POST /api/v1/policies"].body, { ...RULE, trigger }, "body");
  return parsed.ok ? [] : parsed.error.map(({ code, fix, path }) => [path, code, fix]);
}

describe("one form of several is told by its fields", () => {
  test("a missing field is named where it is missing", () => {
    expect(problems({ metric: "rps(web)", above: 1 })).toEqual([["trigger.forMs", "input.invalid", "Give a number."]]);
  });

  test("an unknown field is named with those that are known there", () => {
    expect(problems({ event: "rollback", forMs: 3, subjet: "web" })).toEqual([
      ["trigger.forMs", "input.unknown-field", "Leave it out, or use one of: event, subject, resolveForMs."],
      ["trigger.subjet", "input.unknown-field", "Leave it out, or use one of: event, subject, resolveForMs."],
    ]);
  });

  test("a form within a form is told too", () => {
    expect(problems({ growth: { minReady: "two" } })).toEqual([["trigger.growth.minReady", "input.invalid", "Give a number."]]);
  });

  test("where none is meant all of them are named", () => {
    expect(problems({ growth: { maxStep: 5 } })).toEqual([
      ["trigger.growth", "input.invalid", "Give one of: maxStepBp, minReady, metric."],
    ]);
    expect(problems("always")).toEqual([["trigger", "input.invalid", "Give one of: metric, event, schedule, growth."]]);
  });
});
