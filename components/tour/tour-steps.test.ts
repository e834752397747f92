import { describe, expect, test } from "vitest";
import { summary } from "@/components/releases/release.fixture.ts";
import { isDemoMesh, type TourFacts, tourProgress } from "./tour-steps.ts";

const SINCE = Date.parse("2026-01-01T12:00:00.000Z");
const later = (seconds: number) => new Date(SINCE + seconds * 1000).toISOString();
const facts = (changes: Partial<TourFacts> = {}): TourFacts => ({
  sinceMs: SINCE,
  releases: [],
  weights: { "2.0.0": 10_000 },
  refused: { service: null, atMs: 0 },
  ...changes,
});

describe("the canary", () => {
  test("leads to the form of a release of the version without traffic", () => {
    const progress = tourProgress("canary", facts());
    expect(progress).toMatchObject({ state: "todo", subject: { service: "users", version: "2.1.0" }, release: null });
    expect(progress.href).toContain("users%402.1.0");
  });

  test("goes the other way once that version has everything", () => {
    expect(tourProgress("canary", facts({ weights: { "2.1.0": 10_000 } })).subject.version).toBe("2.0.0");
  });

  test("is done when the proxies send it traffic, not before", () => {
    const release = summary({ service: "users", version: "2.1.0", createdAt: later(1) });
    expect(tourProgress("canary", facts({ releases: [{ ...release, weightBp: 0 }] })).state).toBe("doing");
    expect(tourProgress("canary", facts({ releases: [{ ...release, phase: "acknowledged" }] })).state).toBe("doing");
    expect(tourProgress("canary", facts({ releases: [{ ...release, phase: "ready" }] })).state).toBe("doing");
    expect(tourProgress("canary", facts({ releases: [release] })).state).toBe("done");
  });
});

describe("the bad version", () => {
  const release = summary({ createdAt: later(1), movedAt: later(30) });

  test.each([
    ["running", "strategy", "doing"],
    ["rolling-back", "judge", "doing"],
    ["rolled-back", "judge", "done"],
    ["rolled-back", "operator", "todo"],
    ["aborted", "operator", "todo"],
  ] as const)("%s, moved by %s, is %s", (state, movedBy, expected) => {
    expect(tourProgress("rollback", facts({ releases: [{ ...release, state, movedBy }] })).state).toBe(expected);
  });

  test("one that ended before the step began does not count", () => {
    const old = summary({ state: "rolled-back", movedBy: "judge", createdAt: later(-90), movedAt: later(-60) });
    expect(tourProgress("rollback", facts({ releases: [old] }))).toMatchObject({ state: "todo", release: null });
  });
});

test("the refusal counts for its service only, and only since the step began", () => {
  const state = (service: string, seconds: number) =>
    tourProgress("refused", facts({ refused: { service, atMs: SINCE + seconds * 1000 } })).state;
  expect([state("payments", 5), state("payments", -5), state("cart", 5)]).toEqual(["done", "todo", "todo"]);
});

test("a mesh without the demo's services has no tour", () => {
  expect(isDemoMesh([{ name: "users" }, { name: "payments" }])).toBe(false);
  expect(isDemoMesh([{ name: "users" }, { name: "payments" }, { name: "recommendations" }])).toBe(true);
});
