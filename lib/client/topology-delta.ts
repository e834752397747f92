import type { EdgeEnd, StreamData, Topology, TopologyEdge } from "./wire-types.ts";

/** Data of a topology `delta`: changed services and edges whole, and the keys of those gone. */
export type TopologyDelta = Extract<StreamData, { topic: "topology" }>;

/** Names an edge as the wire does: `checkout@1.4.0>payments@2.1.0`; an end without a version is its service alone. */
export function edgeKey(edge: Pick<TopologyEdge, "from" | "to">): string {
  return `${endKey(edge.from)}>${endKey(edge.to)}`;
}

function endKey(end: EdgeEnd): string {
  return end.version === null ? end.service : `${end.service}@${end.version}`;
}

/**
 * The picture after a delta. What did not change keeps its identity, so that a store can compare by reference.
 * Order is kept; what is new comes last.
 */
export function applyTopologyDelta(previous: Topology, delta: TopologyDelta): Topology {
  return {
    at: delta.at,
    windowMs: delta.windowMs,
    services: merge(previous.services, delta.services, delta.removedServices, (service) => service.name),
    edges: merge(previous.edges, delta.edges, delta.removedEdges, edgeKey),
  };
}

function merge<T>(previous: T[], changed: readonly T[], removed: readonly string[] | undefined, keyOf: (item: T) => string): T[] {
  if (changed.length === 0 && (removed === undefined || removed.length === 0)) return previous;
  const byKey = new Map(previous.map((item) => [keyOf(item), item]));
  for (const key of removed ?? []) byKey.delete(key);
  for (const item of changed) byKey.set(keyOf(item), item);
  return [...byKey.values()];
}
