/**
 * The hypotheses about an edge and what all consistent ones have in common. Rows are versions of the consumer, columns those of the provider, both by age.
 *
 * Hypothesis (two-sided monotone staircase): consumer i works with providers lo(i) ≤ j ≤ hi(i), lo and hi nondecreasing: a newer consumer never needs an
 * older provider, and providers drop what old consumers need. Rows may be empty. The class is closed under intersection, so there is a least member around any
 * compatible pairs, their *hull*:
 *   lo(i) = min over rows i' ≥ i of the lowest compatible j;  hi(i) = max over rows i' ≤ i of the highest compatible j
 * A pair is in every consistent hypothesis when it is in the hull of the compatible facts (S), and in none when the hull of those facts and of the pair itself
 * holds an incompatible fact (outside of G). Both are exact: the tests enumerate all hypotheses.
 */

/** One decided pair, by positions. */
export interface CellFact {
  readonly consumer: number;
  readonly provider: number;
  readonly compatible: boolean;
}

/** Per row the first and last column of a staircase; a row is empty where `low` > `high`. */
export interface Staircase {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The least staircase with all compatible facts, for so many rows. */
export function hullOf(facts: readonly CellFact[], rows: number): Staircase {
  const low = new Array<number>(rows).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(rows).fill(Number.NEGATIVE_INFINITY);
  for (const { consumer, provider, compatible } of facts) {
    if (!compatible) continue;
    low[consumer] = Math.min(low[consumer] as number, provider);
    high[consumer] = Math.max(high[consumer] as number, provider);
  }
  for (let row = 1; row < rows; row++) high[row] = Math.max(high[row] as number, high[row - 1] as number);
  for (let row = rows - 2; row >= 0; row--) low[row] = Math.min(low[row] as number, low[row + 1] as number);
  return { low, high };
}

/** Whether a staircase holds a cell. */
export function holds({ low, high }: Staircase, consumer: number, provider: number): boolean {
  return (low[consumer] as number) <= provider && provider <= (high[consumer] as number);
}

/** Whether some staircase holds the hull, the cell, and none of the `broken` cells. */
export function mayHold({ low, high }: Staircase, broken: readonly CellFact[], consumer: number, provider: number): boolean {
  return !broken.some((fact) => {
    const first = fact.consumer <= consumer ? Math.min(low[fact.consumer] as number, provider) : (low[fact.consumer] as number);
    const last = fact.consumer >= consumer ? Math.max(high[fact.consumer] as number, provider) : (high[fact.consumer] as number);
    return first <= fact.provider && fact.provider <= last;
  });
}
