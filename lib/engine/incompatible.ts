/**
 * Which callers are kept from which versions of a service (compatibility-aware routing).
 *
 * A pair is listed when the consumer version is registered anywhere, its verdict with the provider version is incompatible, and no override lets it
 * through at that time. Nothing else: unknown pairs are not kept apart, and traffic from outside has no version.
 * Invariant: what is listed depends on nothing but the state and the time, so two engines list the same.
 */
import { declaredVerdict, verdictOf } from "../compatibility/index.ts";
import {
  compareVersions,
  type MeshState,
  normaliseWeights,
  type RegisteredVersion,
  type Service,
  type ServiceName,
  type Version,
  type VersionRef,
  type Weights,
} from "../model/index.ts";

/** Callers (`service@version`) → the versions that they are kept from, both in order. */
export type Incompatible = Readonly<Record<string, readonly Version[]>>;

type Services = MeshState["services"];

interface Consumer {
  readonly ref: VersionRef;
  readonly registered: RegisteredVersion;
}

/** Consumer versions by the service that they require; a state shares its map of services until something changes. */
const consumersOf = new WeakMap<Services, ReadonlyMap<ServiceName, readonly Consumer[]>>();
/** Broken pairs of a provider, overridden or not, by the map of its versions, which states share until a version comes or goes. */
const brokenOf = new WeakMap<Service["versions"], Known>();

interface Known {
  readonly consumers: readonly Consumer[];
  readonly broken: readonly Broken[];
  /** All of `broken`, as it is given out where no override is in force. */
  readonly all: Incompatible;
}

interface Broken {
  readonly consumer: VersionRef;
  readonly versions: readonly Version[];
}

const NO_CONSUMERS: readonly Consumer[] = [];

/** What `service` keeps from whom at `nowIso`. */
export function incompatibleCallers(state: MeshState, service: Service, nowIso: string): Incompatible {
  const { broken, all } = brokenPairs(state, service);
  // Nearly always: the same object as the last time, so that nobody needs to compare.
  if (broken.length === 0 || !state.overrides.some(({ provider }) => provider.service === service.name)) return all;
  const isKept = (consumer: VersionRef, version: Version) =>
    !verdictOf(state, consumer, { service: service.name, version }, nowIso).overridden;
  return recordOf(
    broken.map(({ consumer, versions }) => ({ consumer, versions: versions.filter((version) => isKept(consumer, version)) })),
  );
}

function recordOf(broken: readonly Broken[]): Incompatible {
  const some = broken.filter(({ versions }) => versions.length > 0);
  return Object.fromEntries(some.map(({ consumer, versions }) => [`${consumer.service}@${consumer.version}`, versions]));
}

function brokenPairs(state: MeshState, service: Service): Known {
  const consumers = consumersIn(state.services).get(service.name) ?? NO_CONSUMERS;
  const known = brokenOf.get(service.versions);
  if (known !== undefined && areSame(known.consumers, consumers)) return known;
  const versions = [...service.versions.keys()].sort(compareVersions);
  const broken = consumers.flatMap(({ ref }): readonly Broken[] => {
    const bad = versions.filter((version) => declaredVerdict(state, ref, { service: service.name, version }) === "incompatible");
    return bad.length === 0 ? [] : [{ consumer: ref, versions: bad }];
  });
  const found = { consumers, broken, all: recordOf(broken) };
  brokenOf.set(service.versions, found);
  return found;
}

function areSame(left: readonly Consumer[], right: readonly Consumer[]): boolean {
  return left.length === right.length && left.every(({ registered }, index) => registered === right[index]?.registered);
}

/** What is left of a split without some versions, over the whole again; empty where nothing is. Rounded to the basis point by largest remainder. */
export function renormalise(weights: Weights, without: readonly string[]): Weights {
  const left = Object.entries(weights).filter(([version, weightBp]) => weightBp > 0 && !without.includes(version));
  const total = left.reduce((sum, [, weightBp]) => sum + weightBp, 0);
  if (total === 0) return {};
  const shares = left.map(([version, weightBp]) => ({ version, exact: (weightBp * 10_000) / total }));
  const missing = 10_000 - shares.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  const byRemainder = shares.toSorted((a, b) => (b.exact % 1) - (a.exact % 1) || (a.version < b.version ? -1 : 1));
  const raised = new Set(byRemainder.slice(0, missing).map(({ version }) => version));
  return normaliseWeights(
    Object.fromEntries(shares.map(({ version, exact }) => [version, Math.floor(exact) + (raised.has(version) ? 1 : 0)])),
  );
}

/** When the next override ends after `nowMs`: what is listed may differ from then on. Null: no time is known. */
export function nextExpiryMs(state: MeshState, nowMs: number): number | null {
  let next: number | null = null;
  for (const { expiresAt } of state.overrides) {
    const endMs = Date.parse(expiresAt);
    if (endMs > nowMs && (next === null || endMs < next)) next = endMs;
  }
  return next;
}

function consumersIn(services: Services): ReadonlyMap<ServiceName, readonly Consumer[]> {
  const known = consumersOf.get(services);
  if (known !== undefined) return known;
  const consumers = new Map<ServiceName, Consumer[]>();
  for (const service of services.values()) {
    for (const registered of service.versions.values()) {
      const consumer = { ref: { service: service.name, version: registered.version }, registered };
      for (const provider of Object.keys(registered.requirements) as ServiceName[]) {
        const list = consumers.get(provider);
        if (list === undefined) consumers.set(provider, [consumer]);
        else list.push(consumer);
      }
    }
  }
  for (const list of consumers.values()) list.sort((left, right) => compareRefs(left.ref, right.ref));
  consumersOf.set(services, consumers);
  return consumers;
}

function compareRefs(left: VersionRef, right: VersionRef): number {
  if (left.service !== right.service) return left.service < right.service ? -1 : 1;
  return compareVersions(left.version, right.version);
}
