import { FULL_WEIGHT_BP, type Strategy, type StrategyStep } from "../model/index.ts";
import { stepsOf } from "./strategy.ts";

/** From `atMs` on this weight. `gate`: it stays there until the gate opens, however long that takes. */
export interface CurvePoint {
  readonly atMs: number;
  readonly weightBp: number;
  readonly gate: StrategyStep["gate"] | null;
}

/** How long a step without a pause is drawn: how long it really takes is not known before. */
export const DRAWN_STEP_MS = 60_000;

/** The planned curve of a strategy, from its start. A harm budget is drawn as it grows without any error, doubling. */
export function curveOf(strategy: Strategy): readonly CurvePoint[] {
  return curveOfSteps(strategy.kind === "harm-budget" ? DOUBLING : stepsOf(strategy));
}

/** The planned curve of steps. */
export function curveOfSteps(steps: readonly StrategyStep[]): readonly CurvePoint[] {
  let atMs = 0;
  return steps.map(({ gate, pauseMs, weightBp }) => {
    const point: CurvePoint = { atMs, weightBp, gate: gate ?? null };
    atMs += pauseMs ?? DRAWN_STEP_MS;
    return point;
  });
}

const DOUBLING: readonly StrategyStep[] = [100, 200, 400, 800, 1_600, 3_200, 6_400, FULL_WEIGHT_BP].map((weightBp) => ({
  weightBp,
  pauseMs: 30_000,
}));
