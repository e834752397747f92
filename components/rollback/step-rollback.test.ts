import { describe, expect, test } from "vitest";
import type { RunningRollback } from "./rollback-store.ts";
import { QUIET_MS, type SeenSplit, stepRollback } from "./step-rollback.ts";

const started: RunningRollback = {
  service: "recommendations",
  changeId: "chg-9",
  from: { "1.2.0": 7500, "1.3.0": 2500 },
  to: { "1.2.0": 10_000 },
  startedAtMs: 0,
  answeredAtMs: 40,
  rev: 7,
  acceptedAtMs: null,
  quietSinceMs: null,
  stray: 0,
  finishedAtMs: null,
  ended: null,
};

const split = (acknowledged: number, stray = 0, rev = 7): SeenSplit => ({
  rev,
  weights: { "1.2.0": 10_000 },
  accepted: { rev, acknowledged, proxies: 3 },
  observed: { windowMs: 1000, requests: 20 + stray, versions: { "1.3.0": { requests: stray, share: 0, low: 0, high: 0 } } },
  since: null,
});

const see = (running: RunningRollback, nowMs: number, seen: SeenSplit | null, isStale = false) =>
  stepRollback(running, { split: seen, leaving: ["1.3.0"], isStale, nowMs });

describe("a rollback that is watched", () => {
  test("is not accepted before every proxy serves the rev that it made", () => {
    expect(see(started, 100, split(2))).toBe(started);
    expect(see(started, 100, split(3, 0, 6))).toBe(started);
    expect(see(started, 100, split(3)).acceptedAtMs).toBe(100);
  });

  test("is done only after two seconds in which nothing went astray", () => {
    const accepted = see(started, 100, split(3));
    expect(see(accepted, 100 + QUIET_MS - 1, split(3)).finishedAtMs).toBeNull();
    expect(see(accepted, 100 + QUIET_MS, split(3)).finishedAtMs).toBe(100 + QUIET_MS);
  });

  test("starts its two seconds anew when a request goes astray", () => {
    const strayed = see(see(started, 100, split(3)), 1500, split(3, 2));
    expect(strayed).toMatchObject({ stray: 2, quietSinceMs: 1500 });
    expect(see(strayed, 100 + QUIET_MS, split(3, 2)).finishedAtMs).toBeNull();
    expect(see(strayed, 1500 + QUIET_MS, split(3, 2)).finishedAtMs).toBe(1500 + QUIET_MS);
  });

  test("takes silence of the stream as no proof", () => {
    const accepted = see(started, 100, split(3));
    const silent = see(accepted, 5000, split(3), true);
    expect(silent.quietSinceMs).toBeNull();
    const back = see(silent, 6000, split(3));
    expect(back).toMatchObject({ quietSinceMs: 6000, finishedAtMs: null });
  });

  test("is not judged by the split before it, however many went to what was left then", () => {
    const accepted: RunningRollback = { ...started, acceptedAtMs: 40, quietSinceMs: 40 };
    expect(see(accepted, 100, split(3, 25, 6))).toBe(accepted);
    expect(see(accepted, 40 + QUIET_MS, split(3, 25, 6)).finishedAtMs).toBeNull();
  });

  test("counts a stray of its own split", () => {
    const accepted: RunningRollback = { ...started, acceptedAtMs: 40, quietSinceMs: 40 };
    expect(see(accepted, 100, split(3, 1, 7)).stray).toBe(1);
  });

  const again = (acknowledged: number): SeenSplit => ({
    ...split(acknowledged, 30, 8),
    weights: { "1.2.0": 5000, "1.3.0": 5000 },
    since: { at: "2026-05-01T03:12:00.000Z", author: "lea", changeId: "chg-10", cause: "set" },
  });

  test.each([
    ["accepting", started, 1],
    ["watching", { ...started, acceptedAtMs: 40, quietSinceMs: 40 }, 3],
  ] as const)("ends while %s when somebody changes the weights again, and says who", (_, running, acknowledged) => {
    const ended = see(running, 300, again(acknowledged));
    expect(ended).toMatchObject({
      stray: 0,
      finishedAtMs: null,
      ended: { kind: "superseded", author: "lea", changeId: "chg-10", weights: { "1.2.0": 5000, "1.3.0": 5000 } },
    });
    expect(see(ended, 9000, split(3, 0, 9))).toBe(ended);
  });

  test("goes on when the service changes elsewhere, or its weights come back to what the rollback made", () => {
    const accepted: RunningRollback = { ...started, acceptedAtMs: 40, quietSinceMs: 40 };
    const since = { at: "2026-05-01T03:12:00.000Z", author: "lea", changeId: "chg-11", cause: "set" };
    expect(see(accepted, 300, { ...split(3, 0, 9), since }).ended).toBeNull();
  });

  test("ends when the service is removed, not when the stream is silent", () => {
    expect(see(started, 300, null).ended).toEqual({ kind: "removed" });
    expect(see(started, 300, null, true).ended).toBeNull();
  });

  test("stays done", () => {
    const done: RunningRollback = { ...started, acceptedAtMs: 1, quietSinceMs: 1, finishedAtMs: 3000 };
    expect(see(done, 9000, split(3, 5))).toBe(done);
  });
});
