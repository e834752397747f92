import type { MeshState, ServiceName, VersionRef } from "../model/index.ts";
import { liveVersions, rulesOpenTo, versionsOpenTo } from "./live-versions.ts";
import { mirrorTargets } from "./mirror-targets.ts";

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

/**
 * The pairs that requests can meet: both versions live, the provider's to that very consumer (rules may be for other callers), and the consumer's version
 * declares a requirement on the provider. Ordered by service as registered.
 * A version that gets copies of requests meets the callers of the service whose rule makes the copies.
 */
export function livePairs(state: MeshState): readonly Pair[] {
  const live = liveByService(state);
  const pairs: Pair[] = [];
  for (const service of state.services.values()) {
    for (const version of live.get(service.name) ?? []) {
      for (const provider of Object.keys(service.versions.get(version)?.requirements ?? {}) as ServiceName[]) {
        pairs.push(...pairsOf(state, { service: service.name, version }, provider));
      }
    }
  }
  return [...pairs, ...mirroredPairs(state, live, new Set(pairs.map(pairKey)))];
}

/** A consumer with every version of the provider that its requests can reach. */
function pairsOf(state: MeshState, consumer: VersionRef, provider: ServiceName): readonly Pair[] {
  const service = state.services.get(provider);
  if (service === undefined) return [];
  return [...versionsOpenTo(service, consumer)].map((version) => ({ consumer, provider: { service: provider, version } }));
}

function mirroredPairs(state: MeshState, live: ReturnType<typeof liveByService>, known: ReadonlySet<string>): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const mirrored of state.services.values()) {
    if (mirrorTargets(mirrored).length === 0) continue;
    const targetsFor = (caller: VersionRef) => mirrorTargets({ name: mirrored.name, rules: rulesOpenTo(mirrored.rules, caller) });
    for (const pair of callersOf(state, live, mirrored.name).flatMap((caller) => pairsWith(state, caller, targetsFor(caller)))) {
      const key = pairKey(pair);
      if (!known.has(key)) pairs.set(key, pair);
    }
  }
  return [...pairs.values()];
}

/** Live versions that require a service. */
function callersOf(state: MeshState, live: ReturnType<typeof liveByService>, provider: ServiceName): readonly VersionRef[] {
  return [...state.services.values()].flatMap(({ name, versions }) =>
    [...(live.get(name) ?? [])]
      .filter((version) => Object.hasOwn(versions.get(version)?.requirements ?? {}, provider))
      .map((version) => ({ service: name, version })),
  );
}

/** A consumer with those providers that it requires. */
function pairsWith(state: MeshState, consumer: VersionRef, providers: readonly VersionRef[]): readonly Pair[] {
  const requirements = state.services.get(consumer.service)?.versions.get(consumer.version)?.requirements ?? {};
  return providers.filter(({ service }) => Object.hasOwn(requirements, service)).map((provider) => ({ consumer, provider }));
}

/**
 * Live pairs that nothing is declared for, although the services are known to talk: another version of the consumer requires the provider,
 * or `calls` saw one call the other.
 */
export function undeclaredLivePairs(state: MeshState, calls: Iterable<ServiceCall>): readonly Pair[] {
  const live = liveByService(state);
  const pairs: Pair[] = [];
  for (const [consumer, providers] of knownCalls(state, calls)) {
    const versions = state.services.get(consumer)?.versions;
    for (const version of live.get(consumer) ?? []) {
      for (const provider of providers) {
        if (Object.hasOwn(versions?.get(version)?.requirements ?? {}, provider)) continue;
        pairs.push(...pairsOf(state, { service: consumer, version }, provider));
      }
    }
  }
  return pairs;
}

/** Text that identifies a pair. */
export function pairKey(pair: Pair): string {
  return `${pair.consumer.service}@${pair.consumer.version}>${pair.provider.service}@${pair.provider.version}`;
}

function liveByService(state: MeshState) {
  return new Map([...state.services.values()].map((service) => [service.name, liveVersions(service)]));
}

function knownCalls(state: MeshState, calls: Iterable<ServiceCall>): ReadonlyMap<ServiceName, ReadonlySet<ServiceName>> {
  const known = new Map<ServiceName, Set<ServiceName>>();
  const add = (consumer: ServiceName, provider: ServiceName) => {
    const providers = known.get(consumer) ?? new Set();
    known.set(consumer, providers.add(provider));
  };
  for (const service of state.services.values()) {
    for (const version of service.versions.values()) {
      for (const provider of Object.keys(version.requirements) as ServiceName[]) add(service.name, provider);
    }
  }
  for (const call of calls) {
    if (call.consumer !== call.provider) add(call.consumer, call.provider);
  }
  return known;
}
