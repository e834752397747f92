/** Sum of a split that carries traffic, in basis points. */
export const FULL_WEIGHT_BP = 10_000;

/**
 * Weights by version in basis points (integers, 1 to 10 000). In state, events and snapshots versions with 0 are left out,
 * so a split is either empty or sums to `FULL_WEIGHT_BP`.
 */
export type Weights = Readonly<Record<string, number>>;

/** The same weights without zeros, keys sorted, so that equal splits are deeply equal. */
export function normaliseWeights(weights: Weights): Weights {
  const entries = Object.entries(weights).filter(([, weightBp]) => weightBp > 0);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Whether two splits send traffic alike. */
export function equalWeights(left: Weights, right: Weights): boolean {
  return JSON.stringify(normaliseWeights(left)) === JSON.stringify(normaliseWeights(right));
}
