/**
 * The Mann-Whitney test of two samples (Wilcoxon rank-sum), as R's `wilcox.test` and Kayenta's judge have it: do values of one arm tend to be larger?
 * U counts pairs of a value of `x` and one of `y` in which x is larger; a tie counts half.
 *
 * - exact: every order of the values is equally likely; for samples without ties;
 * - asymptotic: U is about normal, corrected for continuity where asked, and for ties;
 * - shift: how far x lies above y, by median of all differences (Hodges-Lehmann), with a confidence interval by inverting the asymptotic test.
 * Source: Hollander, Wolfe, "Nonparametric Statistical Methods", ch. 4.
 */

const EXACT_BELOW = 50;

/** U of x: pairs in which x is larger, ties as half. */
export function statisticU(x: readonly number[], y: readonly number[]): number {
  const { ranks } = ranked([...x, ...y]);
  const sum = ranks.slice(0, x.length).reduce((total, rank) => total + rank, 0);
  return sum - (x.length * (x.length + 1)) / 2;
}

/** How often x is larger than y, over all pairs: common language effect size. */
export function effectSize(x: readonly number[], y: readonly number[]): number {
  return statisticU(x, y) / (x.length * y.length);
}

/** Exact p-values, without ties. `greater`: x tends to be larger. */
export function exactP(x: readonly number[], y: readonly number[]): { readonly greater: number; readonly twoSided: number } {
  const u = statisticU(x, y);
  const ways = countOfU(x.length, y.length);
  const all = ways.reduce((sum, each) => sum + each, 0);
  const tail = (from: number, to: number) => ways.slice(from, to + 1).reduce((sum, each) => sum + each, 0) / all;
  const greater = tail(Math.ceil(u), ways.length - 1);
  const less = tail(0, Math.floor(u));
  return { greater, twoSided: Math.min(1, 2 * Math.min(greater, less)) };
}

/** Asymptotic two-sided p-value, corrected for continuity and ties as R does. */
export function asymptoticP(x: readonly number[], y: readonly number[], isCorrected: boolean): number {
  const { deviation, distance } = standing(x, y);
  if (deviation === 0) return 1;
  const corrected = isCorrected ? distance - Math.sign(distance) * 0.5 : distance;
  return Math.min(1, 2 * normalTail(Math.abs(corrected) / deviation));
}

/** The two-sided p-value that R chooses: exact for fewer than 50 values each without ties, asymptotic with both corrections otherwise. */
export function pValue(x: readonly number[], y: readonly number[]): number {
  const isExact = x.length < EXACT_BELOW && y.length < EXACT_BELOW && new Set([...x, ...y]).size === x.length + y.length;
  return isExact ? exactP(x, y).twoSided : asymptoticP(x, y, true);
}

/** Where x lies relative to y. */
export interface Shift {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** The median of all differences x − y, and an interval that holds the true shift with the given confidence. Null where all values are the same. */
export function shiftOf(x: readonly number[], y: readonly number[], confidence: number): Shift | null {
  const differences = x.flatMap((left) => y.map((right) => left - right)).sort((left, right) => left - right);
  if (differences.length === 0 || differences[0] === differences.at(-1)) return null;
  const z = normalQuantile(1 - (1 - confidence) / 2);
  // Within [first, last] the standardised statistic falls from above z to below −z, a step at each difference: the ends lie where it passes ±z.
  const scoreAt = (shift: number) => {
    const moved = x.map((value) => value - shift);
    const { deviation, distance } = standing(moved, y);
    return deviation === 0 ? 0 : (distance - Math.sign(distance) * 0.5) / deviation;
  };
  const middle = (differences.length - 1) / 2;
  const at = (index: number) => differences[index] ?? 0;
  return {
    estimate: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    low: passing(differences, scoreAt, z),
    high: passing(differences, scoreAt, -z),
  };
}

/** The first difference at which the score is no longer above `level`: between two differences it does not change. */
function passing(differences: readonly number[], scoreAt: (shift: number) => number, level: number): number {
  let low = 0;
  let high = differences.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scoreAt(differences[middle] ?? 0) > level) low = middle + 1;
    else high = middle;
  }
  return differences[low] ?? 0;
}

/** Distance of U from its mean, and its standard deviation, ties taken into account. */
function standing(x: readonly number[], y: readonly number[]): { readonly distance: number; readonly deviation: number } {
  const n = x.length + y.length;
  const { ranks, tieSum } = ranked([...x, ...y]);
  const u = ranks.slice(0, x.length).reduce((sum, rank) => sum + rank, 0) - (x.length * (x.length + 1)) / 2;
  const variance = ((x.length * y.length) / 12) * (n + 1 - tieSum / (n * (n - 1)));
  return { distance: u - (x.length * y.length) / 2, deviation: Math.sqrt(Math.max(0, variance)) };
}

/** Ranks from 1, ties sharing their mean; `tieSum` = Σ (t³ − t) over groups of ties. */
function ranked(values: readonly number[]): { readonly ranks: readonly number[]; readonly tieSum: number } {
  const order = values.map((value, at) => ({ value, at })).sort((left, right) => left.value - right.value);
  const ranks = new Array<number>(values.length).fill(0);
  let tieSum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && order[to]?.value === order[from]?.value) to++;
    for (const { at } of order.slice(from, to)) ranks[at] = (from + 1 + to) / 2;
    const tied = to - from;
    tieSum += tied ** 3 - tied;
    from = to;
  }
  return { ranks, tieSum };
}

/** In how many orders of m and n values U comes out as 0, 1, …, m·n: coefficients of the Gaussian binomial. */
function countOfU(m: number, n: number): readonly number[] {
  let counts = [1];
  for (let at = 1; at <= m; at++) {
    // Times (1 − q^(n+at)), divided by (1 − q^at).
    const length = at * n + 1;
    const times = Array.from({ length }, (_, power) => (counts[power] ?? 0) - (counts[power - n - at] ?? 0));
    const next: number[] = [];
    for (let power = 0; power < length; power++) next.push((times[power] ?? 0) + (next[power - at] ?? 0));
    counts = next;
  }
  return counts;
}

/** P(Z > z) of a standard normal. By continued fraction or series, to about 1e-15. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let [term, sum] = [z, z];
    for (let at = 1; at < 200 && term > sum * 1e-17; at++) {
      term *= (z * z) / (2 * at + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let at = 120; at >= 1; at--) fraction = at / (z + fraction);
  return density / (z + fraction);
}

function normalQuantile(p: number): number {
  let [low, high] = [-40, 40];
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (1 - normalTail(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
