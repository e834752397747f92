/**
 * The next picture from the last one: nothing that stands moves without need, so an operator finds a service where it was.
 *
 * Nodes that were placed stay; nodes that are gone just go; a new node stands beside its neighbours: right of those that call it, else left of those
 * it calls, at their mean height, in the nearest free spot. A box that grew (a new version lane) and would now cover another makes the
 * lower one give way to its nearest free spot. Positions chosen by hand (`pinned`) win over everything and are never moved.
 * A first picture, or one that knew less than half of what is known now, is laid out anew, with the pinned ones where they were.
 *
 * Invariants: every node is placed; boxes that were not pinned overlap nothing; deterministic.
 */
import { layoutLayered } from "./layered-layout.ts";
import {
  DEFAULT_SPACING,
  type LayoutGraph,
  type LayoutNode,
  type LayoutResult,
  type LayoutSpacing,
  layoutEdgeKey,
  type Point,
  type Positions,
  placeOf,
} from "./layout-graph.ts";
import { createOccupancy, type Occupancy } from "./occupancy.ts";

export interface LayoutRequest extends LayoutGraph {
  /** The last picture; empty for the first one. */
  readonly previous: Positions;
  /** Number of edges the last full layout knew of. */
  readonly previousEdges: number;
  readonly pinned: Positions;
  readonly spacing?: LayoutSpacing;
}

export interface PlacedLayout extends LayoutResult {
  /** Whether everything was laid out anew. */
  readonly fresh: boolean;
}

/** Places the nodes of the request: incrementally where there is a picture to keep, anew otherwise. */
export function placeNodes(request: LayoutRequest): PlacedLayout {
  const spacing = request.spacing ?? DEFAULT_SPACING;
  const kept = request.nodes.filter((node) => placeOf(request.previous, node.id)).length;
  const outgrown = kept * 2 < request.nodes.length || request.previousEdges * 2 < request.edges.length;
  if (kept === 0 || outgrown) return placeAnew(request, spacing);
  return { positions: placeBeside(request, spacing), bends: {}, fresh: false };
}

function placeAnew(request: LayoutRequest, spacing: LayoutSpacing): PlacedLayout {
  const result = layoutLayered(request, spacing);
  if (!request.nodes.some((node) => placeOf(request.pinned, node.id))) return { ...result, fresh: true };
  const positions = placeBeside({ ...request, previous: result.positions }, spacing);
  return { positions, bends: bendsThatFit(request, result, positions), fresh: true };
}

/** The bends of edges whose ends both stand where the layout put them; those of the others lead elsewhere. */
function bendsThatFit({ edges }: LayoutGraph, { bends, positions: from }: LayoutResult, to: Positions): LayoutResult["bends"] {
  const stands = (id: string) => placeOf(from, id)?.x === placeOf(to, id)?.x && placeOf(from, id)?.y === placeOf(to, id)?.y;
  const fitting = edges.filter(({ source, target }) => stands(source) && stands(target));
  return Object.fromEntries(
    fitting.flatMap(({ source, target }) => {
      const points = bends[layoutEdgeKey(source, target)];
      return points ? [[layoutEdgeKey(source, target), points] as const] : [];
    }),
  );
}

function placeBeside(request: LayoutRequest, spacing: LayoutSpacing): Positions {
  const positions: Record<string, Point> = {};
  const occupancy = createOccupancy(spacing);
  const settle = (node: LayoutNode, wanted: Point): void => {
    const spot = occupancy.nearestFree(node, wanted);
    positions[node.id] = spot;
    occupancy.take(node, spot);
  };
  for (const node of request.nodes) {
    const spot = placeOf(request.pinned, node.id);
    if (!spot) continue;
    positions[node.id] = spot;
    occupancy.take(node, spot);
  }
  const standing = request.nodes.flatMap((node) => {
    const spot = placeOf(positions, node.id) ? undefined : placeOf(request.previous, node.id);
    return spot ? [{ node, spot }] : [];
  });
  const byPlace = standing.toSorted((a, b) => a.spot.y - b.spot.y || a.spot.x - b.spot.x || (a.node.id < b.node.id ? -1 : 1));
  for (const { node, spot } of byPlace) settle(node, spot);
  placeNewcomers(request, positions, occupancy, spacing, settle);
  return positions;
}

/** Newcomers with a placed neighbour first, so that a chain of new nodes grows outwards from what is known. */
function placeNewcomers(
  request: LayoutRequest,
  positions: Record<string, Point>,
  occupancy: Occupancy,
  spacing: LayoutSpacing,
  settle: (node: LayoutNode, wanted: Point) => void,
): void {
  const byId = new Map(request.nodes.map((node) => [node.id, node]));
  const neighbours = collectNeighbours(request, byId);
  let waiting = request.nodes.filter((node) => !placeOf(positions, node.id)).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  while (waiting.length > 0) {
    const later: LayoutNode[] = [];
    for (const node of waiting) {
      const wanted = besideNeighbours(node, neighbours.get(node.id), byId, positions, spacing);
      if (wanted) settle(node, wanted);
      else later.push(node);
    }
    const stuck = later.length === waiting.length;
    const first = later[0];
    if (stuck && first) settle(first, { x: occupancy.bounds().left, y: occupancy.bounds().bottom + spacing.rowGap * 2 });
    waiting = stuck ? later.slice(1) : later;
  }
}

interface Neighbours {
  readonly callers: string[];
  readonly callees: string[];
}

function collectNeighbours(graph: LayoutGraph, byId: ReadonlyMap<string, LayoutNode>): Map<string, Neighbours> {
  const neighbours = new Map<string, Neighbours>();
  const of = (id: string): Neighbours => {
    const known = neighbours.get(id) ?? { callers: [], callees: [] };
    neighbours.set(id, known);
    return known;
  };
  for (const edge of graph.edges) {
    if (edge.source === edge.target || !byId.has(edge.source) || !byId.has(edge.target)) continue;
    of(edge.source).callees.push(edge.target);
    of(edge.target).callers.push(edge.source);
  }
  return neighbours;
}

function besideNeighbours(
  node: LayoutNode,
  neighbours: Neighbours | undefined,
  byId: ReadonlyMap<string, LayoutNode>,
  positions: Positions,
  spacing: LayoutSpacing,
): Point | null {
  const boxes = (ids: readonly string[]) =>
    ids.flatMap((id) => {
      const point = placeOf(positions, id);
      const box = byId.get(id);
      return point && box ? [{ left: point.x, right: point.x + box.width, middle: point.y + box.height / 2 }] : [];
    });
  const callers = boxes(neighbours?.callers ?? []);
  const callees = boxes(neighbours?.callees ?? []);
  const all = [...callers, ...callees];
  if (all.length === 0) return null;
  const y = Math.round(all.reduce((sum, box) => sum + box.middle, 0) / all.length - node.height / 2);
  if (callers.length > 0) return { x: Math.max(...callers.map((box) => box.right)) + spacing.columnGap, y };
  return { x: Math.min(...callees.map((box) => box.left)) - spacing.columnGap - node.width, y };
}
