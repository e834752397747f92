/** A box to be placed; sizes in pixels of the picture at zoom 1. */
export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** An arrow between two boxes. Edges on unknown boxes and self loops are ignored. */
export interface LayoutEdge {
  readonly source: string;
  readonly target: string;
}

export interface LayoutGraph {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Upper left corners by node id. */
export type Positions = Readonly<Record<string, Point>>;

/** Where a box stands; undefined where it does not yet. A service may be called `constructor`, which every object seems to have. */
export function placeOf(positions: Positions, id: string): Point | undefined {
  return Object.hasOwn(positions, id) ? positions[id] : undefined;
}

/**
 * `bends`: for an edge that spans more than two columns (key of `layoutEdgeKey`), the points it should pass on its way from source to target,
 * one per column between them, so that it does not run behind other boxes.
 */
export interface LayoutResult {
  readonly positions: Positions;
  readonly bends: Readonly<Record<string, readonly Point[]>>;
}

/** Space between columns, between boxes of one column, and between a box and an edge that passes it. */
export interface LayoutSpacing {
  readonly columnGap: number;
  readonly rowGap: number;
  readonly passGap: number;
}

export const DEFAULT_SPACING: LayoutSpacing = { columnGap: 96, rowGap: 36, passGap: 22 };

/** The key of an edge in `LayoutResult.bends`. */
export function layoutEdgeKey(source: string, target: string): string {
  return `${source}>${target}`;
}

/** The graph by number: nodes sorted by id, edges unique, sorted, without loops, so that the picture never depends on the order of arrival. */
export interface IndexedGraph {
  readonly nodes: readonly LayoutNode[];
  readonly sources: Int32Array;
  readonly targets: Int32Array;
}

/** Numbers the nodes by id and drops loops, duplicates and edges that lead nowhere. */
export function indexGraph(graph: LayoutGraph): IndexedGraph {
  const nodes = graph.nodes.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const indexOf = new Map(nodes.map((node, index) => [node.id, index]));
  const codes = new Set<number>();
  for (const edge of graph.edges) {
    const source = indexOf.get(edge.source);
    const target = indexOf.get(edge.target);
    if (source === undefined || target === undefined || source === target) continue;
    codes.add(source * nodes.length + target);
  }
  const sorted = Float64Array.from(codes).sort();
  return {
    nodes,
    sources: Int32Array.from(sorted, (code) => Math.floor(code / nodes.length)),
    targets: Int32Array.from(sorted, (code) => code % nodes.length),
  };
}

/** Neighbours in one flat array: those of node `n` are `list[start[n]] … list[start[n + 1] - 1]`. */
export interface Adjacency {
  readonly start: Int32Array;
  readonly list: Int32Array;
}

/** Groups `to` by `from`, both edge by edge, in order of the edges. */
export function createAdjacency(nodeCount: number, from: Int32Array, to: Int32Array): Adjacency {
  const start = new Int32Array(nodeCount + 1);
  for (const node of from) start[node + 1] = at(start, node + 1) + 1;
  for (let node = 0; node < nodeCount; node++) start[node + 1] = at(start, node + 1) + at(start, node);
  const next = start.slice(0, nodeCount);
  const list = new Int32Array(from.length);
  for (let edge = 0; edge < from.length; edge++) {
    const node = at(from, edge);
    const slot = at(next, node);
    list[slot] = at(to, edge);
    next[node] = slot + 1;
  }
  return { start, list };
}

/** A whole number of a typed array; the index is known to be inside. Reads as 0 outside, which no caller relies on. */
export function at(array: Int32Array | Uint8Array, index: number): number {
  return array[index] ?? 0;
}

/** The same for fractions: apart from `at`, so that the engine compiles the inner loops for one kind of array each. */
export function floatAt(array: Float64Array, index: number): number {
  return array[index] ?? 0;
}
