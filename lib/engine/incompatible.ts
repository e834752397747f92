/**
 * Which callers are kept from which versions of a service (compatibility-aware routing).
 *
 * A pair is listed when the consumer version is registered anywhere, its verdict with the provider version is incompatible, and no override lets it
 * through at that time. Nothing else: unknown pairs are not kept apart, and traffic from outside has no version.
 * Invariant: what is listed depends on nothing but the state and the time, so two engines list the same.
 */
import { verdictOf } from "../compatibility/index.ts";
import {
  compareVersions,
  type MeshState,
  normaliseWeights,
  type Service,
  type ServiceName,
  type Version,
  type VersionRef,
  type Weights,
} from "../model/index.ts";

/** Callers (`service@version`) → the versions that they are kept from, both in order. */
export type Incompatible = Readonly<Record<string, readonly Version[]>>;

type Services = MeshState["services"];

/** Consumer versions by the service that they require; a state shares its map of services until something changes. */
const consumersOf = new WeakMap<Services, ReadonlyMap<ServiceName, readonly VersionRef[]>>();

/** What `service` keeps from whom at `nowIso`. */
export function incompatibleCallers(state: MeshState, service: Service, nowIso: string): Incompatible {
  const kept: Record<string, readonly Version[]> = {};
  const versions = [...service.versions.keys()].sort(compareVersions);
  for (const consumer of consumersIn(state.services).get(service.name) ?? []) {
    const excluded = versions.filter((version) => {
      const { verdict, overridden } = verdictOf(state, consumer, { service: service.name, version }, nowIso);
      return verdict === "incompatible" && !overridden;
    });
    if (excluded.length > 0) kept[`${consumer.service}@${consumer.version}`] = excluded;
  }
  return kept;
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

function consumersIn(services: Services): ReadonlyMap<ServiceName, readonly VersionRef[]> {
  const known = consumersOf.get(services);
  if (known !== undefined) return known;
  const consumers = new Map<ServiceName, VersionRef[]>();
  for (const service of services.values()) {
    for (const { version, requirements } of service.versions.values()) {
      for (const provider of Object.keys(requirements) as ServiceName[]) {
        const list = consumers.get(provider);
        const ref = { service: service.name, version };
        if (list === undefined) consumers.set(provider, [ref]);
        else list.push(ref);
      }
    }
  }
  for (const list of consumers.values())
    list.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : compareVersions(a.version, b.version)));
  consumersOf.set(services, consumers);
  return consumers;
}
