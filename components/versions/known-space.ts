/**
 * The space of versions as far as the browser knows the evidence: declared requirements, recorded facts, calls that were seen. Built by the code that the
 * engine runs, so that a pin narrows the picture at once; what the engine answers a moment later stands above it.
 */
import type { KnownMesh } from "@/components/live/use-known-mesh.ts";
import { createReadiness, createState } from "@/components/splits/split-locks.ts";
import { type ServiceCall, spaceOf } from "@/lib/compatibility/index.ts";
import type { Version } from "@/lib/model/index.ts";
import { Bitset, NarrowedSpace, nearest, type Space } from "@/lib/versions/index.ts";
import type { Pins, Ref } from "./pins.ts";

/** Searches that one narrowing may cost: some milliseconds. Beyond that a version counts as possible until the engine says otherwise. */
const DECISIONS_MAX = 5_000;

export interface KnownSpace {
  /** Over pairs that are not disproven, and over proven ones. */
  readonly possible: Space;
  readonly proven: Space;
  readonly placeOf: ReadonlyMap<string, number>;
}

interface SpaceSource {
  readonly mesh: KnownMesh;
  readonly calls: readonly ServiceCall[];
  readonly nowIso: string;
  /** Only versions with a ready instance. */
  readonly onlyReady: boolean;
}

export function knownSpace({ mesh, calls, nowIso, onlyReady }: SpaceSource): KnownSpace {
  const state = createState(mesh, {});
  const isReady = createReadiness(mesh.services);
  const candidates = (ref: Ref) => !onlyReady || isReady(ref);
  const build = (pairs: "proven" | "not-disproven") => withoutEmpty(spaceOf(state, nowIso, { pairs, calls, candidates }));
  const possible = build("not-disproven");
  return { possible, proven: build("proven"), placeOf: new Map(possible.services.map(({ name }, place) => [name, place])) };
}

/** A service without a candidate runs nothing that could meet anything: it holds nobody back. */
function withoutEmpty({ edges, services }: Space): Space {
  const isEmpty = services.map(({ candidates }) => candidates.isEmpty);
  return {
    services: services.map((service, place) =>
      isEmpty[place] === true ? { ...service, candidates: Bitset.full(service.order.size) } : service,
    ),
    edges: edges.filter(({ consumer, provider }) => !(isEmpty[consumer] === true || isEmpty[provider] === true)),
  };
}

export interface Narrowing {
  readonly isConsistent: boolean;
  isPossible(ref: Ref): boolean;
}

/** What the pins leave; null where a pin is not in the space. */
export function narrow(known: KnownSpace, pins: Pins): Narrowing | null {
  const space = new NarrowedSpace(known.possible);
  for (const [service, version] of pins) {
    const [place, position] = locate(known, { service, version });
    if (position < 0 || known.possible.services[place]?.candidates.has(position) !== true) return null;
    space.pin(place, position);
  }
  space.settle(DECISIONS_MAX);
  const { isConsistent } = space;
  return {
    isConsistent,
    isPossible(ref) {
      const [place, position] = locate(known, ref);
      return isConsistent && position >= 0 && space.possible(place).has(position);
    },
  };
}

export interface PinMove {
  readonly service: string;
  readonly from: string;
  readonly to: string;
}

/** The fewest pins to move, and where to, so that a version is possible; null where no move of pins helps. */
export function movesFor(known: KnownSpace, pins: Pins, wanted: Ref): readonly PinMove[] | null {
  const { services } = known.possible;
  const [place, position] = locate(known, wanted);
  if (position < 0 || services[place]?.candidates.has(position) !== true) return null;
  const home = services.map(() => -1);
  for (const [service, version] of pins) {
    const [at, pinned] = locate(known, { service, version });
    if (at >= 0 && at !== place) home[at] = pinned;
  }
  const counted = (service: number) => (home[service] ?? -1) >= 0;
  const answer = nearest(known.possible, home, new Map([[place, position]]), { counted, decisionsMax: DECISIONS_MAX });
  if (answer.kind !== "found") return null;
  return [...home.keys()]
    .filter((service) => counted(service) && answer.configuration[service] !== home[service])
    .map((service) => {
      const { name = "", order } = services[service] ?? {};
      const version = (at: number | undefined) => order?.versions[at ?? -1] ?? "";
      return { service: name, from: version(home[service]), to: version(answer.configuration[service]) };
    });
}

/** A version as places in the space; -1 for what it does not have. */
export function locate({ placeOf, possible }: KnownSpace, { service, version }: Ref): readonly [service: number, version: number] {
  const place = placeOf.get(service) ?? -1;
  return [place, possible.services[place]?.order.positionOf(version as Version) ?? -1];
}
