/**
 * The order within each column, with few crossings: barycentre sweeps (Sugiyama 1981) with exact counting, the best order kept, then adjacent
 * exchanges while they help (Eades and Kelly 1986).
 *
 * A sweep goes through the columns, left to right and right to left in turn, and sorts each by the mean place of its neighbours in the column just
 * left behind; every fourth sweep uses the neighbours on both sides; ties keep their order in one half of the sweeps and turn it in the other,
 * which gets out of dead ends. Several starts (by number, by depth-first walk) compete. Deterministic.
 */
import { createCrossingCounter } from "./count-crossings.ts";
import type { LayeredGraph } from "./layered-graph.ts";
import { type Adjacency, at } from "./layout-graph.ts";

const SWEEPS_WITHOUT_GAIN_MAX = 6;
const SWEEPS_MAX = 40;
const EXCHANGE_ROUNDS_MAX = 8;

/** The place (0, 1, …) of every node within its column. */
export function reduceCrossings(graph: LayeredGraph): Int32Array {
  const count = createCrossingCounter(graph);
  let best = placeByNumber(graph);
  let bestCrossings = count(best);
  for (const start of [best, placeByWalk(graph, false), placeByWalk(graph, true)]) {
    if (bestCrossings === 0) break;
    const place = sweep(graph, start.slice(), count);
    exchangeNeighbours(graph, place);
    const crossings = count(place);
    if (crossings < bestCrossings) {
      best = place;
      bestCrossings = crossings;
    }
  }
  return best;
}

function placeByNumber(graph: LayeredGraph): Int32Array {
  const place = new Int32Array(graph.nodeCount);
  for (const layer of graph.layers) for (const [index, node] of layer.entries()) place[node] = index;
  return place;
}

/** Places in the order in which a depth-first walk meets the nodes: connected nodes come out side by side. */
function placeByWalk(graph: LayeredGraph, backwards: boolean): Int32Array {
  const place = new Int32Array(graph.nodeCount).fill(-1);
  const filled = new Int32Array(graph.layers.length);
  const neighbours = backwards ? graph.left : graph.right;
  const layers = backwards ? graph.layers.toReversed() : graph.layers;
  const stack: number[] = [];
  for (const layer of layers) {
    for (const root of layer) {
      stack.push(root);
      while (stack.length > 0) {
        const node = stack.pop() ?? 0;
        if (at(place, node) >= 0) continue;
        const home = at(graph.layerOf, node);
        place[node] = at(filled, home);
        filled[home] = at(filled, home) + 1;
        for (let slot = at(neighbours.start, node + 1) - 1; slot >= at(neighbours.start, node); slot--)
          stack.push(at(neighbours.list, slot));
      }
    }
  }
  return place;
}

function sweep(graph: LayeredGraph, place: Int32Array, count: (place: Int32Array) => number): Int32Array {
  const wanted = new Float64Array(graph.nodeCount);
  let best = place.slice();
  let bestCrossings = count(place);
  let withoutGain = 0;
  for (let round = 0; round < SWEEPS_MAX && withoutGain < SWEEPS_WITHOUT_GAIN_MAX && bestCrossings > 0; round++) {
    const rightwards = round % 2 === 0;
    const sides = round % 4 === 3 ? [graph.left, graph.right] : [rightwards ? graph.left : graph.right];
    const turnTies = round % 8 >= 4;
    for (let step = 0; step < graph.layers.length; step++) {
      const layer = graph.layers[rightwards ? step : graph.layers.length - 1 - step];
      if (layer) sortLayer(layer, sides, place, wanted, turnTies);
    }
    const crossings = count(place);
    withoutGain = crossings < bestCrossings ? 0 : withoutGain + 1;
    if (crossings < bestCrossings) {
      bestCrossings = crossings;
      best = place.slice();
    }
  }
  return best;
}

function sortLayer(layer: Int32Array, sides: readonly Adjacency[], place: Int32Array, wanted: Float64Array, turnTies: boolean): void {
  for (const node of layer) wanted[node] = meanPlace(node, sides, place);
  const tie = turnTies ? -1 : 1;
  const ordered = layer.toSorted((left, right) => {
    const difference = at(wanted, left) - at(wanted, right);
    return difference === 0 ? tie * (at(place, left) - at(place, right)) : difference;
  });
  for (const [index, node] of ordered.entries()) place[node] = index;
}

/** Mean place of the neighbours; a node without any keeps its own. */
function meanPlace(node: number, sides: readonly Adjacency[], place: Int32Array): number {
  let sum = 0;
  let degree = 0;
  for (const side of sides) {
    const end = at(side.start, node + 1);
    for (let slot = at(side.start, node); slot < end; slot++) sum += at(place, at(side.list, slot));
    degree += end - at(side.start, node);
  }
  return degree === 0 ? at(place, node) : sum / degree;
}

/** Exchanges neighbours of a column while that removes crossings on both sides together. */
function exchangeNeighbours(graph: LayeredGraph, place: Int32Array): void {
  for (let round = 0; round < EXCHANGE_ROUNDS_MAX; round++) {
    let gained = 0;
    for (const layer of graph.layers) gained += exchangeInLayer(graph, layer, place);
    if (gained === 0) return;
  }
}

function exchangeInLayer(graph: LayeredGraph, layer: Int32Array, place: Int32Array): number {
  const ordered = layer.toSorted((left, right) => at(place, left) - at(place, right));
  let gained = 0;
  for (let index = 0; index + 1 < ordered.length; index++) {
    const upper = at(ordered, index);
    const lower = at(ordered, index + 1);
    const gain = exchangeGain(graph.left, upper, lower, place) + exchangeGain(graph.right, upper, lower, place);
    if (gain <= 0) continue;
    gained += gain;
    ordered[index] = lower;
    ordered[index + 1] = upper;
    place[lower] = index;
    place[upper] = index + 1;
  }
  return gained;
}

/** Crossings on one side with `upper` above `lower`, minus those after they change places. */
function exchangeGain(side: Adjacency, upper: number, lower: number, place: Int32Array): number {
  let gain = 0;
  for (let first = at(side.start, upper); first < at(side.start, upper + 1); first++) {
    const upperEnd = at(place, at(side.list, first));
    for (let second = at(side.start, lower); second < at(side.start, lower + 1); second++) {
      const lowerEnd = at(place, at(side.list, second));
      if (upperEnd > lowerEnd) gain++;
      else if (upperEnd < lowerEnd) gain--;
    }
  }
  return gain;
}
