import { expect, test } from "vitest";
import { splitChange, splitCommand } from "./split-change.ts";
import { errorOf } from "./use-change-set.ts";

const draft = { service: "payments", rev: 4, before: { "2.3.0": 10_000 }, weights: { "2.3.0": 9950, "3.0.0": 50 } };
const override = { versions: ["3.0.0"], reason: "Ana's load test", expiresAt: "2026-01-01T01:00:00.000Z" };

test("the command line carries the reason and the override, quoted for a shell", () => {
  expect(splitCommand(draft, "")).toBe("interlock split payments 2.3.0=99.5 3.0.0=0.5");
  expect(splitCommand({ ...draft, override }, "try it")).toBe(
    "interlock split payments 2.3.0=99.5 3.0.0=0.5 --reason 'try it' --override-reason 'Ana'\\''s load test' --override-until 2026-01-01T01:00:00.000Z",
  );
});

test("the change that is sent has the override as the API takes it", () => {
  expect(splitChange({ ...draft, override })).toEqual({
    kind: "split",
    service: "payments",
    rev: 4,
    weights: draft.weights,
    override: { reason: override.reason, expiresAt: override.expiresAt },
  });
  expect(splitChange(draft)).not.toHaveProperty("override");
});

test("a failed attempt is told of as long as the changes are those that were tried", () => {
  const failed = { error: new Error("refused"), variables: { reason: "", text: "[1]" } };
  expect(errorOf(failed, "[1]")).toBe(failed.error);
  expect(errorOf(failed, "[2]")).toBeNull();
  expect(errorOf({ error: null, variables: undefined }, "[1]")).toBeNull();
});
