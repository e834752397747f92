/**
 * Layered layout from left to right: who calls stands left of who is called. Pure and deterministic: the same graph gives the same picture,
 * in whatever order its parts arrive.
 *
 * Steps, each in a file of its own: number the graph (`layout-graph`), turn few edges around so that no cycle remains (`break-cycles`), choose columns
 * (`assign-layers`), split long edges by dummies (`layered-graph`), order the columns (`reduce-crossings`), choose heights (`assign-coordinates`).
 * Nodes without any edge stand in rows beneath the rest.
 *
 * Invariants: every node is placed; no two boxes overlap; all edges that were not turned around point to the right.
 * It does not know earlier pictures: `place-incrementally` does.
 */
import { assignCoordinates } from "./assign-coordinates.ts";
import { assignLayers, orientEdges } from "./assign-layers.ts";
import { breakCycles } from "./break-cycles.ts";
import { createLayeredGraph, type LayeredGraph } from "./layered-graph.ts";
import {
  at,
  DEFAULT_SPACING,
  floatAt,
  type IndexedGraph,
  indexGraph,
  type LayoutGraph,
  type LayoutNode,
  type LayoutResult,
  type LayoutSpacing,
  layoutEdgeKey,
  type Point,
} from "./layout-graph.ts";
import { reduceCrossings } from "./reduce-crossings.ts";

/** Places every node of the graph anew. */
export function layoutLayered(input: LayoutGraph, spacing: LayoutSpacing = DEFAULT_SPACING): LayoutResult {
  const { connected, isolated } = separateIsolated(input);
  const graph = indexGraph(connected);
  const reversed = breakCycles(graph);
  const acyclic = orientEdges(graph, reversed);
  const layered = createLayeredGraph(acyclic, assignLayers(acyclic));
  const place = reduceCrossings(layered);
  const heights = Float64Array.from(graph.nodes, (node) => node.height);
  const middle = assignCoordinates(layered, place, heights, spacing);
  const columns = columnLefts(graph, layered, spacing);
  const positions: Record<string, Point> = {};
  graph.nodes.forEach((node, index) => {
    const column = columns[at(layered.layerOf, index)] ?? { left: 0, width: 0 };
    positions[node.id] = roundPoint(column.left + (column.width - node.width) / 2, floatAt(middle, index) - node.height / 2);
  });
  placeIsolated(isolated, connected.nodes, positions, spacing);
  return { positions, bends: collectBends(graph, layered, reversed, middle, columns) };
}

function separateIsolated(input: LayoutGraph): { connected: LayoutGraph; isolated: LayoutNode[] } {
  const known = new Set(input.nodes.map((node) => node.id));
  const touched = new Set<string>();
  for (const edge of input.edges) {
    if (edge.source === edge.target || !known.has(edge.source) || !known.has(edge.target)) continue;
    touched.add(edge.source);
    touched.add(edge.target);
  }
  return {
    connected: { nodes: input.nodes.filter((node) => touched.has(node.id)), edges: input.edges },
    isolated: input.nodes.filter((node) => !touched.has(node.id)).toSorted((left, right) => (left.id < right.id ? -1 : 1)),
  };
}

interface Column {
  readonly left: number;
  readonly width: number;
}

function columnLefts(graph: IndexedGraph, layered: LayeredGraph, spacing: LayoutSpacing): Column[] {
  let left = 0;
  return layered.layers.map((layer) => {
    const width = layer.reduce((widest, node) => Math.max(widest, graph.nodes[node]?.width ?? 0), 0);
    const column = { left, width };
    left += width + spacing.columnGap;
    return column;
  });
}

/** Rows beneath the picture, about as wide as it. */
function placeIsolated(
  isolated: readonly LayoutNode[],
  above: readonly LayoutNode[],
  positions: Record<string, Point>,
  spacing: LayoutSpacing,
): void {
  if (isolated.length === 0) return;
  let right = 0;
  let top = 0;
  let left = 0;
  above.forEach((node, index) => {
    const point = positions[node.id] ?? { x: 0, y: 0 };
    right = Math.max(right, point.x + node.width);
    left = index === 0 ? point.x : Math.min(left, point.x);
    top = index === 0 ? point.y + node.height : Math.max(top, point.y + node.height);
  });
  const gap = spacing.columnGap / 2;
  const widest = Math.max(...isolated.map((node) => node.width));
  const perRow = Math.max(Math.ceil(Math.sqrt(isolated.length)), Math.floor((right - left + gap) / (widest + gap)));
  let y = above.length === 0 ? 0 : top + spacing.rowGap * 2;
  for (let start = 0; start < isolated.length; start += perRow) {
    const row = isolated.slice(start, start + perRow);
    for (const [index, node] of row.entries()) positions[node.id] = roundPoint(left + index * (widest + gap), y);
    y += Math.max(...row.map((node) => node.height)) + spacing.rowGap;
  }
}

function collectBends(
  graph: IndexedGraph,
  layered: LayeredGraph,
  reversed: Uint8Array,
  middle: Float64Array,
  columns: readonly Column[],
): LayoutResult["bends"] {
  const bends: Record<string, readonly Point[]> = {};
  layered.chains.forEach((chain, edge) => {
    if (chain.length === 0) return;
    const points = Array.from(chain, (dummy) => {
      const column = columns[at(layered.layerOf, dummy)] ?? { left: 0, width: 0 };
      return roundPoint(column.left + column.width / 2, floatAt(middle, dummy));
    });
    const source = graph.nodes[at(graph.sources, edge)]?.id ?? "";
    const target = graph.nodes[at(graph.targets, edge)]?.id ?? "";
    bends[layoutEdgeKey(source, target)] = at(reversed, edge) === 1 ? points.reverse() : points;
  });
  return bends;
}

/** Whole pixels: text in a box is sharp, and positions read well in a file. Separations are kept, since heights and gaps are whole. */
function roundPoint(x: number, y: number): Point {
  return { x: Math.round(x), y: Math.round(y) };
}
