/**
 * The harm-budget ramp: the weight grows as fast as a budget of excess errors in the whole release allows.
 *
 *   w ← min(10 000, B_left / (λ·Δ·U))     λ requests/s of the service, Δ length of a step, U upper bound of (p_version − p_baseline)⁺, 1 without data
 *   B_left = B − n·U                      n requests to the new version so far: what they may have cost at most
 *
 * U comes from confidence sequences of both arms (`bernoulliBand`), so it holds at every look at once: with probability 1 − α at least
 * the release costs no more than B errors beyond those of the baseline. A weight never goes down by this; the judge is what stops a release.
 * However large the budget is for little traffic: half of it stays with the baseline until the version has answered enough requests to bound the harm.
 */
import { FULL_WEIGHT_BP } from "../model/index.ts";
import { bernoulliBand, type ShareBand } from "../sequential/index.ts";

/** Length of a step of the ramp. */
export const HARM_STEP_MS = 30_000;
const ALPHA = 0.01;
/** After few requests already, so that a quiet service is not held back longer than it must. */
const TIGHT_AT = 200;
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
  return Math.max(1e-9, bandOf(version).high - bandOf(baseline).low);
}

/** Errors beyond what the baseline's share would have made: what the release has cost so far, as far as is seen. */
export function excessErrors(version: Arm, baseline: Arm): number {
  const usual = baseline.requests === 0 ? 0 : baseline.bad / baseline.requests;
  return version.bad - version.requests * usual;
}

/** Each arm gets half of the chance to be wrong. */
function bandOf({ bad, requests }: Arm): ShareBand {
  return bernoulliBand({ n: requests, bad }, { level: ALPHA / 2, tightAt: TIGHT_AT });
}
