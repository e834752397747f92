import type { Release, ServiceName, Strategy, Version } from "../model/index.ts";
import { readJudge } from "./judge-settings.ts";
import { stepsOf } from "./strategy.ts";

export const AT = "2026-05-01T03:12:00.000Z";

/** A release of payments 2.4.0 against 2.3.0, not started. */
export function testRelease(strategy: Strategy, more: Partial<Release> = {}): Release {
  const judge = readJudge(undefined, "judge");
  if (!judge.ok) throw new Error("the judge's defaults are valid");
  return {
    id: "rel-7",
    service: "payments" as ServiceName,
    version: "2.4.0" as Version,
    baseline: "2.3.0" as Version,
    strategyName: null,
    strategy,
    steps: stepsOf(strategy),
    judge: judge.value,
    start: { "2.3.0": 10_000 },
    author: "mira",
    reason: "",
    createdAt: AT,
    movedAt: AT,
    plan: null,
    state: "pending",
    step: -1,
    weightBp: 0,
    stepSince: AT,
    held: false,
    because: null,
    movedBy: "operator",
    attempt: 1,
    wayBackBp: [],
    history: [],
    ...more,
  };
}

/** Three steps of a minute. */
export const THREE_STEPS: Strategy = {
  kind: "canary",
  steps: [{ weightBp: 1_000, pauseMs: 60_000 }, { weightBp: 5_000, pauseMs: 60_000 }, { weightBp: 10_000 }],
};
