/**
 * Which edges to turn around so that the graph has no cycle, few of them: the greedy heuristic of Eades, Lin and Smyth (1993).
 *
 * Nodes are taken out one by one: sinks go to the end of an order, sources to its front; where neither exists the node with the largest
 * surplus of outgoing over incoming edges goes to the front. Edges that then point backwards in the order are the ones to turn. Nodes wait in
 * buckets by surplus, kept as doubly linked lists, so the whole takes O(nodes + edges) and at most edges/2 − nodes/6 edges turn.
 *
 * Invariant: with the returned edges turned around, the graph has no cycle. Deterministic for a given numbering.
 */
import { type Adjacency, at, createAdjacency, type IndexedGraph } from "./layout-graph.ts";

/** 1 per edge that has to be turned around. */
export function breakCycles(graph: IndexedGraph): Uint8Array {
  const rank = rankNodes(graph);
  return Uint8Array.from(graph.sources, (source, edge) => (at(rank, source) > at(rank, at(graph.targets, edge)) ? 1 : 0));
}

/** Place of each node in the order of Eades, Lin and Smyth. */
function rankNodes(graph: IndexedGraph): Int32Array {
  const count = graph.nodes.length;
  const successors = createAdjacency(count, graph.sources, graph.targets);
  const predecessors = createAdjacency(count, graph.targets, graph.sources);
  const buckets = createBuckets(count, successors, predecessors);
  const rank = new Int32Array(count);
  let front = 0;
  let back = count - 1;
  while (front <= back) {
    const taken = buckets.takeNext();
    if (taken.kind === "sink") rank[taken.node] = back--;
    else rank[taken.node] = front++;
  }
  return rank;
}

interface Taken {
  readonly kind: "sink" | "source" | "surplus";
  readonly node: number;
}

/** Nodes not yet ranked, in buckets: sinks, sources, and the others by surplus of outgoing edges. */
function createBuckets(count: number, successors: Adjacency, predecessors: Adjacency) {
  const outgoing = degrees(successors, count);
  const incoming = degrees(predecessors, count);
  const degreeMax = Math.max(1, ...outgoing, ...incoming);
  const sinks = 0;
  const sources = 1;
  const bucketOf = (node: number): number => {
    if (at(outgoing, node) === 0) return sinks;
    if (at(incoming, node) === 0) return sources;
    return 2 + degreeMax + at(outgoing, node) - at(incoming, node);
  };
  const lists = createLinkedBuckets(count, 3 + 2 * degreeMax);
  for (let node = count - 1; node >= 0; node--) lists.add(node, bucketOf(node));
  let highest = 2 + 2 * degreeMax;

  const relink = (neighbours: Adjacency, node: number, degree: Int32Array): void => {
    for (let slot = at(neighbours.start, node); slot < at(neighbours.start, node + 1); slot++) {
      const neighbour = at(neighbours.list, slot);
      if (!lists.contains(neighbour)) continue;
      lists.remove(neighbour);
      degree[neighbour] = at(degree, neighbour) - 1;
      const bucket = bucketOf(neighbour);
      lists.add(neighbour, bucket);
      if (bucket > highest) highest = bucket;
    }
  };
  const take = (node: number, kind: Taken["kind"]): Taken => {
    lists.remove(node);
    relink(successors, node, incoming);
    relink(predecessors, node, outgoing);
    return { kind, node };
  };
  return {
    takeNext(): Taken {
      const sink = lists.first(sinks);
      if (sink >= 0) return take(sink, "sink");
      const source = lists.first(sources);
      if (source >= 0) return take(source, "source");
      while (highest > sources && lists.first(highest) < 0) highest--;
      return take(lists.first(highest), "surplus");
    },
  };
}

function degrees(adjacency: Adjacency, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, node) => at(adjacency.start, node + 1) - at(adjacency.start, node));
}

/** Doubly linked lists over the node numbers; a node is in at most one bucket. */
function createLinkedBuckets(nodeCount: number, bucketCount: number) {
  const heads = new Int32Array(bucketCount).fill(-1);
  const next = new Int32Array(nodeCount).fill(-1);
  const previous = new Int32Array(nodeCount).fill(-1);
  const home = new Int32Array(nodeCount).fill(-1);
  return {
    first: (bucket: number): number => at(heads, bucket),
    contains: (node: number): boolean => at(home, node) >= 0,
    add(node: number, bucket: number): void {
      const head = at(heads, bucket);
      home[node] = bucket;
      next[node] = head;
      previous[node] = -1;
      if (head >= 0) previous[head] = node;
      heads[bucket] = node;
    },
    remove(node: number): void {
      const before = at(previous, node);
      const after = at(next, node);
      if (before >= 0) next[before] = after;
      else heads[at(home, node)] = after;
      if (after >= 0) previous[after] = before;
      home[node] = -1;
    },
  };
}
