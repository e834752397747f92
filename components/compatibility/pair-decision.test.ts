import { expect, test } from "vitest";
import type { Evidence } from "@/lib/client/index.ts";
import { decisionOf, newestFirst } from "./pair-decision.ts";

const fact = (kind: Evidence["kind"], verdict: Evidence["verdict"], at = "2026-01-01T00:00:00Z"): Evidence => ({
  kind,
  verdict,
  at,
  author: "ada",
  sentence: `${kind} says ${verdict}`,
});

test("the strongest fact that says the verdict decides, the others count for or against it", () => {
  const evidence = [fact("operator", "incompatible"), fact("verification", "compatible"), fact("declared", "incompatible")];
  expect(decisionOf(evidence, "incompatible")).toMatchObject({ deciding: { kind: "operator" }, agreeing: 2, against: 1 });
});

test("an override neither decides nor contradicts", () => {
  const evidence = [fact("override", "compatible"), fact("declared", "incompatible")];
  expect(decisionOf(evidence, "incompatible")).toMatchObject({ deciding: { kind: "declared" }, agreeing: 1, against: 0 });
});

test("nothing decides an unknown pair", () => {
  expect(decisionOf([fact("operator", "compatible")], "unknown")).toBeNull();
});

test("the newest fact comes first, whichever way its time is written", () => {
  const old = fact("declared", "compatible", "2026-01-01T00:00:00Z");
  const recent = fact("traffic", "compatible", "2026-01-01T00:00:00.500Z");
  expect(newestFirst([old, recent])).toEqual([recent, old]);
});
