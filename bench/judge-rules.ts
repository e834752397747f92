/**
 * Three rules that end a canary, fed with the same seconds of traffic: Interlock's judge with its defaults, looked at after every block of 5 s; Flagger's with the figures
 * of its documentation (every `interval` the success rate of the last minute, or of the last interval, has to be 99 %; the fifth failed check rolls back); and a pooled z-test of two shares at 1 %,
 * one-sided, over all that was seen, looked at every minute.
 */
import type { JudgeSettings } from "../lib/model/index.ts";
import { type JudgeState, judgeBlock, startJudge, verdictOf } from "../lib/release/index.ts";

/** What both arms did in one second. */
export interface Second {
  readonly candidate: { readonly n: number; readonly bad: number };
  readonly baseline: { readonly n: number; readonly bad: number };
}

/** Says after each second whether it would roll back now. */
export type Rule = (second: Second) => boolean;

export const SETTINGS: JudgeSettings = {
  mode: "sequential",
  metrics: [{ kind: "errors", tolerance: 0.25, margin: 0.5, alpha: 0.01, beta: 0.05 }],
  minRequests: 20,
  deadlineMs: null,
};

const BLOCK_S = 5;
const SUCCESS_MIN = 0.99;
const FAILED_CHECKS = 5;
const Z_ONE_PERCENT = 2.3263478740408408;

export function interlockRule(weightBp: number): Rule {
  let state: JudgeState = startJudge(SETTINGS, { service: "cart", version: "2.0.0", baseline: "1.0.0" });
  return inBlocks(BLOCK_S, (candidate, baseline) => {
    state = judgeBlock(state, {
      ms: BLOCK_S * 1_000,
      weightBp,
      metrics: [{ strata: [{ caller: "storefront@1.0.0", candidate, baseline }] }],
      split: null,
      halves: null,
    });
    return verdictOf(state).verdict === "fail";
  });
}

export function flaggerRule(intervalS: number): Rule {
  let failed = 0;
  return inBlocks(intervalS, ({ bad, n }) => {
    if (n > 0 && 1 - bad / n < SUCCESS_MIN) failed++;
    return failed >= FAILED_CHECKS;
  });
}

export function pooledZRule(): Rule {
  let [n, bad, baseN, baseBad] = [0, 0, 0, 0];
  return inBlocks(60, (candidate, baseline) => {
    n += candidate.n;
    bad += candidate.bad;
    baseN += baseline.n;
    baseBad += baseline.bad;
    const share = (bad + baseBad) / (n + baseN);
    const deviation = Math.sqrt(share * (1 - share) * (1 / n + 1 / baseN));
    return deviation > 0 && (bad / n - baseBad / baseN) / deviation >= Z_ONE_PERCENT;
  });
}

type Arm = Second["candidate"];

function inBlocks(seconds: number, judge: (candidate: Arm, baseline: Arm) => boolean): Rule {
  let held = 0;
  let candidate: Arm = { n: 0, bad: 0 };
  let baseline: Arm = { n: 0, bad: 0 };
  return (second) => {
    candidate = { n: candidate.n + second.candidate.n, bad: candidate.bad + second.candidate.bad };
    baseline = { n: baseline.n + second.baseline.n, bad: baseline.bad + second.baseline.bad };
    held++;
    if (held < seconds) return false;
    const isOver = judge(candidate, baseline);
    held = 0;
    candidate = { n: 0, bad: 0 };
    baseline = { n: 0, bad: 0 };
    return isOver;
  };
}
