/**
 * How many pairs of edges cross between neighbouring columns, exactly: Barth, Jünger and Mutzel (2002), "Simple and efficient bilayer cross counting".
 *
 * Edges are visited by the place of their left end, then of their right end. A complete binary tree over the places of the right column counts the right
 * ends seen so far; each new end adds what lies beside its way up to the root, which is what it crosses. One climb counts and inserts,
 * O(edges · log width). Edges with a common end never cross.
 */
import type { LayeredGraph } from "./layered-graph.ts";
import { at } from "./layout-graph.ts";

/** The nodes of every column from top to bottom, and the place of each node in its column: two views of one ordering, kept in step. */
export interface Ordering {
  readonly columns: readonly Int32Array[];
  readonly place: Int32Array;
}

/**
 * Counts crossings, up to `limit`: what reaches it is only known to be at least that many, which spares the rest of the count.
 * The counter holds scratch memory, so one serves many calls on one graph.
 */
export function createCrossingCounter(graph: LayeredGraph): (ordering: Ordering, limit?: number) => number {
  const widest = Math.max(1, ...graph.layers.map((layer) => layer.length));
  const tree = new Int32Array(2 * leavesFor(widest));
  const ends = new Int32Array(Math.max(1, graph.right.list.length));
  return ({ columns, place }, limit = Number.POSITIVE_INFINITY) => {
    let crossings = 0;
    for (let index = 0; index + 1 < columns.length && crossings < limit; index++) {
      const column = columns[index];
      const next = columns[index + 1];
      if (column && next) crossings += countBetween(graph, column, next.length, place, tree, ends);
    }
    return crossings;
  };
}

/** The smallest power of two that is no less than `width`. */
function leavesFor(width: number): number {
  let leaves = 1;
  while (leaves < width) leaves *= 2;
  return leaves;
}

function countBetween(
  graph: LayeredGraph,
  column: Int32Array,
  width: number,
  place: Int32Array,
  tree: Int32Array,
  ends: Int32Array,
): number {
  const leaves = leavesFor(width);
  tree.fill(0, 0, 2 * leaves);
  let crossings = 0;
  for (let row = 0; row < column.length; row++) {
    const degree = gatherSortedEnds(graph, at(column, row), place, ends);
    for (let index = 0; index < degree; index++) {
      // The root is 1, the children of `cursor` are 2 · cursor and the one after it.
      let cursor = leaves + at(ends, index);
      tree[cursor] = at(tree, cursor) + 1;
      while (cursor > 1) {
        if ((cursor & 1) === 0) crossings += at(tree, cursor + 1);
        cursor >>= 1;
        tree[cursor] = at(tree, cursor) + 1;
      }
    }
  }
  return crossings;
}

function gatherSortedEnds(graph: LayeredGraph, node: number, place: Int32Array, ends: Int32Array): number {
  const { start, list } = graph.right;
  const last = at(start, node + 1);
  let degree = 0;
  for (let slot = at(start, node); slot < last; slot++) {
    const end = at(place, at(list, slot));
    let index = degree++;
    while (index > 0 && at(ends, index - 1) > end) {
      ends[index] = at(ends, index - 1);
      index--;
    }
    ends[index] = end;
  }
  return degree;
}
