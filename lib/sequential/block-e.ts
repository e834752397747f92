/**
 * The e-value of one block of two Bernoulli arms: likelihood under a point alternative (θ_c, θ_b), divided by the likelihood at that point of the null
 * which is nearest to it by Kullback-Leibler divergence, weighted with the requests of each arm.
 *
 * The nearest point lies on the null's boundary, a line. For p_c = r·p_b it has a closed form:
 *   N = n_c + n_b;  A = n_c θ_c + n_b θ_b;  B = A(1 + r) + n_c r(1 − θ_c) + n_b(1 − θ_b);  q = (B − √(B² − 4 r N A)) / (2 r N)
 * For p_c = p_b + δ the divergence is convex along the line; its slope is brought to 0
 * by Newton's method, kept inside of a bracket that is halved where a step would leave it.
 *
 * Both serve either side of their line: where the alternative is worse than the null allows (harm), and where it is better (non-inferiority). The caller
 * sees to it that the alternative is not inside of the null.
 */
import type { ArmCount, Block } from "./block.ts";

/** Shares of bad requests: an alternative. Both strictly between 0 and 1. */
export interface ArmShares {
  readonly candidate: number;
  readonly baseline: number;
}

type Sizes = { readonly candidate: Pick<ArmCount, "n">; readonly baseline: Pick<ArmCount, "n"> };

/** Enough to halve an interval within [0, 1] down to the last bit; Newton's steps need about six. */
const ROUNDS_MAX = 60;
const PRECISION = 1e-15;

/** The baseline's share at the point of p_c = ratio · p_b nearest to the alternative. */
export function ratioProjection({ candidate, baseline }: ArmShares, sizes: Sizes, ratio: number): number {
  const nc = sizes.candidate.n;
  const nb = sizes.baseline.n;
  const n = nc + nb;
  if (n === 0) return baseline;
  const a = nc * candidate + nb * baseline;
  const b = a * (1 + ratio) + nc * ratio * (1 - candidate) + nb * (1 - baseline);
  // The same root as in the formula, written so that nothing cancels where shares are small.
  return (2 * a) / (b + Math.sqrt(Math.max(0, b * b - 4 * ratio * n * a)));
}

/** The baseline's share at the point of p_c = p_b + margin nearest to the alternative. */
export function additiveProjection({ candidate, baseline }: ArmShares, sizes: Sizes, margin: number): number {
  const nc = sizes.candidate.n;
  const nb = sizes.baseline.n;
  let low = Math.max(0, Math.min(baseline, candidate - margin));
  let high = Math.min(1 - margin, Math.max(baseline, candidate - margin));
  let q = (low + high) / 2;
  for (let round = 0; round < ROUNDS_MAX && high - low > 0; round++) {
    const slope = slopeAt(nc, candidate, q + margin) + slopeAt(nb, baseline, q);
    if (slope === 0) return q;
    if (slope < 0) low = q;
    else high = q;
    const newton = q - slope / (curveAt(nc, candidate, q + margin) + curveAt(nb, baseline, q));
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - q) <= PRECISION * q) return next;
    q = next;
  }
  return q;
}

/** Log e-value of a block against a null that is bounded by p_c = ratio · p_b. */
export function ratioLogE(block: Block, alternative: ArmShares, ratio: number): number {
  const q = ratioProjection(alternative, block, ratio);
  return logRatio(block, alternative, { candidate: ratio * q, baseline: q });
}

/** Log e-value of a block against a null that is bounded by p_c = p_b + margin. */
export function additiveLogE(block: Block, alternative: ArmShares, margin: number): number {
  const q = additiveProjection(alternative, block, margin);
  return logRatio(block, alternative, { candidate: q + margin, baseline: q });
}

/** Log likelihood ratio of one arm: share `alternative` against share `base`. */
export function armLogRatio({ n, bad }: ArmCount, alternative: number, base: number): number {
  const good = n - bad;
  return (bad === 0 ? 0 : bad * Math.log(alternative / base)) + (good === 0 ? 0 : good * Math.log((1 - alternative) / (1 - base)));
}

function logRatio({ candidate, baseline }: Block, alternative: ArmShares, nearest: ArmShares): number {
  return armLogRatio(candidate, alternative.candidate, nearest.candidate) + armLogRatio(baseline, alternative.baseline, nearest.baseline);
}

/** Derivative of n · KL(share ‖ p) in p. */
function slopeAt(n: number, share: number, p: number): number {
  return n === 0 ? 0 : (n * (p - share)) / (p * (1 - p));
}

/** Second derivative of n · KL(share ‖ p) in p. */
function curveAt(n: number, share: number, p: number): number {
  return n === 0 ? 0 : n * (share / (p * p) + (1 - share) / ((1 - p) * (1 - p)));
}
