import { beforeEach, expect, test } from "vitest";
import { appliedStore } from "./applied-store.ts";
import {
  type DraftOverride,
  discardDraft,
  discardDrafts,
  draftSplit,
  draftStore,
  joinOverrides,
  rebaseDraft,
  review,
} from "./draft-store.ts";
import { takeApplied } from "./take-applied.ts";

const override: DraftOverride = { versions: ["3.0.0"], reason: "load test", expiresAt: "2026-01-01T01:00:00Z" };
const before = { "2.3.0": 10_000 };
const draft = { service: "payments", rev: 4, before, weights: { "2.3.0": 9900, "3.0.0": 100 }, override };
const drafted = (service = "payments") => draftStore.getState().drafts.get(service);

beforeEach(() => {
  discardDrafts();
  review(false);
});

test("an override stays while its version has weight, and goes with the last of it", () => {
  draftSplit(draft);
  const { override: _, ...moved } = draft;
  draftSplit({ ...moved, weights: { "2.3.0": 7500, "3.0.0": 2500 } });
  expect(drafted()?.override).toEqual(override);
  draftSplit({ ...moved, weights: { "2.3.0": 7500, "2.4.0": 2500 } });
  expect(drafted()).toEqual({ ...moved, weights: { "2.3.0": 7500, "2.4.0": 2500 } });
});

test("of two versions that were opened, the one whose weight is taken away closes", () => {
  const both = joinOverrides(override, { versions: ["4.0.0"], reason: "canary", expiresAt: "2026-01-01T00:15:00Z" });
  expect(both).toEqual({ versions: ["3.0.0", "4.0.0"], reason: "load test; canary", expiresAt: "2026-01-01T00:15:00Z" });
  draftSplit({ ...draft, weights: { "2.3.0": 9900, "4.0.0": 100 }, override: both });
  expect(drafted()?.override?.versions).toEqual(["4.0.0"]);
});

test("a service without a draft has none, whatever it is called", () => {
  expect(drafted("constructor")).toBeUndefined();
  expect(appliedStore.getState().applied.get("constructor")).toBeUndefined();
});

test("a draft equal to what is in force is none", () => {
  draftSplit(draft);
  draftSplit({ ...draft, weights: before });
  expect(drafted()).toBeUndefined();
});

test("a draft put on somebody else's change keeps its weights and its override", () => {
  draftSplit(draft);
  rebaseDraft("payments", 5, { "2.3.0": 5000, "2.4.0": 5000 });
  expect(drafted()).toMatchObject({ rev: 5, before: { "2.3.0": 5000, "2.4.0": 5000 }, weights: draft.weights, override });
});

test.each([
  ["discarded one by one", () => discardDraft("payments")],
  ["discarded all", () => discardDrafts()],
  ["drawn back to what is in force", () => draftSplit({ ...draft, weights: before })],
  ["applied", () => takeApplied([drafted() ?? draft], { payments: 5 }, { startedAtMs: 1, answeredAtMs: 2 })],
])("once the last draft is %s the review is closed, and the next draft does not open it", (_, end) => {
  draftSplit(draft);
  review(true);
  expect(draftStore.getState().isReviewing).toBe(true);
  end();
  expect(draftStore.getState().isReviewing).toBe(false);
  draftSplit(draft);
  expect(draftStore.getState().isReviewing).toBe(false);
});

test("the review stays open while a draft is left, and does not open without one", () => {
  draftSplit(draft);
  draftSplit({ ...draft, service: "cart" });
  review(true);
  discardDraft("payments");
  expect(draftStore.getState().isReviewing).toBe(true);
  discardDraft("cart");
  review(true);
  expect(draftStore.getState().isReviewing).toBe(false);
});

test("applied drafts go and their effect is watched", () => {
  draftSplit(draft);
  takeApplied([drafted() ?? draft], { payments: 7 }, { startedAtMs: 10, answeredAtMs: 30 });
  expect(drafted()).toBeUndefined();
  expect(appliedStore.getState().applied.get("payments")).toEqual({
    service: "payments",
    weights: draft.weights,
    rev: 7,
    startedAtMs: 10,
    answeredAtMs: 30,
  });
});

test("what was drawn while the answer was on its way stays, on top of what was applied", () => {
  draftSplit(draft);
  const sent = drafted() ?? draft;
  const later = { "2.3.0": 5000, "3.0.0": 5000 };
  draftSplit({ ...draft, weights: later });
  takeApplied([sent], { payments: 5 }, { startedAtMs: 1, answeredAtMs: 2 });
  expect(drafted()).toMatchObject({ rev: 5, before: sent.weights, weights: later });
});

test("a draft that was dropped while the answer was on its way does not come back", () => {
  draftSplit(draft);
  const sent = drafted() ?? draft;
  discardDraft("payments");
  takeApplied([sent], { payments: 5 }, { startedAtMs: 1, answeredAtMs: 2 });
  expect(drafted()).toBeUndefined();
});
