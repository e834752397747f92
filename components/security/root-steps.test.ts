import { describe, expect, test } from "vitest";
import { followed, rootSteps } from "./root-steps.ts";

const states = (step: Parameters<typeof rootSteps>[0]["step"], next: Parameters<typeof rootSteps>[0]["next"]) =>
  rootSteps({ step, next }).map(({ state }) => state);

describe("the stepper of a root change", () => {
  test.each([
    ["before any change the first step is next", null, "trust-new", ["next", "later", "later"]],
    ["the step that was taken stands until the next one is", "trust-new", "issue-new", ["now", "next", "later"]],
    ["earlier ones are done", "issue-new", "drop-old", ["done", "now", "next"]],
    ["after the last one it begins anew", "drop-old", "trust-new", ["next", "later", "later"]],
  ] as const)("%s", (_, step, next, expected) => expect(states(step, next)).toEqual(expected));
});

describe("proxies that followed", () => {
  test("are all of them while nothing is waited for", () => {
    expect(followed([], ["node-a", "node-b"])).toEqual({ done: 2, total: 2 });
  });

  test("are those that no sentence is about, and one that is about two things is one proxy", () => {
    const waiting = [
      "node-a has not acknowledged the roots in force yet.",
      "node-a holds 2 certificates of the old root (until 2026-01-01T00:00:00Z at most).",
      "node-z is away and may not know the new root (until 2026-01-01T00:00:00Z at most).",
    ];
    expect(followed(waiting, ["node-a", "node-b"])).toEqual({ done: 1, total: 3 });
  });

  test("are never more than the engine says, also where it names only some", () => {
    expect(followed(["a has not acknowledged the roots in force yet.", "And 2 more."], ["a", "b", "c", "d"])).toEqual({
      done: 1,
      total: 4,
    });
  });
});
