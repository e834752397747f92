/**
 * In what share of all consistent staircases of a block is each cell? Counted exactly (but for rounding) by two tables per row: ways to come to a pair (lo, hi) from the oldest
 * consumer, and ways to go on from it to the newest. O(rows · columns²) by sums over rectangles. Counts grow as C(m+n, n)², so each row is scaled to 1.
 * An empty row counts once for each place where it could begin, as `lo` = `hi` + 1.
 */
import type { Block } from "./fit-block.ts";

/** Cells of a table with `lo` from 0 to n and the exclusive end `hi` + 1 from 0 to n. */
type Table = Float64Array;

/** Share of the hypotheses, per row and column of the block; null where none is consistent. */
export function sharesOf(block: Block, rows: number): readonly (readonly number[])[] | null {
  const columns = block.end - block.first;
  const allowed = Array.from({ length: rows }, (_, row) => allowedIn(block, row, columns));
  const forward = sweep(allowed, columns, 1);
  const backward = sweep(allowed.toReversed(), columns, -1).toReversed();
  const shares = allowed.map((_, row) => rowShares(forward[row] as Table, backward[row] as Table, columns));
  return shares.some((share) => share === null) ? null : (shares as readonly (readonly number[])[]);
}

/** 1 for every (lo, end) that fits the facts about a row. */
function allowedIn({ broken, facts, first }: Block, row: number, columns: number): Table {
  const isBroken = new Set(broken.filter(({ consumer }) => consumer === row).map(({ provider }) => provider - first));
  const known = facts.filter(({ consumer, compatible }) => consumer === row && compatible).map(({ provider }) => provider - first);
  const firstKnown = Math.min(...known, Number.POSITIVE_INFINITY);
  const lastKnown = Math.max(...known, Number.NEGATIVE_INFINITY);
  const table = new Float64Array((columns + 1) ** 2);
  for (let low = 0; low <= columns; low++) {
    for (let end = low; end <= columns; end++) {
      if (end > low && isBroken.has(end - 1)) break;
      if (low <= firstKnown && end > lastKnown) table[low * (columns + 1) + end] = 1;
    }
  }
  return table;
}

/** Ways to come to each pair of each row, rows in the order given; `direction` 1: bounds only grow, -1: they only fall. */
function sweep(allowed: readonly Table[], columns: number, direction: 1 | -1): readonly Table[] {
  const tables: Table[] = [];
  for (const [row, mask] of allowed.entries())
    tables.push(row === 0 ? mask.slice() : after(tables[row - 1] as Table, mask, columns, direction));
  return tables;
}

/**
 * Per allowed pair the sum over all pairs of the row before whose bounds both lie at or before it (direction 1), or at or after it; scaled to a greatest of 1.
 * One pass of sums over rectangles: what is above, plus the sum along the row so far.
 */
function after(before: Table, mask: Table, columns: number, direction: 1 | -1): Table {
  const width = columns + 1;
  const sums = new Float64Array(width * width);
  const start = direction === 1 ? 0 : width * width - 1;
  let most = 0;
  for (let low = 0; low < width; low++) {
    let along = 0;
    for (let end = 0; end < width; end++) {
      const cell = start + direction * (low * width + end);
      along += before[cell] as number;
      const sum = along + (low === 0 ? 0 : (sums[cell - direction * width] as number));
      sums[cell] = sum;
      if (sum > most && mask[cell] === 1) most = sum;
    }
  }
  for (let cell = 0; cell < sums.length; cell++) sums[cell] = most === 0 || mask[cell] === 0 ? 0 : (sums[cell] as number) / most;
  return sums;
}

function rowShares(forward: Table, backward: Table, columns: number): readonly number[] | null {
  const width = columns + 1;
  // Ways with lo ≤ column < end: each pair adds to the columns from lo to before end.
  const steps = new Float64Array(width);
  let total = 0;
  for (let low = 0; low < width; low++) {
    for (let end = low; end < width; end++) {
      const ways = (forward[low * width + end] as number) * (backward[low * width + end] as number);
      total += ways;
      steps[low] = (steps[low] as number) + ways;
      steps[end] = (steps[end] as number) - ways;
    }
  }
  if (total === 0) return null;
  let running = 0;
  return Array.from({ length: columns }, (_, column) => {
    running += steps[column] as number;
    return running / total;
  });
}
