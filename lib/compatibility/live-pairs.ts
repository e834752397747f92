import type { MeshState, Service, ServiceName, Version, VersionRef } from "../model/index.ts";
import { edgeVerdicts, verdictIn } from "./edge-verdicts.ts";
import { factProviders } from "./evidence-index.ts";
import { liveVersions, rulesOpenTo, versionsOpenTo } from "./live-versions.ts";
import { mirrorTargets } from "./mirror-targets.ts";
import { requiredServices } from "./neighbours.ts";

/** A consumer version and a provider version that it calls, or may call. */
export interface Pair {
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
}

/** One service was seen to call another; says that pairs exist, not which versions fit. */
export interface ServiceCall {
  readonly consumer: ServiceName;
  readonly provider: ServiceName;
}

type Live = ReadonlyMap<ServiceName, ReadonlySet<Version>>;

/**
 * The pairs that may meet and that something is known of: both versions live, the provider's to that very consumer (rules may be for other callers), and
 * the consumer's version declares a requirement on the provider, or facts decide the pair. Ordered by service as registered.
 * A version that gets copies of requests meets the callers of the service whose rule makes the copies. Versions that must not share events, state or
 * configuration meet without a call: such pairs, within one service too, are live as soon as both versions are.
 */
export function livePairs(state: MeshState, nowIso: string): readonly Pair[] {
  const known = kept.get(state);
  if (known !== undefined && nowIso >= known.fromIso && (known.untilIso === null || nowIso < known.untilIso)) return known.pairs;
  const ends = state.evidence.flatMap(({ expiresAt }) => (expiresAt !== undefined && expiresAt > nowIso ? [expiresAt] : []));
  const pairs = findLivePairs(state, nowIso);
  kept.set(state, { pairs, fromIso: nowIso, untilIso: ends.sort()[0] ?? null });
  return pairs;
}

/** Pairs by state: the same one is asked about again and again, and they change with it, or when a fact ends. */
const kept = new WeakMap<MeshState, { readonly pairs: readonly Pair[]; readonly fromIso: string; readonly untilIso: string | null }>();

function findLivePairs(state: MeshState, nowIso: string): readonly Pair[] {
  const live = liveByService(state);
  const called = [...state.services.values()].flatMap((service) => pairsOfConsumer(state, live, service, nowIso));
  const mirrored = mirroredPairs(state, live, nowIso);
  return mirrored.length === 0 ? called : distinct([...called, ...mirrored]);
}

/** The pairs of one consumer, by what they were read from: a change of one service leaves those of nearly all others as they are. */
interface ConsumerPairs {
  readonly evidence: MeshState["evidence"];
  readonly providers: readonly (readonly [name: ServiceName, service: Service | undefined])[];
  readonly pairs: readonly Pair[];
}

const byConsumer = new WeakMap<Service, ConsumerPairs>();

function pairsOfConsumer(state: MeshState, live: Live, service: Service, nowIso: string): readonly Pair[] {
  const { evidence, services } = state;
  const known = byConsumer.get(service);
  if (known?.evidence === evidence && known.providers.every(([name, provider]) => services.get(name) === provider)) return known.pairs;
  const facts = factProviders(state, service.name);
  const pairs = findPairs(state, live, service, nowIso);
  const canEnd = [...facts.values()].some((list) => list.some(({ expiresAt }) => expiresAt !== undefined));
  if (canEnd) return pairs;
  const names = new Set([...requiredServices(service), ...facts.keys()]);
  byConsumer.set(service, { evidence, providers: [...names].map((name) => [name, services.get(name)] as const), pairs });
  return pairs;
}

function findPairs(state: MeshState, live: Live, service: Service, nowIso: string): readonly Pair[] {
  const pairs: Pair[] = [];
  let isTwice = false;
  for (const version of live.get(service.name) ?? []) {
    const consumer = { service: service.name, version };
    const required = Object.keys(service.versions.get(version)?.requirements ?? {}) as ServiceName[];
    for (const provider of required) pairs.push(...pairsOf(state, live, consumer, provider));
    for (const provider of factProviders(state, service.name).keys()) {
      if (provider !== service.name && !required.includes(provider))
        pairs.push(...pairsOf(state, live, consumer, provider).filter(isDecided(state, nowIso)));
      const apart = pairsApart(state, live, consumer, provider, nowIso);
      pairs.push(...apart);
      isTwice ||= apart.length > 0;
    }
  }
  return isTwice ? distinct(pairs) : pairs;
}

function distinct(pairs: readonly Pair[]): readonly Pair[] {
  const byKey = new Map<string, Pair>();
  for (const pair of pairs) if (!byKey.has(pairKey(pair))) byKey.set(pairKey(pair), pair);
  return [...byKey.values()];
}

/** A consumer with every version of the provider that its requests can reach. */
function pairsOf(state: MeshState, live: Live, consumer: VersionRef, provider: ServiceName): readonly Pair[] {
  const service = state.services.get(provider);
  if (service === undefined) return [];
  // Without rules every caller reaches the same versions.
  const reached = service.rules.length === 0 ? (live.get(provider) ?? []) : versionsOpenTo(service, consumer);
  return [...reached].map((version) => ({ consumer, provider: { service: provider, version } }));
}

/** Live versions that a consumer must not be live with, whether it calls them or not. */
function pairsApart(state: MeshState, live: Live, consumer: VersionRef, provider: ServiceName, nowIso: string): readonly Pair[] {
  const apart = edgeVerdicts(state, consumer.service, provider, nowIso)?.apart;
  if (apart === undefined || apart === null) return [];
  const row = apart.consumers.positionOf(consumer.version);
  // Of one service, two versions that must not stand beside each other either way round are one pair.
  const isTold = (column: number) => provider === consumer.service && row > column && apart.has(column, row);
  return [...(live.get(provider) ?? [])]
    .filter((version) => {
      const column = apart.providers.positionOf(version);
      return apart.has(row, column) && !isTold(column);
    })
    .map((version) => ({ consumer, provider: { service: provider, version } }));
}

function isDecided(state: MeshState, nowIso: string): (pair: Pair) => boolean {
  return ({ consumer, provider }) => {
    const verdicts = edgeVerdicts(state, consumer.service, provider.service, nowIso);
    return verdicts !== null && verdictIn(verdicts, consumer.version, provider.version) !== "unknown";
  };
}

function mirroredPairs(state: MeshState, live: Live, nowIso: string): readonly Pair[] {
  const isKnown = (pair: Pair) => declares(state, pair.consumer, pair.provider.service) || isDecided(state, nowIso)(pair);
  return [...state.services.values()].flatMap((mirrored) => {
    if (mirrorTargets(mirrored).length === 0) return [];
    const targetsFor = (caller: VersionRef) => mirrorTargets({ name: mirrored.name, rules: rulesOpenTo(mirrored.rules, caller) });
    return callersOf(state, live, mirrored.name).flatMap((consumer) =>
      targetsFor(consumer)
        .map((provider): Pair => ({ consumer, provider }))
        .filter(isKnown),
    );
  });
}

/** Live versions that require a service, or that facts name with it. */
function callersOf(state: MeshState, live: Live, provider: ServiceName): readonly VersionRef[] {
  return [...state.services.values()].flatMap(({ name }) =>
    [...(live.get(name) ?? [])]
      .map((version): VersionRef => ({ service: name, version }))
      .filter((consumer) => declares(state, consumer, provider) || (name !== provider && factProviders(state, name).has(provider))),
  );
}

/**
 * Live pairs that nothing decides, although the services are known to talk: another version of the consumer requires the provider, facts in force name
 * the two services, or `calls` saw one call the other.
 */
export function undecidedLivePairs(state: MeshState, calls: Iterable<ServiceCall>, nowIso: string): readonly Pair[] {
  const live = liveByService(state);
  const pairs: Pair[] = [];
  const isOpen = (pair: Pair) => !isDecided(state, nowIso)(pair);
  for (const [consumer, providers] of knownCalls(state, calls, nowIso)) {
    for (const version of live.get(consumer) ?? []) {
      const ref = { service: consumer, version };
      for (const provider of providers) {
        if (!declares(state, ref, provider)) pairs.push(...pairsOf(state, live, ref, provider).filter(isOpen));
      }
    }
  }
  return pairs;
}

/** Text that identifies a pair. */
export function pairKey(pair: Pair): string {
  return `${pair.consumer.service}@${pair.consumer.version}>${pair.provider.service}@${pair.provider.version}`;
}

/** By consumer: the services that one of its versions requires, that facts in force name with it, or that it was seen to call. */
export function knownCalls(
  state: MeshState,
  calls: Iterable<ServiceCall>,
  nowIso: string,
): ReadonlyMap<ServiceName, ReadonlySet<ServiceName>> {
  const known = new Map<ServiceName, Set<ServiceName>>();
  const add = (consumer: ServiceName, provider: ServiceName) => {
    const providers = known.get(consumer) ?? new Set();
    known.set(consumer, providers.add(provider));
  };
  for (const service of state.services.values()) {
    for (const provider of requiredServices(service)) add(service.name, provider);
    for (const provider of factProviders(state, service.name).keys()) {
      if (provider !== service.name && edgeVerdicts(state, service.name, provider, nowIso)?.isKnown === true) add(service.name, provider);
    }
  }
  for (const call of calls) {
    if (call.consumer !== call.provider) add(call.consumer, call.provider);
  }
  return known;
}

function declares(state: MeshState, { service, version }: VersionRef, provider: ServiceName): boolean {
  return Object.hasOwn(state.services.get(service)?.versions.get(version)?.requirements ?? {}, provider);
}

function liveByService(state: MeshState): Live {
  return new Map([...state.services.values()].map((service) => [service.name, liveOf(service)]));
}

const liveVersionsOf = new WeakMap<Service, ReadonlySet<Version>>();

function liveOf(service: Service): ReadonlySet<Version> {
  const known = liveVersionsOf.get(service);
  if (known !== undefined) return known;
  const live = liveVersions(service);
  liveVersionsOf.set(service, live);
  return live;
}
