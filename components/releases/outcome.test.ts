import { expect, test } from "vitest";
import { outcomeOf } from "./outcome.ts";
import { summary } from "./release.fixture.ts";
import type { ReleaseState } from "./release-view.ts";

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const entry = (seconds: number, state: ReleaseState, weightBp: number) => ({
  at: at(seconds),
  seq: seconds,
  state,
  step: 0,
  weightBp,
  sentence: "",
});

const HISTORY = [entry(10, "running", 500), entry(30, "running", 2500), entry(48, "rolling-back", 0), entry(49, "rolled-back", 0)];
const rolledBack = summary({
  state: "rolled-back",
  movedBy: "judge",
  weightBp: 0,
  createdAt: at(10),
  movedAt: at(49),
  history: HISTORY,
});

test("a release that went back by itself says so, how far it had come, and when it turned", () => {
  expect(outcomeOf(rolledBack)).toEqual({ isBySelf: true, startMs: 10_000, turnedMs: 48_000, endMs: 49_000, peakBp: 2500 });
});

test("one that an operator rolled back did not go by itself", () => {
  expect(outcomeOf({ ...rolledBack, movedBy: "operator" })?.isBySelf).toBe(false);
});

test("one that succeeded never turned", () => {
  const history = [entry(10, "running", 500), entry(70, "promoting", 10_000), entry(71, "succeeded", 10_000)];
  const release = { ...rolledBack, state: "succeeded" as const, movedBy: "engine" as const, weightBp: 10_000, movedAt: at(71), history };
  expect(outcomeOf(release)).toEqual({ isBySelf: false, startMs: 10_000, turnedMs: null, endMs: 71_000, peakBp: 10_000 });
});

test("of a release that was begun anew only the last attempt counts", () => {
  const history = [...HISTORY, entry(90, "running", 500), entry(95, "rolling-back", 0), entry(96, "rolled-back", 0)];
  expect(outcomeOf({ ...rolledBack, movedAt: at(96), history })).toMatchObject({ startMs: 90_000, turnedMs: 95_000, peakBp: 500 });
});

test("one under way has no outcome", () => expect(outcomeOf(summary())).toBeNull());
