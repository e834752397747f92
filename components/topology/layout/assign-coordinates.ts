/**
 * The height of every node, given column and order: edges as straight as the separations allow.
 *
 * Each column in turn solves its own small problem exactly: put every node as near as possible (least squares) to the mean height of its neighbours,
 * without changing the order and keeping the distances between boxes of their true heights. With the distances taken out this is isotonic
 * regression, solved in linear time by pooling adjacent violators (Ayer et al. 1955). Sweeps to the right and to the left in turn settle the whole.
 * Dummy nodes weigh more, so that long edges run straight.
 *
 * Invariant: within a column, boxes are at least `rowGap` apart, and a passing edge `passGap` from any box.
 */
import type { LayeredGraph } from "./layered-graph.ts";
import { type Adjacency, at, type LayoutSpacing } from "./layout-graph.ts";

const SWEEPS = 14;
const DUMMY_WEIGHT = 4;

/** Middle of every node (dummies too), downwards. `heights`: of the real nodes. */
export function assignCoordinates(graph: LayeredGraph, place: Int32Array, heights: Float64Array, spacing: LayoutSpacing): Float64Array {
  const columns = graph.layers.map((layer) => layer.toSorted((left, right) => at(place, left) - at(place, right)));
  const offsets = columns.map((column) => cumulativeDistances(graph, column, heights, spacing));
  const middle = new Float64Array(graph.nodeCount);
  columns.forEach((column, index) => {
    const offset = offsets[index] ?? new Float64Array(0);
    const half = at(offset, column.length - 1) / 2;
    for (const [row, node] of column.entries()) middle[node] = at(offset, row) - half;
  });
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const rightwards = sweep % 2 === 0;
    // The last sweeps look at both sides, so that neither end of the picture is favoured.
    const sides = sweep >= SWEEPS - 4 ? [graph.left, graph.right] : [rightwards ? graph.left : graph.right];
    for (let step = 0; step < columns.length; step++) {
      const index = rightwards ? step : columns.length - 1 - step;
      settleColumn(graph, columns[index] ?? new Int32Array(0), offsets[index] ?? new Float64Array(0), sides, middle);
    }
  }
  return middle;
}

/** Smallest distance of each node of a column from the first one. */
function cumulativeDistances(graph: LayeredGraph, column: Int32Array, heights: Float64Array, spacing: LayoutSpacing): Float64Array {
  const offset = new Float64Array(column.length);
  for (let row = 1; row < column.length; row++) {
    const above = at(column, row - 1);
    const below = at(column, row);
    const bothReal = above < graph.realCount && below < graph.realCount;
    const gap = bothReal ? spacing.rowGap : spacing.passGap;
    offset[row] = at(offset, row - 1) + (heightOf(graph, above, heights) + heightOf(graph, below, heights)) / 2 + gap;
  }
  return offset;
}

function heightOf(graph: LayeredGraph, node: number, heights: Float64Array): number {
  return node < graph.realCount ? at(heights, node) : 0;
}

function settleColumn(
  graph: LayeredGraph,
  column: Int32Array,
  offset: Float64Array,
  sides: readonly Adjacency[],
  middle: Float64Array,
): void {
  const wanted = new Float64Array(column.length);
  const weight = new Float64Array(column.length);
  column.forEach((node, row) => {
    const pull = meanMiddle(node, sides, middle);
    wanted[row] = (pull ?? at(middle, node)) - at(offset, row);
    // A node that nothing pulls gives way to all others.
    weight[row] = pull === null ? 0.05 : node < graph.realCount ? 1 : DUMMY_WEIGHT;
  });
  const settled = poolAdjacentViolators(wanted, weight);
  for (const [row, node] of column.entries()) middle[node] = at(settled, row) + at(offset, row);
}

function meanMiddle(node: number, sides: readonly Adjacency[], middle: Float64Array): number | null {
  let sum = 0;
  let degree = 0;
  for (const side of sides) {
    const end = at(side.start, node + 1);
    for (let slot = at(side.start, node); slot < end; slot++) sum += at(middle, at(side.list, slot));
    degree += end - at(side.start, node);
  }
  return degree === 0 ? null : sum / degree;
}

/** The non-decreasing sequence nearest to `wanted` in weighted least squares. */
function poolAdjacentViolators(wanted: Float64Array, weight: Float64Array): Float64Array {
  const blockMean = new Float64Array(wanted.length);
  const blockWeight = new Float64Array(wanted.length);
  const blockEnd = new Int32Array(wanted.length);
  let blocks = 0;
  for (let index = 0; index < wanted.length; index++) {
    let mean = at(wanted, index);
    let total = at(weight, index);
    while (blocks > 0 && at(blockMean, blocks - 1) > mean) {
      blocks--;
      const merged = total + at(blockWeight, blocks);
      mean = (mean * total + at(blockMean, blocks) * at(blockWeight, blocks)) / merged;
      total = merged;
    }
    blockMean[blocks] = mean;
    blockWeight[blocks] = total;
    blockEnd[blocks++] = index + 1;
  }
  const result = new Float64Array(wanted.length);
  for (let block = 0, from = 0; block < blocks; from = at(blockEnd, block), block++)
    result.fill(at(blockMean, block), from, at(blockEnd, block));
  return result;
}
