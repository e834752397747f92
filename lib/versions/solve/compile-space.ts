/**
 * All configurations of a space: how many there are, which share of them has each version, and one after the other.
 * Each part of the mesh is compiled on its own and parts multiply. A part whose induced width or tables are beyond the bound is not counted;
 * its count is bounded by setting hubs aside: with the hubs fixed as in one configuration there are no more than in truth (lower), with the
 * edges of the hubs left out there are no fewer (upper). Both are counts themselves, never estimates; `tooWide` names the services.
 */
import type { Configuration, Space } from "../space.ts";
import { Diagram } from "./diagram.ts";
import { Domains } from "./domains.ts";
import { type EliminationOrder, eliminationOrder } from "./elimination-order.ts";
import { at, Network } from "./network.ts";
import { firstConfiguration } from "./search.ts";

/** Largest induced width that is counted exactly. */
export const WIDTH_MAX = 12;

export interface SpaceCount {
  /** Absent where the space is too wide (`space.too-wide`). */
  readonly exact?: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
  /** Induced width of the elimination order of the widest part, without hubs. */
  readonly width: number;
  /** Names of the services that had to be set aside; empty where the count is exact. */
  readonly tooWide: readonly string[];
}

export interface CompileOptions {
  readonly widthMax?: number;
  /** Choices that may be tried per part and attempt. */
  readonly trialsMax?: number;
}

export interface CompiledSpace {
  readonly count: SpaceCount;
  /** Per service and position the share of configurations that have it, 0 to 1; null where the space is too wide or nothing is consistent. */
  readonly shares: () => readonly (readonly number[])[] | null;
  /** Each configuration once, with a delay of O(services) between two; null where the space is too wide. */
  readonly configurations: () => Generator<Configuration> | null;
}

/** The space with some services fixed, compiled; what it then answers costs time linear in the diagrams. */
export function compileSpace(space: Space, pins: ReadonlyMap<number, number> = new Map(), options: CompileOptions = {}): CompiledSpace {
  const domains = new Domains(new Network(space));
  const fits = domains.propagateAll() && [...pins].every(([service, position]) => domains.assign(service, position));
  if (!fits) return nothing();
  const parts = domains.network.components().map((members) => compilePart(domains, members, options));
  const names = parts.flatMap((part) => part.hubs.map((hub) => space.services[hub]?.name ?? ""));
  const lower = parts.reduce((total, part) => total * part.lower, 1n);
  const upper = parts.reduce((total, part) => total * part.upper, 1n);
  // No configuration of one part means none at all, however little is known of the others.
  if (upper === 0n) return nothing();
  const count = { lower, upper, width: Math.max(0, ...parts.map((part) => part.width)), tooWide: names };
  const diagrams = parts.map((part) => part.diagram);
  if (names.length > 0 || lower !== upper) return { count, shares: () => null, configurations: () => null };
  const known = diagrams.filter((diagram) => diagram !== null);
  return { count: { ...count, exact: lower }, shares: () => sharesOf(domains, known), configurations: () => combine(domains, known) };
}

function nothing(): CompiledSpace {
  return {
    count: { exact: 0n, lower: 0n, upper: 0n, width: 0, tooWide: [] },
    shares: () => null,
    configurations: function* () {},
  };
}

interface Part {
  /** Null where hubs had to be set aside. */
  readonly diagram: Diagram | null;
  readonly lower: bigint;
  readonly upper: bigint;
  readonly width: number;
  readonly hubs: readonly number[];
}

function compilePart(domains: Domains, members: readonly number[], options: CompileOptions): Part {
  const graph = undecided(domains, members);
  // At width 0 no two services are left in one table, so the last attempt always ends.
  for (let widthMax = options.widthMax ?? WIDTH_MAX; ; widthMax = Math.floor(widthMax / 2)) {
    const elimination = eliminationOrder(graph, widthMax);
    const trialsMax = widthMax === 0 ? Number.POSITIVE_INFINITY : options.trialsMax;
    const diagram = Diagram.build(domains, elimination, trialsMax);
    if (diagram === null) continue;
    const { hubs, width } = elimination;
    const count = diagram.count();
    if (hubs.length === 0 || count === 0n) return { diagram, lower: count, upper: count, width, hubs: [] };
    const upper = hubs.reduce((total, hub) => total * BigInt(domains.count(hub)), count);
    return { diagram: null, lower: lowerBound(domains, elimination, trialsMax), upper, width, hubs };
  }
}

/** Configurations in which the hubs are as in one that is known; 0 where none was found. */
function lowerBound(domains: Domains, elimination: EliminationOrder, trialsMax: number | undefined): bigint {
  const known = firstConfiguration(domains);
  if (typeof known === "string") return 0n;
  const mark = domains.mark();
  for (const hub of elimination.hubs) domains.assign(hub, at(known, hub));
  const count = Diagram.build(domains, elimination, trialsMax)?.count() ?? 1n;
  domains.undo(mark);
  return count;
}

/** The services of a part that still have a choice, and which of them are joined by an edge. */
function undecided(domains: Domains, members: readonly number[]): Map<number, Set<number>> {
  const { network } = domains;
  const open = new Set(members.filter((service) => domains.count(service) > 1));
  const neighboursOf = (service: number) => [...network.target.subarray(at(network.first, service), at(network.first, service + 1))];
  return new Map([...open].map((service) => [service, new Set(neighboursOf(service).filter((other) => open.has(other)))]));
}

function sharesOf(domains: Domains, diagrams: readonly Diagram[]): number[][] | null {
  const shares: number[][] = domains.network.space.services.map((service, index) =>
    Array.from({ length: service.order.size }, (_, position) => (domains.has(index, position) ? 1 : 0)),
  );
  for (const diagram of diagrams) {
    const part = diagram.shares();
    if (part === null) return null;
    for (const [service, own] of part) shares[service] = (shares[service] ?? []).map((_, position) => own.get(position) ?? 0);
  }
  return shares;
}

/** The parts' configurations combined, the last part changing fastest. */
function* combine(domains: Domains, diagrams: readonly Diagram[]): Generator<Configuration> {
  const base = domains.network.space.services.map((_, service) => domains.below(service));
  function* extend(index: number): Generator<Configuration> {
    const diagram = diagrams[index];
    if (diagram === undefined) {
      yield [...base];
      return;
    }
    for (const chosen of diagram.configurations()) {
      for (const [service, position] of chosen) base[service] = position;
      yield* extend(index + 1);
    }
  }
  yield* extend(0);
}
