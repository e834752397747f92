/**
 * How many pairs of edges cross between neighbouring columns, exactly: an inversion count with a Fenwick tree (Barth, Jünger, Mutzel 2002),
 * O(edges · log width). Input: a layered graph and the place of each node within its column. Edges with a common end never cross.
 */
import type { LayeredGraph } from "./layered-graph.ts";
import { at } from "./layout-graph.ts";

/** Counts crossings; holds scratch memory, so one counter serves many calls on one graph. */
export function createCrossingCounter(graph: LayeredGraph): (place: Int32Array) => number {
  const widest = Math.max(1, ...graph.layers.map((layer) => layer.length));
  const tree = new Int32Array(widest + 1);
  const ends = new Int32Array(Math.max(1, graph.right.list.length));
  return (place) => {
    let crossings = 0;
    for (let index = 0; index + 1 < graph.layers.length; index++) {
      const layer = graph.layers[index];
      const nextWidth = graph.layers[index + 1]?.length ?? 0;
      if (layer) crossings += countBetween(graph, layer, nextWidth, place, tree, ends);
    }
    return crossings;
  };
}

function countBetween(
  graph: LayeredGraph,
  layer: Int32Array,
  width: number,
  place: Int32Array,
  tree: Int32Array,
  ends: Int32Array,
): number {
  tree.fill(0, 0, width + 1);
  let seen = 0;
  let crossings = 0;
  for (const node of inPlaceOrder(layer, place)) {
    const degree = gatherSortedEnds(graph, node, place, ends);
    for (let index = 0; index < degree; index++) crossings += seen - prefixSum(tree, at(ends, index) + 1);
    for (let index = 0; index < degree; index++) increment(tree, at(ends, index) + 1, width);
    seen += degree;
  }
  return crossings;
}

function inPlaceOrder(layer: Int32Array, place: Int32Array): Int32Array {
  const ordered = new Int32Array(layer.length);
  for (const node of layer) ordered[at(place, node)] = node;
  return ordered;
}

function gatherSortedEnds(graph: LayeredGraph, node: number, place: Int32Array, ends: Int32Array): number {
  let degree = 0;
  for (let slot = at(graph.right.start, node); slot < at(graph.right.start, node + 1); slot++) {
    const end = at(place, at(graph.right.list, slot));
    let index = degree++;
    while (index > 0 && at(ends, index - 1) > end) {
      ends[index] = at(ends, index - 1);
      index--;
    }
    ends[index] = end;
  }
  return degree;
}

function prefixSum(tree: Int32Array, index: number): number {
  let sum = 0;
  for (let cursor = index; cursor > 0; cursor -= cursor & -cursor) sum += at(tree, cursor);
  return sum;
}

function increment(tree: Int32Array, index: number, size: number): void {
  for (let cursor = index; cursor <= size; cursor += cursor & -cursor) tree[cursor] = at(tree, cursor) + 1;
}
