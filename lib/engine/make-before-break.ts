/**
 * Make-before-break: a version's instances are known to every proxy before a weight sends requests to them.
 *
 * A change of weights or rules needs the instances of each version that gets more of a split. Where a connected proxy has not acknowledged a snapshot with
 * all of them, the services of the change keep their old weights, rules and rev for a moment (`heldState`), so that the endpoints go out first.
 * Invariants: all services of one change are held and let go together; what is held is a split that was in force and whose versions still exist; proxies
 * that never acknowledged anything hold nothing back, as they get endpoints and weights in one snapshot.
 * Pure; `snapshot-publisher` decides for how long.
 */
import type { Instance, InstanceId, MeshState, Service, ServiceName, Version, Weights } from "../model/index.ts";
import type { StandingProxy } from "./proxies/known-proxy.ts";

/** Instances by service that a change of weights needs. */
export type NeededInstances = ReadonlyMap<ServiceName, readonly InstanceId[]>;

/** The services whose split or rules differ between two states, as they were. */
export function movedServices(before: MeshState, after: MeshState): ReadonlyMap<ServiceName, Service> {
  const moved = new Map<ServiceName, Service>();
  for (const service of after.services.values()) {
    const was = before.services.get(service.name);
    if (was !== undefined && was !== service && (was.weights !== service.weights || was.rules !== service.rules)) moved.set(was.name, was);
  }
  return moved;
}

/** Every instance of each version that gets more weight in `after` than in `before`, in the split or in a rule. */
export function neededInstances(moved: ReadonlyMap<ServiceName, Service>, after: MeshState, leases: readonly Instance[]): NeededInstances {
  const needed = new Map<ServiceName, readonly InstanceId[]>();
  for (const [name, was] of moved) {
    const service = after.services.get(name);
    if (service === undefined) continue;
    const gained = gainedVersions(splitsOf(was), splitsOf(service));
    const instances = [...service.staticInstances.values(), ...leases.filter((lease) => lease.service === name)];
    const ids = instances.filter(({ version }) => gained.has(version)).map(({ id }) => id);
    if (ids.length > 0) needed.set(name, ids);
  }
  return needed;
}

/** Connected proxies that serve some snapshot already, but none with all instances needed. */
export function unawareProxies(needed: NeededInstances, proxies: readonly StandingProxy[]): readonly StandingProxy[] {
  return proxies.filter(({ acked, ackedVersion }) => {
    if (ackedVersion === null) return false;
    return [...needed].some(([name, ids]) => {
      const endpoints = acked !== null && Object.hasOwn(acked.services, name) ? (acked.services[name]?.endpoints ?? []) : [];
      const known = new Set(endpoints.map(({ id }) => id));
      return ids.some((id) => !known.has(id));
    });
  });
}

/** `state` with the services of `held` as they were as far as traffic goes; the first that holds a service counts. */
export function heldState(state: MeshState, held: readonly ReadonlyMap<ServiceName, Service>[]): MeshState {
  if (held.length === 0) return state;
  const services = new Map(state.services);
  for (const name of new Set(held.flatMap((each) => [...each.keys()]))) {
    const service = state.services.get(name);
    const was = held.find((each) => each.has(name))?.get(name);
    if (service === undefined || was === undefined || !canServe(service, was)) continue;
    const { weights, rules, splitEpoch, rev } = was;
    services.set(name, { ...service, weights, rules, splitEpoch, rev });
  }
  return { ...state, services };
}

/** Whether the versions of the old split and rules still exist. */
function canServe(service: Service, was: Service): boolean {
  return splitsOf(was).every((weights) => Object.keys(weights).every((version) => service.versions.has(version as Version)));
}

function splitsOf({ weights, rules }: Service): readonly Weights[] {
  return [weights, ...rules.flatMap(({ split }) => (split === undefined ? [] : [split.weights]))];
}

/** Of rules it counts whether a version is in any, not by how much: rules come and go as a whole. */
function gainedVersions([before = {}, ...rulesBefore]: readonly Weights[], [after = {}, ...rulesAfter]: readonly Weights[]): Set<string> {
  const weighted = (splits: readonly Weights[]) =>
    new Set(splits.flatMap((weights) => Object.keys(weights).filter((version) => (weights[version] ?? 0) > 0)));
  const known = weighted(rulesBefore);
  const gained = Object.keys(after).filter((version) => (after[version] ?? 0) > (before[version] ?? 0));
  return new Set([...gained, ...[...weighted(rulesAfter)].filter((version) => !known.has(version))]);
}
