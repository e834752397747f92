/**
 * The harm-budget ramp: the weight grows as fast as a budget of excess errors in the whole release allows.
 *
 *   w ← min(10 000, B_left / (λ·Δ·U))     λ requests/s of the service, Δ length of a step, U upper bound of (p_version − p_baseline)⁺, 1 without data
 *   B_left = B − n·U                      n requests to the new version so far: what they may have cost at most
 *
 * U comes from confidence sequences of both arms (beta-binomial mixture, Robbins 1970), so it holds at every look at once: with probability 1 − α at least
 * the release costs no more than B errors beyond those of the baseline. A weight never goes down by this; the judge is what stops a release.
 * However large the budget is for little traffic: half of it stays with the baseline until the version has answered enough requests to bound the harm.
 */
import { FULL_WEIGHT_BP } from "../model/index.ts";

/** Length of a step of the ramp. */
export const HARM_STEP_MS = 30_000;
const ALPHA = 0.01;
/** Where the service has no traffic to reckon with. */
const FIRST_BP = 100;
/** As far as a version goes of which too little is seen. */
const UNSEEN_MAX_BP = 5_000;

/** Requests and failures of one arm. */
export interface Arm {
  readonly requests: number;
  readonly bad: number;
}

export interface HarmFacts {
  readonly excessErrors: number;
  readonly weightBp: number;
  readonly version: Arm;
  readonly baseline: Arm;
  /** Of the whole service. */
  readonly rps: number;
  /** So many requests to the version before it can have all of them; at least one. */
  readonly minRequests: number;
}

/** The next weight; the present one where the budget does not allow more yet. */
export function nextHarmWeight({ baseline, excessErrors, minRequests, rps, version, weightBp }: HarmFacts): number {
  const harm = harmBound(version, baseline);
  const left = excessErrors - version.requests * harm;
  if (rps <= 0) return Math.max(weightBp, FIRST_BP);
  const share = left / (rps * (HARM_STEP_MS / 1_000) * harm);
  const allowed = Math.floor(share * FULL_WEIGHT_BP);
  const most = harm < 1 && version.requests >= Math.max(1, minRequests) ? FULL_WEIGHT_BP : UNSEEN_MAX_BP;
  return Math.max(weightBp, Math.min(most, Math.max(1, allowed)));
}

/** Upper bound of how much larger the version's share of failures is, at any time at once. */
export function harmBound(version: Arm, baseline: Arm): number {
  return Math.max(1e-9, upperShare(version, ALPHA / 2) - lowerShare(baseline, ALPHA / 2));
}

/** Errors beyond what the baseline's share would have made: what the release has cost so far, as far as is seen. */
export function excessErrors(version: Arm, baseline: Arm): number {
  const usual = baseline.requests === 0 ? 0 : baseline.bad / baseline.requests;
  return version.bad - version.requests * usual;
}

function upperShare(arm: Arm, alpha: number): number {
  if (arm.requests === 0) return 1;
  return edge(arm, alpha, arm.bad / arm.requests, 1);
}

function lowerShare(arm: Arm, alpha: number): number {
  if (arm.requests === 0) return 0;
  return edge(arm, alpha, arm.bad / arm.requests, 0);
}

/** Between the observed share, where the mixture is small, and `end`: where it reaches 1/α. */
function edge({ bad, requests }: Arm, alpha: number, from: number, end: number): number {
  const good = requests - bad;
  const mixture = lnBeta(bad + 1, good + 1);
  const logE = (p: number) => mixture - (bad === 0 ? 0 : bad * Math.log(p)) - (good === 0 ? 0 : good * Math.log1p(-p));
  const limit = -Math.log(alpha);
  if (!(logE(end) >= limit)) return end;
  let [near, far] = [from, end];
  for (let round = 0; round < 60; round++) {
    const middle = (near + far) / 2;
    if (logE(middle) >= limit) far = middle;
    else near = middle;
  }
  return far;
}

function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

/** Stirling's series, for arguments of 1 and more (shifted to 10 and more first). */
function lnGamma(x: number): number {
  let [shift, at] = [0, x];
  while (at < 10) {
    shift += Math.log(at);
    at++;
  }
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1_260))) / at;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - shift;
}
