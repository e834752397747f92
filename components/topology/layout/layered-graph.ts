import type { AcyclicGraph } from "./assign-layers.ts";
import { type Adjacency, at, createAdjacency } from "./layout-graph.ts";

/**
 * A graph whose edges only join neighbouring columns: an edge over several columns became a chain of dummy nodes, numbered from `realCount` on.
 * `chains[edge]` are the dummies of an edge from left to right (empty for a short one).
 */
export interface LayeredGraph {
  readonly realCount: number;
  readonly nodeCount: number;
  readonly layerOf: Int32Array;
  /** Nodes of each column, dummies included, in order of their number. */
  readonly layers: readonly Int32Array[];
  /** Neighbours in the column to the right. */
  readonly right: Adjacency;
  /** Neighbours in the column to the left. */
  readonly left: Adjacency;
  readonly chains: readonly Int32Array[];
}

/** Splits long edges by dummy nodes. */
export function createLayeredGraph(graph: AcyclicGraph, layerOfReal: Int32Array): LayeredGraph {
  const spans = graph.from.map((source, edge) => at(layerOfReal, at(graph.to, edge)) - at(layerOfReal, source));
  const segmentCount = spans.reduce((sum, span) => sum + span, 0);
  const nodeCount = graph.nodeCount + segmentCount - spans.length;
  const layerOf = new Int32Array(nodeCount);
  layerOf.set(layerOfReal);
  const from = new Int32Array(segmentCount);
  const to = new Int32Array(segmentCount);
  const chains: Int32Array[] = [];
  let dummy = graph.nodeCount;
  let segment = 0;
  for (let edge = 0; edge < spans.length; edge++) {
    const source = at(graph.from, edge);
    const chain = new Int32Array(at(spans, edge) - 1);
    let previous = source;
    for (let step = 0; step < chain.length; step++) {
      layerOf[dummy] = at(layerOfReal, source) + step + 1;
      chain[step] = dummy;
      from[segment] = previous;
      to[segment++] = dummy;
      previous = dummy++;
    }
    from[segment] = previous;
    to[segment++] = at(graph.to, edge);
    chains.push(chain);
  }
  return {
    realCount: graph.nodeCount,
    nodeCount,
    layerOf,
    layers: groupByLayer(layerOf),
    right: createAdjacency(nodeCount, from, to),
    left: createAdjacency(nodeCount, to, from),
    chains,
  };
}

function groupByLayer(layerOf: Int32Array): Int32Array[] {
  const groups: number[][] = [];
  for (let node = 0; node < layerOf.length; node++) {
    const layer = at(layerOf, node);
    for (let missing = groups.length; missing <= layer; missing++) groups.push([]);
    groups[layer]?.push(node);
  }
  return groups.map((group) => Int32Array.from(group));
}
