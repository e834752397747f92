import type { RouteRule, ServiceName, SnapshotService, Version } from "../../model/index.ts";

/** Which versions of each service can still be chosen for a request. */
export interface LiveVersions {
  /** In the service's split, a rule's, a lane or a mirror. */
  readonly routed: ReadonlyMap<ServiceName, ReadonlySet<Version>>;
  /** These, and the versions that take over when others fail. */
  readonly reachable: ReadonlyMap<ServiceName, ReadonlySet<Version>>;
}

/** What the snapshot sends requests to, whether there are instances or not. */
export function liveVersions(services: Iterable<SnapshotService>): LiveVersions {
  const routed = new Map<ServiceName, Set<Version>>();
  const reachable = new Map<ServiceName, Set<Version>>();
  for (const service of services) {
    addWeights(setOf(routed, service.name), service.weights);
    for (const rule of service.rules) addRule(routed, service.name, rule);
    for (const step of service.policy.failover) if (step.kind === "version") setOf(reachable, service.name).add(step.version as Version);
  }
  for (const [name, versions] of routed) for (const version of versions) setOf(reachable, name).add(version);
  return { routed, reachable };
}

function addRule(routed: Map<ServiceName, Set<Version>>, name: ServiceName, { filters = [], split }: RouteRule): void {
  if (split !== undefined) addWeights(setOf(routed, name), split.weights);
  for (const filter of filters) {
    if (filter.type !== "RequestMirror") continue;
    const { service = name, version } = filter.requestMirror.backendRef;
    setOf(routed, service as ServiceName).add(version as Version);
  }
}

function setOf(map: Map<ServiceName, Set<Version>>, name: ServiceName): Set<Version> {
  const known = map.get(name) ?? new Set<Version>();
  map.set(name, known);
  return known;
}

function addWeights(versions: Set<Version>, weights: SnapshotService["weights"]): void {
  for (const [version, weight] of Object.entries(weights)) if (weight !== undefined && weight > 0) versions.add(version as Version);
}
