import type { ReleaseSummary } from "./release-view.ts";

const AT = "2026-01-01T11:50:00.000Z";

/** A canary at 25 % of three steps, with what a test changes of it. */
export function summary(changes: Partial<ReleaseSummary> = {}): ReleaseSummary {
  return {
    id: "rel_1",
    service: "recommendations",
    version: "1.3.0",
    baseline: "1.2.0",
    strategyName: "quick",
    strategy: { kind: "canary", steps: [{ weightBp: 500, pauseMs: 60_000 }, { weightBp: 2500, pauseMs: 60_000 }, { weightBp: 10_000 }] },
    state: "running",
    step: 1,
    weightBp: 2500,
    phase: null,
    held: false,
    because: null,
    movedBy: "strategy",
    attempt: 1,
    verdict: "inconclusive",
    e: 1,
    forecast: null,
    waitingFor: null,
    nextStepAt: null,
    confounds: [],
    steps: [
      { weightBp: 500, pauseMs: 60_000, state: "done" },
      { weightBp: 2500, pauseMs: 60_000, state: "current" },
      { weightBp: 10_000, state: "waiting" },
    ],
    curve: [
      { atMs: 0, weightBp: 500, gate: null },
      { atMs: 60_000, weightBp: 2500, gate: null },
      { atMs: 120_000, weightBp: 10_000, gate: null },
    ],
    author: "ada",
    reason: "",
    createdAt: AT,
    movedAt: AT,
    stepSince: AT,
    plan: null,
    history: [],
    ...changes,
  };
}
