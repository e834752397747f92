/**
 * Which pair to test next: one that is compatible in as near to half of the consistent staircases as there is, so that either outcome rules out half of them; of several
 * that are nearly as near, the one that settles most at once.
 * And how many tests an edge takes at most, holes apart:
 * - a row with a known compatible pair, by halving: ⌈log2(a+1)⌉ + ⌈log2(b+1)⌉, a and b open pairs on either side of it; a row without one: each of its open pairs;
 * - where every row has one, a walk along the boundary (saddleback): per side, rows + columns with open pairs - 1.
 * The smaller one counts. For a one-sided staircase of m × n versions that is at most m + n - 1.
 */

import { sharesOf } from "./count-staircases.ts";
import { type Block, fitBlock, openIn } from "./fit-block.ts";
import type { EdgeKnowledge } from "./learn-edge.ts";

/** A pair to test. */
export interface NextTest {
  readonly consumer: number;
  readonly provider: number;
  /** Share of the consistent hypotheses that hold it, 0 to 1. */
  readonly share: number;
  /** Further open pairs that it decides: at least, and at most, by how it ends. */
  readonly settles: { readonly least: number; readonly most: number };
  /** Tests that settle the whole edge, this one included, at most. */
  readonly remaining: number;
}

/** Work above which shares are not counted: rows · columns². The middle of the longest open run is taken instead. */
const COUNTED_MAX = 1_000_000;

/** Pairs nearly as near to one half as the best: of these, so many are compared by what they settle at once. */
const BALANCE_GIVEN = 0.05;
const COMPARED_MAX = 4;

/** The best next test; null when nothing is open. */
export function nextTest(edge: EdgeKnowledge): NextTest | null {
  const candidates = edge.blocks.flatMap((block) => bestOf(edge, block)).toSorted(byBalance);
  const [first] = candidates;
  if (first === undefined) return null;
  const nearBest = candidates.filter(({ share }) => unbalance(share) <= unbalance(first.share) + BALANCE_GIVEN).slice(0, COMPARED_MAX);
  const [best] = nearBest
    .map((candidate) => ({ ...candidate, settles: settledBy(edge, candidate.consumer, candidate.provider) }))
    .toSorted((left, right) => right.settles.least - left.settles.least || right.settles.most - left.settles.most);
  return best === undefined ? null : { ...best, remaining: testsToSettle(edge) };
}

/** Tests that settle everything open, at most. */
export function testsToSettle(edge: EdgeKnowledge): number {
  return edge.blocks.reduce((sum, block) => sum + blockTests(edge, block), 0);
}

/** Open pairs that one test would decide besides itself. */
export function settledBy(edge: EdgeKnowledge, consumer: number, provider: number): NextTest["settles"] {
  const rows = edge.consumers.size;
  const block = edge.blocks.find(({ end, first }) => provider >= first && provider < end);
  if (block === undefined) return { least: 0, most: 0 };
  const open = openIn(block, rows);
  const [left, right] = [true, false].map((compatible) => {
    const after = fitBlock([...block.facts, { consumer, provider, compatible }], rows, block.first, block.end);
    return Math.max(0, open - 1 - openIn(after, rows));
  }) as [number, number];
  return { least: Math.min(left, right), most: Math.max(left, right) };
}

type Candidate = Pick<NextTest, "consumer" | "provider" | "share">;

function bestOf(edge: EdgeKnowledge, block: Block): readonly Candidate[] {
  const rows = edge.consumers.size;
  const columns = block.end - block.first;
  const open = edge.consumers.versions.flatMap((_, consumer) =>
    [...edge.open.row(consumer)]
      .filter((provider) => provider >= block.first && provider < block.end)
      .map((provider) => ({ consumer, provider })),
  );
  if (open.length === 0) return [];
  const shares = block.contradictions.length > 0 || rows * columns ** 2 > COUNTED_MAX ? null : sharesOf(block, rows);
  if (shares === null) return middleOfLongestRun(open);
  return open
    .map(({ consumer, provider }) => ({ consumer, provider, share: shares[consumer]?.[provider - block.first] ?? 0 }))
    .toSorted(byBalance)
    .slice(0, COMPARED_MAX);
}

/** Nearest to one half; then the newest versions, which matter most. */
function byBalance(left: Candidate, right: Candidate): number {
  const difference = unbalance(left.share) - unbalance(right.share);
  return Math.abs(difference) > 1e-9 ? difference : right.consumer - left.consumer || right.provider - left.provider;
}

function unbalance(share: number): number {
  return Math.abs(share - 0.5);
}

function middleOfLongestRun(open: readonly { readonly consumer: number; readonly provider: number }[]): readonly Candidate[] {
  const runs: { consumer: number; first: number; last: number }[] = [];
  for (const { consumer, provider } of open) {
    const run = runs.at(-1);
    if (run !== undefined && run.consumer === consumer && run.last === provider - 1) run.last = provider;
    else runs.push({ consumer, first: provider, last: provider });
  }
  const longest = runs.toSorted((left, right) => right.last - right.first - (left.last - left.first) || right.consumer - left.consumer)[0];
  return longest === undefined ? [] : [{ consumer: longest.consumer, provider: Math.ceil((longest.first + longest.last) / 2), share: 0.5 }];
}

function blockTests(edge: EdgeKnowledge, block: Block): number {
  const sides = { low: new Side(), high: new Side() };
  let byRow = 0;
  let hasFreeRow = false;
  for (const consumer of edge.consumers.versions.keys()) {
    const open = [...edge.open.row(consumer)].filter((provider) => provider >= block.first && provider < block.end);
    if (open.length === 0) continue;
    const low = block.hull.low[consumer] as number;
    const isAnchored = block.contradictions.length === 0 && low <= (block.hull.high[consumer] as number);
    if (!isAnchored) {
      hasFreeRow = true;
      byRow += open.length;
      continue;
    }
    const below = open.filter((provider) => provider < low);
    const above = open.filter((provider) => provider > low);
    byRow += halvings(below.length) + halvings(above.length);
    sides.low.add(consumer, below);
    sides.high.add(consumer, above);
  }
  return hasFreeRow ? byRow : Math.min(byRow, sides.low.tests + sides.high.tests);
}

function halvings(open: number): number {
  return Math.ceil(Math.log2(open + 1));
}

/** Open pairs on one side of the staircase. */
class Side {
  readonly #rows = new Set<number>();
  readonly #columns = new Set<number>();

  add(row: number, columns: readonly number[]): void {
    for (const column of columns) {
      this.#rows.add(row);
      this.#columns.add(column);
    }
  }

  /** Of a walk along the boundary. */
  get tests(): number {
    return Math.max(0, this.#rows.size + this.#columns.size - 1);
  }
}
