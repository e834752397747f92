/**
 * The consistent configuration that honours some pins and moves the fewest other services. From one configuration to another: a mesh with split services
 * on its way to a target is completed by `plan/completion.ts`, which says why it is another search.
 * Branch and bound on the number of services that propagation has already forced to move, which never exceeds what any configuration
 * below a node must move: first any configuration, then iterative deepening from that lower bound. Among those that move the fewest,
 * services are settled in the order of the space, each as new as it can be then (so no service could be newer with the others unchanged).
 * Only parts of the mesh in which something is forced to move are looked at. NP-hard in general (Hamming distance to a solution).
 */
import type { Configuration, Space } from "../space.ts";
import { Domains } from "./domains.ts";
import { at, Network } from "./network.ts";
import { DECISIONS_MAX, readConfiguration, type SearchEnd, search, smallest, strayed } from "./search.ts";

export type Nearest =
  /** `fewest` is false where the search for a better one was cut short. */
  | { readonly kind: "found"; readonly configuration: Configuration; readonly moved: readonly number[]; readonly fewest: boolean }
  | { readonly kind: "none" }
  /** Nothing is known: the decisions that were allowed are used up. */
  | { readonly kind: "gave-up" };

export interface NearestOptions {
  /** Services whose move counts; without it all that are not pinned. */
  readonly counted?: (service: number) => boolean;
  readonly decisionsMax?: number;
}

/** As `nearest`; null where no configuration has the pins (or none was found in `DECISIONS_MAX` decisions). */
export function nearestConfiguration(space: Space, from: Configuration, pins: ReadonlyMap<number, number>): Configuration | null {
  const answer = nearest(space, from, pins);
  return answer.kind === "found" ? answer.configuration : null;
}

/** `from` may be any position per service, -1 for a service that has none now: whatever it gets is one move. */
export function nearest(space: Space, from: Configuration, pins: ReadonlyMap<number, number>, options: NearestOptions = {}): Nearest {
  const network = new Network(space);
  const domains = new Domains(network);
  const home = Int32Array.from(space.services, (_, service) => from[service] ?? -1);
  const counted = options.counted ?? (() => true);
  const weights = Uint8Array.from(home, (_, service) => (counted(service) && !pins.has(service) ? 1 : 0));
  domains.compareWith(home, weights);
  if (!domains.propagateAll()) return { kind: "none" };
  for (const [service, position] of pins) if (!domains.assign(service, position)) return { kind: "none" };
  const open = openServices(domains, home);
  const task: Task = { domains, home, open, decisionsMax: options.decisionsMax ?? DECISIONS_MAX };
  const start = domains.mark();
  const floor = domains.strays;
  const first = attempt(task, Number.POSITIVE_INFINITY);
  if (first !== "found") return { kind: first };
  let best = readConfiguration(domains, home);
  let cost = domains.strays;
  domains.undo(start);
  let fewest = true;
  for (let limit = floor; limit < cost; limit++) {
    const end = attempt(task, limit);
    if (end === "gave-up") fewest = false;
    if (end !== "found") continue;
    best = readConfiguration(domains, home);
    cost = limit;
    domains.undo(start);
  }
  best = newestOfCost(task, best, cost);
  const moved = [...best.keys()].filter((service) => best[service] !== home[service]);
  return { kind: "found", configuration: [...best], moved, fewest };
}

interface Task {
  readonly domains: Domains;
  readonly home: Int32Array;
  readonly open: Open;
  readonly decisionsMax: number;
}

interface Open {
  /** Services that cannot all stay: forced to move, or at odds with a neighbour that would stay too. */
  readonly conflicted: readonly number[];
  /** All services of the parts of the mesh in which there is one of those. */
  readonly reach: readonly number[];
}

function attempt({ domains, home, open, decisionsMax }: Task, straysMax: number): SearchEnd {
  const since = domains.mark();
  const next = () => {
    const service = strayed(domains, home, since);
    return service === -1 ? smallest(domains, open.conflicted) : service;
  };
  return search(domains, { next, reference: home, straysMax, decisionsMax });
}

function openServices(domains: Domains, home: Int32Array): Open {
  const { network } = domains;
  const isConflicted = (service: number) => {
    if (!domains.has(service, at(home, service))) return true;
    for (let arc = at(network.first, service); arc < at(network.first, service + 1); arc++) {
      const other = at(home, at(network.target, arc));
      if (other >= 0 && !network.allows(arc, at(home, service), other)) return true;
    }
    return false;
  };
  const conflicted = [...home.keys()].filter(isConflicted);
  const known = new Set(conflicted);
  const reach = network.components().filter((members) => members.some((member) => known.has(member)));
  return { conflicted, reach: reach.flat().sort((a, b) => a - b) };
}

function newestOfCost(task: Task, found: Int32Array, cost: number): Int32Array {
  const { domains, open } = task;
  const start = domains.mark();
  let best = found;
  for (const service of open.reach) {
    const mark = domains.mark();
    for (let position = domains.below(service); position > at(best, service); position = domains.below(service, position)) {
      const better = domains.assign(service, position) && attempt(task, cost) === "found";
      if (better) best = readConfiguration(domains, task.home);
      domains.undo(mark);
      if (better) break;
    }
    domains.assign(service, at(best, service));
  }
  domains.undo(start);
  return best;
}
