/**
 * Which versions may not get traffic, and why, before anybody tries: each version without weight is given one basis point in thought and judged by
 * `lib/compatibility`, the same code that the engine's gate runs, on the state that the drafts would make.
 *
 * In: services and recorded facts as the API lists them, drafted weights. Out: per version the reasons in the engine's own sentences.
 * It knows no overrides that were granted earlier (the API does not list them): the engine has the last word, and the bar asks it when it is
 * stopped (`remainingLocks`).
 */

import type { KnownMesh } from "@/components/live/use-known-mesh.ts";
import type { PairReason, Service } from "@/lib/client/index.ts";
import { judge } from "@/lib/compatibility/index.ts";
import {
  EMPTY_MESH_STATE,
  type EvidenceFact,
  type MeshState,
  type RegisteredVersion,
  type ServiceName,
  type Service as ServiceState,
  type Verdict,
  type Version,
  type VersionRef,
  type Weights,
} from "@/lib/model/index.ts";

/** Why one pair stands in the way, as the gate says it. */
export interface RefusalReason {
  readonly consumer: { readonly service: string; readonly version: string };
  readonly provider: { readonly service: string; readonly version: string };
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly fix: string;
}

/** Why a version may not get more traffic. */
export type SplitLock =
  | { readonly kind: "incompatible"; readonly version: string; readonly reasons: readonly RefusalReason[] }
  | { readonly kind: "not-ready"; readonly version: string; readonly instances: number };

/** Weights by service that are drafted, not applied. */
export type DraftedWeights = Readonly<Record<string, Weights>>;

/** The versions of one service that may not get (more) traffic; empty for a service that is not listed. */
export function findLocks(known: KnownMesh, service: string, drafts: DraftedWeights, nowIso: string): readonly SplitLock[] {
  const target = known.services.find((entry) => entry.name === service);
  if (!target) return [];
  return locksOf(createState(known, drafts), target, createReadiness(known.services), nowIso);
}

/** The locks of every service at once, for the picture. */
export function findAllLocks(known: KnownMesh, drafts: DraftedWeights, nowIso: string): ReadonlyMap<string, readonly SplitLock[]> {
  const state = createState(known, drafts);
  const isReady = createReadiness(known.services);
  const entries = known.services.map((service) => [service.name, locksOf(state, service, isReady, nowIso)] as const);
  return new Map(entries.filter(([, locks]) => locks.length > 0));
}

/** The locks that hold after all: without the versions that the draft's override opens, and those that the engine lets through. */
export function remainingLocks(
  locks: readonly SplitLock[],
  overridden: readonly string[],
  passing: readonly string[],
): readonly SplitLock[] {
  return locks.filter(({ kind, version }) => kind === "not-ready" || !(overridden.includes(version) || passing.includes(version)));
}

/** What of an answer of the engine stands in the way: broken pairs that nobody has overridden. */
export function standingReasons<T extends Pick<PairReason, "verdict" | "evidence">>(reasons: readonly T[]): readonly T[] {
  return reasons.filter((reason) => reason.verdict === "incompatible" && !reason.evidence.some((fact) => fact.kind === "override"));
}

function locksOf(
  state: MeshState,
  service: Service,
  isReady: (version: { service: string; version: string }) => boolean,
  nowIso: string,
): SplitLock[] {
  const present = state.services.get(service.name as ServiceName);
  if (!present) return [];
  return service.versions.flatMap(({ version, instances, ready }): SplitLock[] => {
    if ((present.weights[version] ?? 0) > 0) return [];
    const after = withService(state, { ...present, weights: { ...present.weights, [version]: 1 } });
    const { refused } = judge(state, after, nowIso, { isReady });
    if (refused.length > 0) return [{ kind: "incompatible", version, reasons: refused }];
    return ready === 0 ? [{ kind: "not-ready", version, instances }] : [];
  });
}

/** Whether a version has a ready instance, as the API lists it. */
export function createReadiness(services: readonly Service[]) {
  const ready = new Set(
    services.flatMap((service) => service.versions.filter((entry) => entry.ready > 0).map((entry) => `${service.name}@${entry.version}`)),
  );
  return (version: { readonly service: string; readonly version: string }) => ready.has(`${version.service}@${version.version}`);
}

function withService(state: MeshState, service: ServiceState): MeshState {
  return { ...state, services: new Map(state.services).set(service.name, service) };
}

/** The engine's state as far as the judge reads it. */
export function createState({ services, facts }: KnownMesh, drafts: DraftedWeights): MeshState {
  return {
    ...EMPTY_MESH_STATE,
    services: new Map(services.map((service) => [service.name as ServiceName, createService(service, draftedOf(drafts, service.name))])),
    evidence: facts.map(
      (fact) => ({ ...fact, consumer: fact.consumer as VersionRef, provider: fact.provider as VersionRef }) as EvidenceFact,
    ),
  };
}

/** A service may be called `constructor`, which every object seems to have. */
function draftedOf(drafts: DraftedWeights, service: string): Weights | undefined {
  return Object.hasOwn(drafts, service) ? drafts[service] : undefined;
}

function createService(service: Service, drafted: Weights | undefined): ServiceState {
  // A version that is live only through a route rule has no weight here; the smallest one makes it live for the judge.
  const byRule = service.versions.filter((entry) => entry.live && entry.weightBp === 0).map((entry) => [entry.version, 1] as const);
  return {
    name: service.name as ServiceName,
    hosts: service.hosts,
    rev: service.rev,
    registeredAt: service.registeredAt,
    versions: new Map(
      service.versions.map((entry) => [
        entry.version as Version,
        {
          version: entry.version as Version,
          requirements: entry.requirements as RegisteredVersion["requirements"],
          registeredAt: entry.registeredAt,
          registeredBy: entry.registeredBy,
        },
      ]),
    ),
    weights: { ...Object.fromEntries(byRule), ...(drafted ?? service.weights) },
    splitEpoch: 0,
    policy: {},
    authorization: null,
    weightsHistory: [],
    rules: [],
    staticInstances: new Map(),
  };
}
