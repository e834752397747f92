import type { MeshState, ServiceName, VersionRef } from "../model/index.ts";
import { Bitset, Relation, type Space, type SpaceEdge } from "../versions/index.ts";
import { edgeVerdicts, orderOf } from "./edge-verdicts.ts";
import { knownCalls, type ServiceCall } from "./live-pairs.ts";

export interface SpaceOptions {
  /** `proven`: pairs that are known to work, bounds from below. `not-disproven`: also those that nothing is known of, bounds from above. */
  readonly pairs: "proven" | "not-disproven";
  /** Services seen calling each other. */
  readonly calls?: Iterable<ServiceCall>;
  /** Which versions may be chosen; all registered ones where left out. Retired ones never. */
  readonly candidates?: (version: VersionRef) => boolean;
}

/**
 * The space of versions as the evidence has it at `nowIso`: a service per registered one, in the order in which they were registered, and an edge wherever
 * a version requires the other service, facts in force name the two, or calls were seen. Versions that declare nothing on an edge are unknown on it.
 */
export function spaceOf(state: MeshState, nowIso: string, { pairs, calls = [], candidates = () => true }: SpaceOptions): Space {
  const services = [...state.services.values()].map((service) => {
    const order = orderOf(service);
    const versions = order.versions.map(
      (version) =>
        candidates({ service: service.name, version }) && state.lifecycles.get(`${service.name}@${version}`)?.stage !== "retired",
    );
    return { name: service.name, order, candidates: Bitset.from(order.size, (position) => versions[position] === true) };
  });
  const edges = serviceEdges(state, calls, nowIso).map(({ consumer, provider, names }): SpaceEdge => {
    const allowed = pairs === "proven" ? provenPairs(state, names, nowIso) : notDisprovenPairs(state, names, nowIso);
    return { consumer, provider, allowed };
  });
  return { services, edges };
}

/** Two services, by place and by name. */
export interface ServiceEdge {
  readonly consumer: number;
  readonly provider: number;
  readonly names: readonly [consumer: ServiceName, provider: ServiceName];
}

/** The edges between registered services, each once. */
export function serviceEdges(state: MeshState, calls: Iterable<ServiceCall>, nowIso: string): readonly ServiceEdge[] {
  const places = new Map([...state.services.keys()].map((name, place) => [name, place]));
  return [...knownCalls(state, calls, nowIso)].flatMap(([consumer, providers]) =>
    [...providers].flatMap((provider): readonly ServiceEdge[] => {
      const [from, to] = [places.get(consumer), places.get(provider)];
      return from === undefined || to === undefined ? [] : [{ consumer: from, provider: to, names: [consumer, provider] }];
    }),
  );
}

/** Pairs known to work. */
export function provenPairs(state: MeshState, [consumer, provider]: ServiceEdge["names"], nowIso: string): Relation {
  return edgeVerdicts(state, consumer, provider, nowIso)?.compatible ?? emptyRelation(state, consumer, provider);
}

/** Pairs not known to break. */
export function notDisprovenPairs(state: MeshState, [consumer, provider]: ServiceEdge["names"], nowIso: string): Relation {
  return (edgeVerdicts(state, consumer, provider, nowIso)?.incompatible ?? emptyRelation(state, consumer, provider)).complement();
}

function emptyRelation(state: MeshState, consumer: ServiceName, provider: ServiceName): Relation {
  const [rows, columns] = [orderOf(state.services.get(consumer)), orderOf(state.services.get(provider))];
  return new Relation(
    rows,
    columns,
    rows.versions.map(() => Bitset.empty(columns.size)),
  );
}
