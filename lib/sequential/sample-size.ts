/**
 * How much data a verdict is likely to need: threshold divided by growth, where growth is the expected log e-value per block under what is supposed to be true.
 * A forecast for people, not part of any guarantee: alternatives have to be learned first, and chance has its share.
 */
import type { Block } from "./block.ts";
import { type ArmShares, additiveProjection, ratioProjection } from "./block-e.ts";
import { BOUND_PARTS } from "./bound-test.ts";
import { HARM_MULTIPLES, harmWorth } from "./harm-test.ts";
import { type NonInferiorityOptions, type NonInferiorityWorth, nonInferiorityWorth } from "./non-inferiority-test.ts";

/** Expected log e-value per block of `candidate` and `baseline` requests against p_c ≤ ratio · p_b when `shares` are true. */
export function harmGrowth(shares: ArmShares, sizes: { readonly candidate: number; readonly baseline: number }, ratio: number): number {
  const arms = { candidate: { n: sizes.candidate }, baseline: { n: sizes.baseline } };
  const q = ratioProjection(shares, arms, ratio);
  return sizes.candidate * divergence(shares.candidate, ratio * q) + sizes.baseline * divergence(shares.baseline, q);
}

/**
 * Expected growth of the harm test per block, towards a log e-value of `goal`: of the multiple that gets there first, less what the mean over all multiples costs. At most
 * 0 where the test is not expected to get there.
 */
export function harmGrowthOfMixture(shares: ArmShares, sizes: Rates, ratio: number, goal: number): number {
  const growths = harmWorth(shares.baseline, expected(shares, sizes), { ratio });
  return (Math.max(...growths) * goal) / (goal + Math.log(HARM_MULTIPLES.length));
}

/** Expected growth of both halves of the non-inferiority test per block. */
export function passGrowth(shares: ArmShares, sizes: Rates, options: NonInferiorityOptions): NonInferiorityWorth {
  return nonInferiorityWorth(shares.baseline, expected(shares, sizes), options);
}

interface Rates {
  readonly candidate: number;
  readonly baseline: number;
}

/** The block as it is expected: log e is linear in its counts. */
function expected(shares: ArmShares, { baseline, candidate }: Rates): Block {
  return { candidate: { n: candidate, bad: candidate * shares.candidate }, baseline: { n: baseline, bad: baseline * shares.baseline } };
}

/**
 * Requests of the candidate until `nonInferiorityLogE` reaches ln(1/level), when both arms fail with the given share and the baseline has `baselinePerCandidate`
 * requests for each of the candidate's. Infinite without a baseline.
 */
export function nonInferiorityRequests(share: number, baselinePerCandidate: number, margin: number, level: number): number {
  const arms = { candidate: { n: 1 }, baseline: { n: baselinePerCandidate } };
  const q = additiveProjection({ candidate: share, baseline: share }, arms, margin);
  const growth = divergence(share, q + margin) + baselinePerCandidate * divergence(share, q);
  // The mean of two processes, one of which stays at 1: twice the level.
  return growth <= 0 ? Number.POSITIVE_INFINITY : Math.log(2 / level) / growth;
}

/** Requests until `boundLogE` reaches ln(1/level), when a share fails that lies below the bound; infinite where it does not. */
export function boundRequests(share: number, bound: number, level: number): number {
  const growths = BOUND_PARTS.map((part) => divergence(share, bound) - divergence(share, bound * part));
  const growth = Math.max(...growths);
  return growth <= 0 ? Number.POSITIVE_INFINITY : Math.log(BOUND_PARTS.length / level) / growth;
}

/** Kullback-Leibler divergence of two Bernoulli distributions. */
function divergence(p: number, q: number): number {
  return (p <= 0 ? 0 : p * Math.log(p / q)) + (p >= 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q)));
}
