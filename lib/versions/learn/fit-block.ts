/**
 * Fits the facts of one block (all rows, some columns next to each other) with a staircase, point holes apart.
 * Incompatible facts inside of the hull do not fit. One that stands alone in its row or in its column (2.3.0 was broken, 2.3.1 mends it) is a hole: an exception
 * that the staircase is allowed. Any other is a contradiction: its witness is the fact and two compatible ones that put it inside. No fewer facts conflict.
 */
import { type CellFact, holds, hullOf, reachOf, type Staircase } from "./staircase.ts";

/** Far above any number of versions. */
const COLUMNS_MAX = 2 ** 20;

/** Columns from `first` to before `end`, and what the facts about them come to. */
export interface Block {
  readonly first: number;
  readonly end: number;
  readonly facts: readonly CellFact[];
  readonly hull: Staircase;
  /** What some consistent hypothesis holds, but for the incompatible facts in it. */
  readonly reach: Staircase;
  /** Incompatible facts that hypotheses have to leave out: all but the holes. */
  readonly broken: readonly CellFact[];
  readonly holes: readonly CellFact[];
  /** Smallest sets of facts that no staircase fits. Not empty: nothing is inferred in this block. */
  readonly contradictions: readonly (readonly CellFact[])[];
}

/** Fits the facts about the columns from `first` to before `end`. */
export function fitBlock(all: readonly CellFact[], rows: number, first: number, end: number): Block {
  const facts = all.filter(({ provider }) => provider >= first && provider < end);
  const hull = hullOf(facts, rows);
  const inside = facts.filter(({ compatible, consumer, provider }) => !compatible && holds(hull, consumer, provider));
  const keys = new Set(inside.map(({ consumer, provider }) => keyOf(consumer, provider)));
  const isAlone = ({ consumer, provider }: CellFact) =>
    !(keys.has(keyOf(consumer, provider - 1)) || keys.has(keyOf(consumer, provider + 1))) ||
    !(keys.has(keyOf(consumer - 1, provider)) || keys.has(keyOf(consumer + 1, provider)));
  const holes = inside.filter(isAlone);
  const contradictions = inside.filter((fact) => !isAlone(fact)).map((fact) => witnessOf(fact, facts));
  const isHole = new Set(holes);
  const broken = facts.filter((fact) => !(fact.compatible || isHole.has(fact)));
  return { first, end, facts, hull, reach: reachOf(hull, broken, rows), broken, holes, contradictions };
}

/** Pairs of a block that neither a fact nor inference decides. */
export function openIn({ contradictions, end, facts, first, hull, reach }: Block, rows: number): number {
  if (contradictions.length > 0) return rows * (end - first) - facts.length;
  const decided = new Set(facts.map(({ consumer, provider }) => keyOf(consumer, provider)));
  let open = 0;
  for (let row = 0; row < rows; row++) {
    const from = Math.max(first, reach.low[row] as number);
    const to = Math.min(end - 1, reach.high[row] as number);
    for (let column = from; column <= to; column++) if (!holds(hull, row, column) && !decided.has(keyOf(row, column))) open++;
  }
  return open;
}

/** The fact with the nearest compatible one that keeps the row from beginning later, and the nearest that keeps it from ending sooner. */
function witnessOf(fact: CellFact, facts: readonly CellFact[]): readonly CellFact[] {
  const compatible = facts.filter((other) => other.compatible);
  const before = compatible.filter(({ consumer, provider }) => consumer >= fact.consumer && provider <= fact.provider);
  const after = compatible.filter(({ consumer, provider }) => consumer <= fact.consumer && provider >= fact.provider);
  return [fact, ...nearest(fact, before), ...nearest(fact, after)];
}

function nearest(fact: CellFact, others: readonly CellFact[]): readonly CellFact[] {
  const distance = ({ consumer, provider }: CellFact) => Math.abs(consumer - fact.consumer) + Math.abs(provider - fact.provider);
  return others.toSorted((left, right) => distance(left) - distance(right)).slice(0, 1);
}

/** One number per cell; neighbours outside of the edge have keys of their own. */
function keyOf(consumer: number, provider: number): number {
  return consumer * COLUMNS_MAX + provider;
}
