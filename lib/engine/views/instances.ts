import semver from "semver";
import { verdictOf } from "../../compatibility/index.ts";
import {
  type Instance,
  type InstanceId,
  type MeshState,
  type Problem,
  parseVersion,
  parseVersionRange,
  type Refusal,
  type ServiceName,
  type Version,
} from "../../model/index.ts";
import type { Lease, LeaseRegistry } from "../../registry/index.ts";
import { rankByKey } from "../../routing/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { findService, refuseAll, unknownVersion } from "../decide/refusals.ts";
import type { InstanceStanding } from "../instance-watch.ts";
import type { ProxyHub } from "../proxies/proxy-hub.ts";
import type { DiscoveredInstance, DiscoveryQuery, InstanceView } from "../views.ts";

export interface InstancesInput {
  readonly state: MeshState;
  readonly leases: Pick<LeaseRegistry, "list">;
  readonly failing: ReadonlySet<InstanceId>;
  /** How an instance stands with the proxies. */
  readonly standing: (id: string) => InstanceStanding;
  readonly hub: Pick<ProxyHub, "outboundOf">;
}

/** Static instances, then leases, of one service or of all. */
export function instanceViews(input: InstancesInput, service?: ServiceName): readonly InstanceView[] {
  const { state, leases } = input;
  const only = service === undefined ? undefined : state.services.get(service);
  const services = service === undefined ? [...state.services.values()] : only === undefined ? [] : [only];
  const statics = services.flatMap(({ staticInstances }) => [...staticInstances.values()]);
  return [
    ...statics.map((instance) => viewOf(input, instance, null)),
    ...leases.list(service).map((lease) => viewOf(input, lease.instance, lease)),
  ];
}

/** Ids of those instances of a version that take requests. */
export function readyInstances(views: readonly InstanceView[], version: Version): readonly InstanceId[] {
  return views.filter((view) => view.version === version && view.health === "ready").map(({ id }) => id);
}

/** One instance as shown; `lease` where it lives by heartbeats. */
export function viewOf(
  { failing, hub, standing }: Pick<InstancesInput, "failing" | "hub" | "standing">,
  instance: Instance,
  lease: Pick<Lease, "ttlMs" | "expiresInMs"> | null,
): InstanceView {
  const { ejectedUntil, health, history } = standing(instance.id);
  return {
    ...instance,
    health: instance.standby === true ? "standby" : (health ?? (failing.has(instance.id) ? "failing" : "ready")),
    ejectedUntil,
    history,
    ttlMs: lease?.ttlMs ?? 0,
    expiresInMs: lease === null ? null : Math.round(lease.expiresInMs),
    outbound: hub.outboundOf(instance.id),
  };
}

/**
 * Instances by exact version or range; for a caller only those that it may meet, each with the verdict. With a key the first is the one that
 * the key finds: the same for everybody who asks, until that instance goes or stops being ready.
 */
export function discoverInstances(
  input: InstancesInput,
  query: DiscoveryQuery,
  nowIso: string,
): Result<readonly DiscoveredInstance[], Refusal> {
  const service = findService(input.state, query.service);
  if (!service.ok) return service;
  const problems = checkQuery(input.state, query);
  if (problems.length > 0) return refuseAll(problems);
  const { version, range, caller, key } = query;
  const discovered = instanceViews(input, service.value.name)
    .filter((instance) => version === undefined || instance.version === version)
    .filter((instance) => range === undefined || semver.satisfies(instance.version, range))
    .map((instance) => {
      if (caller === undefined) return { mayMeet: true, instance: { ...instance, verdict: null } };
      const { verdict, overridden } = verdictOf(input.state, caller, { service: instance.service, version: instance.version }, nowIso);
      return { mayMeet: verdict !== "incompatible" || overridden, instance: { ...instance, verdict } };
    });
  const found = discovered.filter(({ mayMeet }) => mayMeet).map(({ instance }) => instance);
  return ok(key === undefined ? found : rankByKey(found, key).toSorted((left, right) => unready(left) - unready(right)));
}

function unready({ health }: InstanceView): number {
  return health === "ready" ? 0 : 1;
}

function checkQuery(state: MeshState, { version, range, caller }: DiscoveryQuery): readonly Problem[] {
  const problems: Problem[] = [];
  const exact = version === undefined ? null : parseVersion(version);
  if (exact?.ok === false) problems.push(exact.error);
  const wanted = range === undefined ? null : parseVersionRange(range);
  if (wanted?.ok === false) problems.push(wanted.error);
  if (caller === undefined) return problems;
  const service = findService(state, caller.service, "caller");
  if (!service.ok) problems.push(...service.error.problems);
  else if (!service.value.versions.has(caller.version))
    problems.push(unknownVersion(service.value, caller.version, "caller", "version.unknown"));
  return problems;
}
