/**
 * A band around a share that holds at all times at once: with probability 1 − level the true share never leaves it, however often one looks (confidence sequence).
 * Each candidate share p is tested by a beta-binomial mixture whose prior has mean p; the band is all p that no test has refuted:
 *   E_p = B(r/(1−p) + bad, r/p + n − bad) / B(r/(1−p), r/p) / (p^bad (1−p)^(n−bad)),   r by `precisionFor`
 * Source: Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann. Statist. 49(2), 2021; same figures as `confseq`.
 */
import type { ArmCount } from "./block.ts";
import { logBeta } from "./log-beta.ts";

/** Both ends of a band, between 0 and 1. */
export interface ShareBand {
  readonly low: number;
  readonly high: number;
}

interface BandOptions {
  /** Highest chance that the true share is ever outside. */
  readonly level: number;
  /** After how many requests the band is to be narrowest. */
  readonly tightAt: number;
}

/** The mixture is tuned as `confseq` tunes it. */
const TUNED_FOR = 0.05;
const HALVINGS = 48;

/** The band of an arm's share; all of [0, 1] before the first request. */
export function bernoulliBand({ n, bad }: ArmCount, { level, tightAt }: BandOptions): ShareBand {
  if (n === 0) return { low: 0, high: 1 };
  const threshold = Math.log(1 / level);
  const seen = bad / n;
  const isRefuted = (p: number) => mixtureLogE({ n, bad }, p, tightAt) >= threshold;
  return { low: bad === 0 ? 0 : edge(0, seen, isRefuted), high: bad === n ? 1 : edge(1, seen, isRefuted) };
}

/** Log e-value of one arm against share p: two-sided beta-binomial mixture. */
export function mixtureLogE({ n, bad }: ArmCount, p: number, tightAt: number): number {
  const r = precisionFor(tightAt * p * (1 - p), p * (1 - p));
  const [a, b] = [r / (1 - p), r / p];
  return logBeta(a + bad, b + n - bad) - logBeta(a, b) - bad * Math.log(p) - (n - bad) * Math.log(1 - p);
}

/** Variance at which a normal mixture is tightest, `confseq`'s `best_rho`. */
export function bestRho(variance: number, level: number): number {
  const threshold = 2 * Math.log(1 / level);
  return variance / (threshold + Math.log(1 + threshold));
}

function precisionFor(variance: number, scale: number): number {
  return Math.max(bestRho(variance, TUNED_FOR) - scale, 1e-3 * scale);
}

/** Where refutation ends on the way from `far` to `seen`. */
function edge(far: number, seen: number, isRefuted: (p: number) => boolean): number {
  let [out, inside] = [far, seen];
  for (let round = 0; round < HALVINGS; round++) {
    const middle = (out + inside) / 2;
    if (isRefuted(middle)) out = middle;
    else inside = middle;
  }
  return out;
}
