import { expect, test } from "vitest";
import {
  newReleaseHref,
  PLAIN_JUDGE,
  type ReleaseQuestion,
  readReleaseQuestion,
  releaseBody,
  releaseCommand,
  writeReleaseQuestion,
} from "./release-question.ts";

const QUESTION: ReleaseQuestion = { service: "recommendations", version: "1.3.0", strategy: "careful", gates: "pass" };

const written = (question: ReleaseQuestion | null) =>
  new URLSearchParams(Object.entries(writeReleaseQuestion(question)).filter(([, value]) => value !== ""));

test.each([
  ["a whole question", QUESTION],
  ["one without a strategy", { ...QUESTION, strategy: "", gates: "none" as const }],
  ["an empty one", { service: "", version: "", strategy: "", gates: "none" as const }],
])("reading what was written gives the same: %s", (_name, question) => expect(readReleaseQuestion(written(question))).toEqual(question));

test("no question closes the form", () => expect(readReleaseQuestion(written(null))).toBeNull());

test("a link to a version opens its form", () => {
  expect(readReleaseQuestion(new URL(newReleaseHref("cart", "4.0.2"), "http://x").searchParams)).toMatchObject({
    service: "cart",
    version: "4.0.2",
  });
});

test("what was not chosen is left to the engine", () => {
  expect(releaseBody({ ...QUESTION, gates: "none" }, "careful")).toEqual({
    service: "recommendations",
    version: "1.3.0",
    strategy: "careful",
  });
});

test("judge settings go out in the engine's units, and what is no number as it was typed", () => {
  const judge = { ...PLAIN_JUDGE, tolerancePercent: "25", boundaryMs: "soon", minRequests: "50" };
  expect(releaseBody(QUESTION, "careful", judge, "why")).toMatchObject({
    gates: "pass",
    reason: "why",
    judge: {
      metrics: [
        { kind: "errors", tolerance: 0.25 },
        { kind: "latency", boundaryMs: "soon" },
      ],
      minRequests: 50,
    },
  });
});

test("the command says the same", () => {
  expect(releaseCommand(QUESTION, "careful", { ...PLAIN_JUDGE, boundaryMs: "50" }, "new year")).toBe(
    "interlock release start recommendations@1.3.0 --strategy careful --gates pass --latency 50 --reason 'new year'",
  );
});
