/**
 * Spaces and plan problems as plain data, for a search that runs somewhere else: structured clone keeps no classes.
 * A relation is its rows one after the other, each in words of 32 columns; the orders on both sides say how many of them.
 * Invariant: what is unpacked has the same services, edges, positions and pairs as what was packed.
 */
import type { Version } from "../../model/index.ts";
import { Bitset } from "../bitset.ts";
import type { PlanProblem } from "../plan/plan-problem.ts";
import { Relation } from "../relation.ts";
import type { Space } from "../space.ts";
import { VersionOrder } from "../version-order.ts";

interface PackedService {
  readonly name: string;
  readonly versions: readonly Version[];
  readonly candidates: readonly number[];
}

interface PackedEnds {
  readonly consumers: Int32Array;
  readonly providers: Int32Array;
}

export interface PackedSpace extends PackedEnds {
  readonly services: readonly PackedService[];
  readonly allowed: Uint32Array;
}

export interface PackedProblem extends PackedSpace {
  readonly live: readonly (readonly number[])[];
  readonly steps: Uint32Array;
  readonly reversible: Uint32Array;
  readonly proven: Uint32Array;
  readonly target: ReadonlyMap<number, number>;
}

export function packSpace({ edges, services }: Space): PackedSpace {
  return { services: services.map(packService), ...packEnds(edges), allowed: packRelations(edges.map(({ allowed }) => allowed)) };
}

export function unpackSpace(packed: PackedSpace): Space {
  const services = packed.services.map(unpackService);
  const allowed = new RelationReader(packed.allowed);
  return { services, edges: unpackEnds(packed, services, (from, to) => ({ allowed: allowed.next(from, to) })) };
}

export function packProblem({ edges, services, target }: PlanProblem): PackedProblem {
  return {
    services: services.map(packService),
    ...packEnds(edges),
    allowed: packRelations(edges.map(({ allowed }) => allowed)),
    proven: packRelations(edges.map(({ proven }) => proven)),
    live: services.map(({ live }) => [...live]),
    steps: packRelations(services.map(({ steps }) => steps)),
    reversible: packRelations(services.map(({ reversible }) => reversible)),
    target: new Map(target),
  };
}

export function unpackProblem(packed: PackedProblem): PlanProblem {
  const { live, target } = packed;
  const [steps, reversible] = [new RelationReader(packed.steps), new RelationReader(packed.reversible)];
  const services = packed.services.map((service, place) => {
    const known = unpackService(service);
    const { order } = known;
    return { ...known, live: live[place] ?? [], steps: steps.next(order, order), reversible: reversible.next(order, order) };
  });
  const [allowed, proven] = [new RelationReader(packed.allowed), new RelationReader(packed.proven)];
  const edges = unpackEnds(packed, services, (from, to) => ({ allowed: allowed.next(from, to), proven: proven.next(from, to) }));
  return { services, edges, target };
}

function packService({ candidates, name, order }: Space["services"][number]): PackedService {
  return { name, versions: [...order.versions], candidates: [...candidates] };
}

function unpackService({ candidates, name, versions }: PackedService): Space["services"][number] {
  const order = new VersionOrder(versions);
  const chosen = new Set(candidates);
  return { name, order, candidates: Bitset.from(order.size, (position) => chosen.has(position)) };
}

function packEnds(edges: readonly { readonly consumer: number; readonly provider: number }[]): PackedEnds {
  return {
    consumers: Int32Array.from(edges, ({ consumer }) => consumer),
    providers: Int32Array.from(edges, ({ provider }) => provider),
  };
}

function unpackEnds<T>(
  { consumers, providers }: PackedEnds,
  services: readonly { readonly order: VersionOrder }[],
  pairsOf: (consumers: VersionOrder, providers: VersionOrder) => T,
): (T & { readonly consumer: number; readonly provider: number })[] {
  const none = new VersionOrder([]);
  return Array.from(consumers, (consumer, edge) => {
    const provider = providers[edge] ?? -1;
    return { consumer, provider, ...pairsOf(services[consumer]?.order ?? none, services[provider]?.order ?? none) };
  });
}

function packRelations(relations: readonly Relation[]): Uint32Array {
  const words = new Uint32Array(relations.reduce((sum, { consumers, providers }) => sum + consumers.size * wordsFor(providers), 0));
  let at = 0;
  for (const relation of relations) {
    const width = wordsFor(relation.providers);
    for (let row = 0; row < relation.consumers.size; row++) {
      const members = relation.row(row);
      for (let word = 0; word < width; word++) words[at++] = members.word(word);
    }
  }
  return words;
}

/** Reads relations in the order in which they were packed. */
class RelationReader {
  readonly #words: Uint32Array;
  #at = 0;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  next(consumers: VersionOrder, providers: VersionOrder): Relation {
    const width = wordsFor(providers);
    const rows = consumers.versions.map(() => {
      const start = this.#at;
      this.#at += width;
      return Bitset.from(providers.size, (column) => ((this.#words[start + (column >>> 5)] ?? 0) & (1 << (column & 31))) !== 0);
    });
    return new Relation(consumers, providers, rows);
  }
}

function wordsFor(order: VersionOrder): number {
  return Math.ceil(order.size / 32);
}
