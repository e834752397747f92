import type { MeshState, ServiceName, VersionRef } from "../model/index.ts";
import { liveVersions } from "./live-versions.ts";

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

/** The pairs that requests can meet: both versions live, and the consumer's version declares a requirement on the provider. Ordered by service as registered. */
export function livePairs(state: MeshState): readonly Pair[] {
  const live = liveByService(state);
  const pairs: Pair[] = [];
  for (const service of state.services.values()) {
    for (const version of live.get(service.name) ?? []) {
      for (const provider of Object.keys(service.versions.get(version)?.requirements ?? {}) as ServiceName[]) {
        for (const providerVersion of live.get(provider) ?? []) {
          pairs.push({ consumer: { service: service.name, version }, provider: { service: provider, version: providerVersion } });
        }
      }
    }
  }
  return pairs;
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
        for (const providerVersion of live.get(provider) ?? []) {
          pairs.push({ consumer: { service: consumer, version }, provider: { service: provider, version: providerVersion } });
        }
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
