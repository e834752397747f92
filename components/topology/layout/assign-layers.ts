/**
 * The column of every node: edges point to the right, few columns, short edges.
 *
 * First the longest path from the sources (Kahn's order), which gives the fewest columns but leaves many nodes too far left. Then every node
 * moves, within the columns its neighbours leave free, to the side on which it has more edges; a node with as many on either side goes where the
 * column is emptiest. A few rounds settle it: each move shortens the edges in sum or evens out the columns. Long edges cost dummy nodes
 * and crossings, so this matters more for the picture than further sweeps.
 *
 * Invariant: for every edge (turned around where `reversed` says so) the column of its source is smaller than that of its target; columns are 0…max.
 */
import { type Adjacency, at, createAdjacency, type IndexedGraph } from "./layout-graph.ts";

const BALANCE_ROUNDS_MAX = 24;

/** An acyclic graph: edges already turned around. */
export interface AcyclicGraph {
  readonly nodeCount: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Turns the chosen edges around. */
export function orientEdges(graph: IndexedGraph, reversed: Uint8Array): AcyclicGraph {
  return {
    nodeCount: graph.nodes.length,
    from: graph.sources.map((source, edge) => (at(reversed, edge) === 1 ? at(graph.targets, edge) : source)),
    to: graph.targets.map((target, edge) => (at(reversed, edge) === 1 ? at(graph.sources, edge) : target)),
  };
}

/** The column of every node, 0 being the leftmost. */
export function assignLayers(graph: AcyclicGraph): Int32Array {
  const successors = createAdjacency(graph.nodeCount, graph.from, graph.to);
  const predecessors = createAdjacency(graph.nodeCount, graph.to, graph.from);
  const order = sortTopologically(graph, successors);
  const layers = longestPaths(order, successors);
  balanceLayers(layers, order, successors, predecessors);
  return closeGaps(layers);
}

function sortTopologically(graph: AcyclicGraph, successors: Adjacency): Int32Array {
  const waiting = new Int32Array(graph.nodeCount);
  for (const node of graph.to) waiting[node] = at(waiting, node) + 1;
  const order = new Int32Array(graph.nodeCount);
  let filled = 0;
  for (let node = 0; node < graph.nodeCount; node++) if (at(waiting, node) === 0) order[filled++] = node;
  for (let read = 0; read < filled; read++) {
    const node = at(order, read);
    for (let slot = at(successors.start, node); slot < at(successors.start, node + 1); slot++) {
      const successor = at(successors.list, slot);
      waiting[successor] = at(waiting, successor) - 1;
      if (at(waiting, successor) === 0) order[filled++] = successor;
    }
  }
  return order;
}

function longestPaths(order: Int32Array, successors: Adjacency): Int32Array {
  const layers = new Int32Array(order.length);
  for (const node of order) {
    const next = at(layers, node) + 1;
    for (let slot = at(successors.start, node); slot < at(successors.start, node + 1); slot++) {
      const successor = at(successors.list, slot);
      if (at(layers, successor) < next) layers[successor] = next;
    }
  }
  return layers;
}

function balanceLayers(layers: Int32Array, order: Int32Array, successors: Adjacency, predecessors: Adjacency): void {
  const last = Math.max(0, ...layers);
  const population = new Int32Array(last + 1);
  for (const layer of layers) population[layer] = at(population, layer) + 1;
  for (let round = 0; round < BALANCE_ROUNDS_MAX; round++) {
    let moved = 0;
    for (let step = 0; step < order.length; step++) {
      const node = at(order, round % 2 === 0 ? order.length - 1 - step : step);
      const wanted = wantedLayer(node, layers, population, successors, predecessors);
      const present = at(layers, node);
      if (wanted === present) continue;
      population[present] = at(population, present) - 1;
      population[wanted] = at(population, wanted) + 1;
      layers[node] = wanted;
      moved++;
    }
    if (moved === 0) return;
  }
}

/** Where a node pulls: to its more numerous side, or to the emptiest column between where both sides weigh the same. */
function wantedLayer(node: number, layers: Int32Array, population: Int32Array, successors: Adjacency, predecessors: Adjacency): number {
  const incoming = at(predecessors.start, node + 1) - at(predecessors.start, node);
  const outgoing = at(successors.start, node + 1) - at(successors.start, node);
  const present = at(layers, node);
  let lowest = -1;
  for (let slot = at(predecessors.start, node); slot < at(predecessors.start, node + 1); slot++) {
    lowest = Math.max(lowest, at(layers, at(predecessors.list, slot)));
  }
  let highest = population.length;
  for (let slot = at(successors.start, node); slot < at(successors.start, node + 1); slot++) {
    highest = Math.min(highest, at(layers, at(successors.list, slot)));
  }
  if (outgoing > incoming) return highest - 1;
  if (incoming > outgoing) return lowest + 1;
  let wanted = present;
  for (let layer = lowest + 1; layer < highest; layer++) {
    // One apart would only swap which column is fuller, for ever.
    if (at(population, layer) + 1 < at(population, wanted)) wanted = layer;
  }
  return wanted;
}

function closeGaps(layers: Int32Array): Int32Array {
  const used = [...new Set(layers)].sort((left, right) => left - right);
  const renumbered = new Map(used.map((layer, index) => [layer, index]));
  return layers.map((layer) => renumbered.get(layer) ?? 0);
}
