/**
 * Depth-first search with propagation, without recursion: decide a service, propagate, go on; where nothing is left, take the last decision back.
 * The service that last had nothing left is decided first from then on, wherever the search goes, so that it stays near the cause of a conflict
 * (last-conflict reasoning, Lecoutre et al. 2009). Values are tried in the order: the position of the reference, then the others from the newest down (or the oldest up).
 *
 * A caller says which service is decided next. Two ways of asking are used:
 * - all of some services, the smallest domain first, to find a configuration from nothing;
 * - only those that a change forced away from a known configuration (`strayed`): when none is left, every service either has one position
 *   left or may stay where it was, and that is a configuration, since a service with one position left has restricted all its neighbours.
 *   The cost is that of the neighbourhood that moves and not of the mesh.
 */
import type { Domains } from "./domains.ts";
import { at } from "./network.ts";

/** `gave-up`: the decisions that were allowed are used up, so nothing is known. */
export type SearchEnd = "found" | "none" | "gave-up";

/** Decisions that one search may take. Far above what meshes need: it bounds how long an adversarial one can hold a thread. */
export const DECISIONS_MAX = 200_000;

export interface SearchOptions {
  /** The service to decide next; -1 when nothing is open. */
  readonly next: () => number;
  /** The position each service would have if it could. */
  readonly reference: Int32Array;
  readonly prefer?: "newest" | "oldest";
  /** What to try first where a service cannot be as in the reference; -1 for nothing in particular. */
  readonly favour?: (service: number) => number;
  /** Highest weight of services away from the reference of `Domains.compareWith`. */
  readonly straysMax?: number;
  readonly decisionsMax?: number;
}

/** Leaves the domains narrowed to a solution when it is found, and as they were otherwise. */
export function search(domains: Domains, options: SearchOptions): SearchEnd {
  const { next, prefer = "newest", straysMax = Number.POSITIVE_INFINITY } = options;
  const start = domains.mark();
  const frames: { service: number; home: number; mark: number; tried: number }[] = [];
  let left = options.decisionsMax ?? DECISIONS_MAX;
  let conflict = -1;
  if (domains.strays > straysMax) return "none";
  for (;;) {
    const open = next();
    if (open === -1) return "found";
    const service = conflict !== -1 && domains.count(conflict) > 1 ? conflict : open;
    frames.push({ service, home: homeOf(domains, options, service), mark: domains.mark(), tried: -1 });
    let decided = false;
    while (!decided) {
      const frame = frames.at(-1);
      if (frame === undefined) return "none";
      domains.undo(frame.mark);
      const position = nextPosition(domains, frame.service, frame.tried, frame.home, prefer);
      if (position === -1) {
        conflict = frame.service;
        frames.pop();
        continue;
      }
      frame.tried = position;
      if (left-- <= 0) {
        domains.undo(start);
        return "gave-up";
      }
      decided = domains.assign(frame.service, position) && domains.strays <= straysMax;
    }
  }
}

/** The position to try first. */
function homeOf(domains: Domains, { favour, reference }: SearchOptions, service: number): number {
  const home = at(reference, service);
  return favour === undefined || domains.has(service, home) ? home : favour(service);
}

function nextPosition(domains: Domains, service: number, tried: number, home: number, prefer: "newest" | "oldest"): number {
  if (tried === -1 && domains.has(service, home)) return home;
  const step = (from: number | undefined) => (prefer === "newest" ? domains.below(service, from) : domains.above(service, from));
  const position = step(tried === -1 || tried === home ? undefined : tried);
  return position !== -1 && position === home ? step(position) : position;
}

/** Of some services the one with the fewest positions left, two at least; -1 when all are decided. */
export function smallest(domains: Domains, services: Iterable<number>): number {
  let best = -1;
  let fewest = Number.POSITIVE_INFINITY;
  for (const service of services) {
    const count = domains.count(service);
    if (count < 2 || count >= fewest) continue;
    best = service;
    fewest = count;
    if (count === 2) break;
  }
  return best;
}

/** Changes that are looked through for the smallest domain before the first one will do. */
const RECENT_CHANGES = 64;

/** A service that changed since a mark, lost its position of the reference and is not decided, one of the latest changes with few left; -1 when there is none. */
export function strayed(domains: Domains, reference: Int32Array, since: number): number {
  let best = -1;
  let fewest = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (let index = domains.mark() - 1; index >= since; index--) {
    if (++looked > RECENT_CHANGES && best !== -1) break;
    const service = domains.trailed(index);
    const count = domains.count(service);
    if (count < 2 || count >= fewest || domains.has(service, at(reference, service))) continue;
    best = service;
    fewest = count;
    if (count === 2) break;
  }
  return best;
}

/** A configuration of the domains as they are, part by part, so that one part cannot make another search again. */
export function firstConfiguration(domains: Domains, prefer: "newest" | "oldest" = "newest"): Int32Array | Exclude<SearchEnd, "found"> {
  const { network } = domains;
  const start = domains.mark();
  const nowhere = new Int32Array(network.size).fill(-1);
  for (const members of network.components()) {
    const end = search(domains, { next: () => smallest(domains, members), reference: nowhere, prefer });
    if (end === "found") continue;
    domains.undo(start);
    return end;
  }
  const configuration = nowhere.map((_, service) => domains.below(service));
  domains.undo(start);
  return configuration;
}

/** The configuration that a finished search stands for: home where that is left, else the position that is left. */
export function readConfiguration(domains: Domains, reference: Int32Array): Int32Array {
  return reference.map((home, service) => (domains.has(service, home) ? home : domains.below(service)));
}
