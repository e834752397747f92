/**
 * What the mesh-wide view says of each edge between two services: how many of its version pairs work, and how much live traffic crosses the others.
 *
 * In: services as the API lists them, version edges of the live picture. Out: one summary per edge, the ones that need somebody first.
 * Verdicts come from `lib/compatibility`, the code that the gate runs. Traffic from outside declares nothing and is no pair.
 */
import { INGRESS } from "@/components/live/topology-shape.ts";
import type { KnownMesh } from "@/components/live/use-known-mesh.ts";
import { createState } from "@/components/splits/split-locks.ts";
import type { TopologyEdge, Verdict } from "@/lib/client/index.ts";
import { matrix } from "@/lib/compatibility/index.ts";
import type { ServiceName } from "@/lib/model/index.ts";

/** An edge and the verdicts of its registered version pairs. */
export interface EdgePairs {
  /** `consumer>provider`. */
  readonly key: string;
  readonly consumer: string;
  readonly provider: string;
  /** False for a requirement on a service that does not exist yet. */
  readonly isRegistered: boolean;
  readonly pairs: Readonly<Record<Verdict, number>>;
}

/** What crosses an edge now, requests/s. */
export interface EdgeFlow {
  readonly rps: number;
  readonly brokenRps: number;
  readonly unknownRps: number;
  /** Whether a broken pair of it is live, with requests at this moment or without. */
  readonly isBrokenLive: boolean;
}

/** Requests were seen from one service to another. */
interface SeenEdge {
  readonly from: string;
  readonly to: string;
}

export const NO_FLOW: EdgeFlow = { rps: 0, brokenRps: 0, unknownRps: 0, isBrokenLive: false };

/** Every edge that a version requires or that requests were seen on. */
export function findEdges(mesh: KnownMesh, seen: readonly SeenEdge[], nowIso: string): readonly EdgePairs[] {
  const { services } = mesh;
  const state = createState(mesh, {});
  const known = new Set(services.map((service) => service.name));
  const edges = new Map<string, readonly [string, string]>();
  const add = (consumer: string, provider: string) => edges.set(`${consumer}>${provider}`, [consumer, provider]);
  for (const service of services) {
    for (const version of service.versions) {
      for (const provider of Object.keys(version.requirements)) add(service.name, provider);
    }
  }
  for (const { from, to } of seen) {
    if (from !== INGRESS && from !== to && known.has(from) && known.has(to)) add(from, to);
  }
  return [...edges].map(([key, [consumer, provider]]) => {
    const pairs = { compatible: 0, incompatible: 0, unknown: 0 };
    for (const cell of matrix(state, consumer as ServiceName, provider as ServiceName, nowIso).cells) pairs[cell.verdict] += 1;
    return { key, consumer, provider, isRegistered: known.has(provider), pairs };
  });
}

/** The traffic of every edge, by `consumer>provider`. A request that reached no version counts as traffic of the edge, not of a pair. */
export function flowByEdge(versionEdges: Iterable<TopologyEdge>): ReadonlyMap<string, EdgeFlow> {
  const flows = new Map<string, EdgeFlow>();
  for (const edge of versionEdges) {
    const key = `${edge.from.service}>${edge.to.service}`;
    const flow = flows.get(key) ?? NO_FLOW;
    const isPair = edge.from.version !== null && edge.to.version !== null;
    flows.set(key, {
      rps: flow.rps + edge.rps,
      brokenRps: flow.brokenRps + (isPair && edge.verdict === "incompatible" ? edge.rps : 0),
      unknownRps: flow.unknownRps + (isPair && edge.verdict === "unknown" ? edge.rps : 0),
      isBrokenLive: flow.isBrokenLive || (isPair && edge.verdict === "incompatible"),
    });
  }
  return flows;
}

/** Broken and live first, then unproven with traffic, then broken without, then the rest; the larger rate first within each. */
export function orderEdges(edges: readonly EdgePairs[], flows: ReadonlyMap<string, EdgeFlow>): readonly EdgePairs[] {
  const keyed = edges.map((edge) => ({ edge, sortKey: edgeSortKey(edge, flows.get(edge.key) ?? NO_FLOW) }));
  return keyed.sort((left, right) => compareKeys(left.sortKey, right.sortKey)).map(({ edge }) => edge);
}

function edgeSortKey(edge: EdgePairs, flow: EdgeFlow): SortKey {
  if (flow.isBrokenLive) return [0, magnitude(flow.brokenRps), edge.key];
  if (flow.unknownRps > 0) return [1, magnitude(flow.unknownRps), edge.key];
  return [edge.pairs.incompatible > 0 ? 2 : 3, 0, edge.key];
}

/**
 * Version pairs that need somebody, the larger rate first: broken ones that are live, because requests can meet them at any moment,
 * and unknown ones that carry requests now.
 */
export function pairsAtStake(versionEdges: Iterable<TopologyEdge>, verdict: "incompatible" | "unknown"): readonly TopologyEdge[] {
  const found = [...versionEdges].filter(
    (edge) =>
      edge.verdict === verdict &&
      (verdict === "incompatible" || edge.requests > 0) &&
      edge.from.version !== null &&
      edge.to.version !== null,
  );
  const keyed = found.map((edge) => ({ edge, sortKey: [0, magnitude(edge.rps), pairText(edge)] as SortKey }));
  return keyed.sort((left, right) => compareKeys(left.sortKey, right.sortKey)).map(({ edge }) => edge);
}

function pairText({ from, to }: TopologyEdge): string {
  return `${from.service}@${from.version}>${to.service}@${to.version}`;
}

type SortKey = readonly [rank: number, magnitude: number, name: string];

function compareKeys(left: SortKey, right: SortKey): number {
  return left[0] - right[0] || right[1] - left[1] || (left[2] < right[2] ? -1 : 1);
}

/** A rate to the next power of two, so that figures that flicker do not reorder what somebody is reading. */
function magnitude(rps: number): number {
  return rps > 0 ? Math.round(Math.log2(rps)) : Number.NEGATIVE_INFINITY;
}
