/**
 * Which callers are kept from which versions of a service (compatibility-aware routing).
 *
 * A pair is listed when the consumer version is registered anywhere, its verdict with the provider version is incompatible (by a requirement, a veto, a
 * verification, live traffic or a comparison of contracts), and no override lets it through at that time. Nothing else: unknown pairs are not kept apart,
 * traffic from outside has no version, and versions of one service are no callers of each other.
 * Invariant: what is listed depends on nothing but the state and the time, so two engines list the same.
 */
import { consumersOf, type EdgeVerdicts, edgeVerdicts, verdictOf } from "../compatibility/index.ts";
import { type MeshState, normaliseWeights, type Service, type Version, type VersionRef, type Weights } from "../model/index.ts";

/** Callers (`service@version`) → the versions that they are kept from, both in order. */
export type Incompatible = Readonly<Record<string, readonly Version[]>>;

/** Broken pairs of a provider, overridden or not, by the map of its versions, which states share until a version comes or goes. */
const brokenOf = new WeakMap<Service["versions"], Known>();

interface Known {
  /** What the pairs were read from. */
  readonly edges: readonly EdgeVerdicts[];
  readonly broken: readonly Broken[];
  /** All of `broken`, as it is given out where no override is in force. */
  readonly all: Incompatible;
}

interface Broken {
  readonly consumer: VersionRef;
  readonly versions: readonly Version[];
}

/** What `service` keeps from whom at `nowIso`. */
export function incompatibleCallers(state: MeshState, service: Service, nowIso: string): Incompatible {
  const { broken, all } = brokenPairs(state, service, nowIso);
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

function brokenPairs(state: MeshState, service: Service, nowIso: string): Known {
  const edges = consumersOf(state, service.name).flatMap((consumer) => edgeVerdicts(state, consumer, service.name, nowIso) ?? []);
  const known = brokenOf.get(service.versions);
  if (known !== undefined && areSame(known.edges, edges)) return known;
  const broken = edges.flatMap(({ consumer, incompatible }) =>
    incompatible.consumers.versions.flatMap((version, row): readonly Broken[] => {
      const bad = incompatible.row(row);
      return bad.isEmpty ? [] : [{ consumer: { service: consumer, version }, versions: incompatible.providers.versionsOf(bad) }];
    }),
  );
  const found = { edges, broken, all: recordOf(broken) };
  brokenOf.set(service.versions, found);
  return found;
}

function areSame(left: readonly EdgeVerdicts[], right: readonly EdgeVerdicts[]): boolean {
  return left.length === right.length && left.every((edge, index) => edge === right[index]);
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

/** When the next override or fact ends after `nowMs`: what is listed may differ from then on. Null: no time is known. */
export function nextExpiryMs({ overrides, evidence }: Pick<MeshState, "overrides" | "evidence">, nowMs: number): number | null {
  let next: number | null = null;
  const look = (expiresAt: string | undefined) => {
    const endMs = expiresAt === undefined ? 0 : Date.parse(expiresAt);
    if (endMs > nowMs && (next === null || endMs < next)) next = endMs;
  };
  for (const { expiresAt } of overrides) look(expiresAt);
  for (const { expiresAt } of evidence) look(expiresAt);
  return next;
}
