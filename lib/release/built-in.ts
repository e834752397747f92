import type { Strategy } from "../model/index.ts";

const MINUTE = 60_000;

/** Strategies that are there from the start. Whoever sets one of their names has their own instead. */
export const BUILT_IN_STRATEGIES: ReadonlyMap<string, Strategy> = new Map<string, Strategy>([
  [
    "careful",
    {
      kind: "canary",
      steps: [
        { weightBp: 100, pauseMs: 5 * MINUTE },
        { weightBp: 500, pauseMs: 10 * MINUTE, gate: "pass" },
        { weightBp: 2_500, pauseMs: 10 * MINUTE },
        { weightBp: 5_000, pauseMs: 10 * MINUTE, gate: "manual" },
        { weightBp: 10_000 },
      ],
    },
  ],
  [
    "quick",
    {
      kind: "canary",
      steps: [
        { weightBp: 500, pauseMs: 20_000 },
        { weightBp: 2_500, pauseMs: 20_000 },
        { weightBp: 5_000, pauseMs: 20_000 },
        { weightBp: 10_000 },
      ],
    },
  ],
  [
    "judged",
    {
      kind: "canary",
      steps: [
        { weightBp: 500, gate: "pass" },
        { weightBp: 2_500, pauseMs: MINUTE },
        { weightBp: 5_000, pauseMs: MINUTE },
        { weightBp: 10_000 },
      ],
    },
  ],
  ["linear", { kind: "linear", fromBp: 1_000, stepBp: 1_000, everyMs: MINUTE }],
  ["exponential", { kind: "exponential", gamma: 0.3, everyMs: MINUTE }],
  ["harm-budget", { kind: "harm-budget", excessErrors: 50 }],
  ["shadow", { kind: "shadow", percent: 100 }],
]);
