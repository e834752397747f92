/**
 * Why a space has no configuration with some pins: a minimal unsatisfiable core, the pins and the forbidden pairs that already contradict
 * each other. Minimal means: without any one of them there is a configuration (of what the core is about).
 *
 * Found by deletion in ever smaller chunks, coarse first: pins, then edges, then single pairs (Junker's QuickXplain saves tests the same
 * way). A contradiction is proven by a finished search; where a search gives up the facts are kept, so the core stays a proof and may only
 * be larger than it had to be. A service without any candidate contradicts by itself: its core has no pair.
 */
import { Bitset } from "../bitset.ts";
import { Relation } from "../relation.ts";
import { Domains } from "../solve/domains.ts";
import { Network } from "../solve/network.ts";
import { firstConfiguration } from "../solve/search.ts";
import type { Space, SpaceEdge } from "../space.ts";

/** A pair of versions that may not meet, by the edge of the space and the positions of the two. */
export interface ForbiddenPair {
  readonly edge: number;
  readonly consumer: number;
  readonly provider: number;
}

export interface Core {
  readonly pins: ReadonlyMap<number, number>;
  readonly pairs: readonly ForbiddenPair[];
}

/** Null where there is a configuration, or nothing was proven. */
export function minimalCore(space: Space, pins: ReadonlyMap<number, number>): Core | null {
  const pinned = [...pins];
  const edges = [...space.edges.keys()];
  if (!isContradictory(space, edges, pinned)) return null;
  const keptPins = shrink(pinned, (kept) => isContradictory(space, edges, kept));
  const keptEdges = shrink(edges, (kept) => isContradictory(space, kept, keptPins));
  const pairs = keptEdges.flatMap((edge) => forbiddenPairs(space, edge, new Map(keptPins)));
  const keptPairs = shrink(pairs, (kept) => isContradictoryByPairs(space, kept, keptPins));
  return { pins: new Map(keptPins), pairs: keptPairs };
}

/** Whether nothing is consistent with these pins and forbidden pairs alone. */
export function isContradictoryByPairs(
  space: Space,
  pairs: readonly ForbiddenPair[],
  pins: readonly (readonly [number, number])[],
): boolean {
  return isContradictory({ services: space.services, edges: edgesForbidding(space, pairs) }, undefined, pins);
}

/** The space in which some pairs may meet after all. */
export function allowPairs(space: Space, pairs: readonly ForbiddenPair[]): Space {
  const edges = space.edges.map((edge, index) => {
    const lifted = pairs.filter((pair) => pair.edge === index);
    return lifted.length === 0 ? edge : { ...edge, allowed: edge.allowed.union(relationOf(edge, lifted)) };
  });
  return { services: space.services, edges };
}

function shrink<Item>(items: readonly Item[], isStillContradictory: (kept: readonly Item[]) => boolean): readonly Item[] {
  let kept = items;
  if (isStillContradictory([])) return [];
  for (let size = Math.ceil(kept.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length; ) {
      const without = kept.toSpliced(start, size);
      if (isStillContradictory(without)) kept = without;
      else start += size;
    }
  }
  return kept;
}

/** By the services that the edges and pins name; all services where `edges` is left out or nothing is named. */
function isContradictory(space: Space, edges: readonly number[] | undefined, pins: readonly (readonly [number, number])[]): boolean {
  const kept = edges === undefined ? space.edges : edges.flatMap((edge) => space.edges[edge] ?? []);
  const named = new Set([...kept.flatMap(({ consumer, provider }) => [consumer, provider]), ...pins.map(([service]) => service)]);
  const hasEmpty = space.services.some((service) => service.candidates.isEmpty);
  const services = hasEmpty ? [...space.services.keys()] : [...named];
  const place = new Map(services.map((service, index) => [service, index]));
  const domains = new Domains(
    new Network({
      services: services.flatMap((service) => space.services[service] ?? []),
      edges: kept.map((edge) => ({ ...edge, consumer: place.get(edge.consumer) ?? -1, provider: place.get(edge.provider) ?? -1 })),
    }),
  );
  if (!domains.propagateAll()) return true;
  if (!pins.every(([service, position]) => domains.assign(place.get(service) ?? -1, position))) return true;
  return firstConfiguration(domains) === "none";
}

/** The pairs that an edge forbids among what may be chosen. */
function forbiddenPairs(space: Space, edge: number, pins: ReadonlyMap<number, number>): ForbiddenPair[] {
  const { consumer, provider, allowed } = space.edges[edge] as SpaceEdge;
  const choices = (service: number) => {
    const pinned = pins.get(service);
    return pinned === undefined ? [...(space.services[service]?.candidates ?? [])] : [pinned];
  };
  return choices(consumer).flatMap((from) =>
    choices(provider)
      .filter((to) => !allowed.has(from, to) && (consumer !== provider || from === to))
      .map((to) => ({ edge, consumer: from, provider: to })),
  );
}

function edgesForbidding(space: Space, pairs: readonly ForbiddenPair[]): SpaceEdge[] {
  const byEdge = Map.groupBy(pairs, (pair) => pair.edge);
  return [...byEdge].map(([index, own]) => {
    const edge = space.edges[index] as SpaceEdge;
    return { ...edge, allowed: relationOf(edge, own).complement() };
  });
}

function relationOf({ allowed }: SpaceEdge, pairs: readonly ForbiddenPair[]): Relation {
  const byConsumer = Map.groupBy(pairs, (pair) => pair.consumer);
  const rows = allowed.consumers.versions.map((_, consumer) => {
    const providers = new Set(byConsumer.get(consumer)?.map((pair) => pair.provider));
    return Bitset.from(allowed.providers.size, (provider) => providers.has(provider));
  });
  return new Relation(allowed.consumers, allowed.providers, rows);
}
