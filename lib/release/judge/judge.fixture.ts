import type { JudgeMetric, JudgeSettings } from "../../model/index.ts";
import type { ArmCount } from "../../sequential/index.ts";
import type { Random } from "../../std/index.ts";
import type { JudgeBlock } from "./judge-block.ts";
import { type JudgeState, startJudge } from "./judge-state.ts";
import { judgeBlock } from "./judge-step.ts";

export const LEVELS = { tolerance: 0.25, margin: 0.5, alpha: 0.01, beta: 0.05 };

/** Settings that watch what is given, errors by default. */
export function settingsOf(
  metrics: readonly JudgeMetric[] = [{ kind: "errors", ...LEVELS }],
  mode: JudgeSettings["mode"] = "sequential",
): JudgeSettings {
  return { mode, metrics, minRequests: 20, deadlineMs: null };
}

/** A judge of cart 2.0.0 against 1.0.0 that has seen nothing. */
export function judgeOf(settings: JudgeSettings = settingsOf()): JudgeState {
  return startJudge(settings, { service: "cart", version: "2.0.0", baseline: "1.0.0" });
}

/** A block of five seconds at 25 % whose one metric has one caller. */
export function blockWith(candidate: ArmCount, baseline: ArmCount, changes: Partial<JudgeBlock> = {}): JudgeBlock {
  return {
    ms: 5_000,
    weightBp: 2_500,
    metrics: [{ strata: [{ caller: "storefront@1.0.0", candidate, baseline }] }],
    split: null,
    halves: null,
    ...changes,
  };
}

/** The same block, again and again. */
export function repeated(state: JudgeState, block: JudgeBlock, times: number): JudgeState {
  let next = state;
  for (let at = 0; at < times; at++) next = judgeBlock(next, block);
  return next;
}

/** How many of n independent trials come out, by jumping from one to the next. */
export function draw(random: Random, n: number, p: number): ArmCount {
  if (p <= 0) return { n, bad: 0 };
  const perStep = Math.log(1 - Math.min(p, 0.999));
  let bad = -1;
  let at = 0;
  do {
    bad++;
    at += 1 + Math.floor(Math.log((random.nextUint32() + 1) / 2 ** 32) / perStep);
  } while (at <= n);
  return { n, bad };
}

/** A standard normal, by Box and Muller. */
export function normal(random: Random): number {
  const uniform = () => (random.nextUint32() + 1) / 2 ** 32;
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
