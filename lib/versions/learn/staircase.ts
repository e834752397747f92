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

/**
 * Per row the first and last column that some staircase holds which holds the hull and none of the `broken` cells; of the cells between, those that are not broken. A broken cell
 * (a, b) below the end of its row in the hull (b ≤ hi(a)) keeps rows from a on above b; one above its beginning keeps rows up to a below b.
 */
export function reachOf({ low, high }: Staircase, broken: readonly CellFact[], rows: number): Staircase {
  const first = new Array<number>(rows).fill(0);
  const last = new Array<number>(rows).fill(Number.POSITIVE_INFINITY);
  for (const { consumer, provider } of broken) {
    if (provider <= (high[consumer] as number)) first[consumer] = Math.max(first[consumer] as number, provider + 1);
    if (provider >= (low[consumer] as number)) last[consumer] = Math.min(last[consumer] as number, provider - 1);
  }
  for (let row = 1; row < rows; row++) first[row] = Math.max(first[row] as number, first[row - 1] as number);
  for (let row = rows - 2; row >= 0; row--) last[row] = Math.min(last[row] as number, last[row + 1] as number);
  return { low: first, high: last };
}
