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
import { type Adjacency, at, floatAt, type LayoutSpacing } from "./layout-graph.ts";

const SWEEPS = 14;
const DUMMY_WEIGHT = 4;

/** Middle of every node (dummies too), downwards. `heights`: of the real nodes. */
export function assignCoordinates(graph: LayeredGraph, place: Int32Array, heights: Float64Array, spacing: LayoutSpacing): Float64Array {
  const columns = graph.layers.map((layer) => inOrder(layer, place));
  const offsets = columns.map((column) => cumulativeDistances(graph, column, heights, spacing));
  const middle = new Float64Array(graph.nodeCount);
  columns.forEach((column, index) => {
    const offset = offsets[index] ?? EMPTY;
    const half = floatAt(offset, column.length - 1) / 2;
    for (let row = 0; row < column.length; row++) middle[at(column, row)] = floatAt(offset, row) - half;
  });
  const settler = createSettler(graph, middle);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const rightwards = sweep % 2 === 0;
    // The last sweeps look at both sides, so that neither end of the picture is favoured.
    const sides = sweep >= SWEEPS - 4 ? [graph.left, graph.right] : [rightwards ? graph.left : graph.right];
    for (let step = 0; step < columns.length; step++) {
      const index = rightwards ? step : columns.length - 1 - step;
      const column = columns[index];
      if (column) settler.settle(column, offsets[index] ?? EMPTY, sides);
    }
  }
  return middle;
}

const EMPTY = new Float64Array(0);

function inOrder(layer: Int32Array, place: Int32Array): Int32Array {
  const column = new Int32Array(layer.length);
  for (const node of layer) column[at(place, node)] = node;
  return column;
}

/** Smallest distance of each node of a column from the first one. */
function cumulativeDistances(graph: LayeredGraph, column: Int32Array, heights: Float64Array, spacing: LayoutSpacing): Float64Array {
  const offset = new Float64Array(column.length);
  for (let row = 1; row < column.length; row++) {
    const above = at(column, row - 1);
    const below = at(column, row);
    const bothReal = above < graph.realCount && below < graph.realCount;
    const gap = bothReal ? spacing.rowGap : spacing.passGap;
    offset[row] = floatAt(offset, row - 1) + (heightOf(graph, above, heights) + heightOf(graph, below, heights)) / 2 + gap;
  }
  return offset;
}

function heightOf(graph: LayeredGraph, node: number, heights: Float64Array): number {
  return node < graph.realCount ? floatAt(heights, node) : 0;
}

/** Settles one column after the other into `middle`, in the same memory. */
function createSettler(graph: LayeredGraph, middle: Float64Array) {
  const widest = graph.layers.reduce((most, layer) => Math.max(most, layer.length), 0);
  const wanted = new Float64Array(widest);
  const weight = new Float64Array(widest);
  const pool = createPool(widest);
  return {
    settle(column: Int32Array, offset: Float64Array, sides: readonly Adjacency[]): void {
      for (let row = 0; row < column.length; row++) {
        const node = at(column, row);
        const pull = meanMiddle(node, sides, middle);
        wanted[row] = (pull ?? floatAt(middle, node)) - floatAt(offset, row);
        // A node that nothing pulls gives way to all others.
        weight[row] = pull === null ? 0.05 : node < graph.realCount ? 1 : DUMMY_WEIGHT;
      }
      pool(wanted, weight, column.length);
      for (let row = 0; row < column.length; row++) middle[at(column, row)] = floatAt(wanted, row) + floatAt(offset, row);
    },
  };
}

function meanMiddle(node: number, sides: readonly Adjacency[], middle: Float64Array): number | null {
  let sum = 0;
  let degree = 0;
  for (const side of sides) {
    const end = at(side.start, node + 1);
    for (let slot = at(side.start, node); slot < end; slot++) sum += floatAt(middle, at(side.list, slot));
    degree += end - at(side.start, node);
  }
  return degree === 0 ? null : sum / degree;
}

/** Makes the first `count` values the non-decreasing sequence nearest to them in weighted least squares, by pooling adjacent violators. */
function createPool(widest: number): (values: Float64Array, weight: Float64Array, count: number) => void {
  const blockMean = new Float64Array(widest);
  const blockWeight = new Float64Array(widest);
  const blockEnd = new Int32Array(widest);
  return (values, weight, count) => {
    let blocks = 0;
    for (let index = 0; index < count; index++) {
      let mean = floatAt(values, index);
      let total = floatAt(weight, index);
      while (blocks > 0 && floatAt(blockMean, blocks - 1) > mean) {
        blocks--;
        const merged = total + floatAt(blockWeight, blocks);
        mean = (mean * total + floatAt(blockMean, blocks) * floatAt(blockWeight, blocks)) / merged;
        total = merged;
      }
      blockMean[blocks] = mean;
      blockWeight[blocks] = total;
      blockEnd[blocks++] = index + 1;
    }
    for (let block = 0, from = 0; block < blocks; from = at(blockEnd, block), block++) {
      values.fill(floatAt(blockMean, block), from, at(blockEnd, block));
    }
  };
}
