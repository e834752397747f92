/**
 * State and live instances → the snapshot that proxies serve, and the delta between two snapshots.
 *
 * Invariants, checked on every publish: each split (the service's and each rule's) names registered versions only and is empty or sums to 10 000;
 * each endpoint belongs to a registered version. A snapshot that fails is a flaw of ours: it is not built, the old one stays.
 * Services that did not change are the same objects in the next snapshot, which is how the delta finds what changed.
 */
import {
  type Endpoint,
  effectivePolicy,
  FULL_WEIGHT_BP,
  type Instance,
  type MeshState,
  type Service,
  type ServiceName,
  type Snapshot,
  type SnapshotDelta,
  type SnapshotService,
  type Version,
  type Weights,
} from "../model/index.ts";
import { orderRules } from "../routing/index.ts";
import { canonicalJson, invariant } from "../std/index.ts";

export interface SnapshotInput {
  readonly state: MeshState;
  readonly leases: readonly Instance[];
  readonly version: number;
  readonly at: string;
  readonly egress: readonly string[];
  readonly reservedPorts: readonly number[];
  /** The snapshot before this one; its services are used again where nothing differs. */
  readonly previous?: Snapshot;
}

/** Builds the complete configuration of the data plane; throws `InvariantError` rather than build an inconsistent one. */
export function buildSnapshot({ state, leases, version, at, egress, reservedPorts, previous }: SnapshotInput): Snapshot {
  checkConsistency(state);
  const byService = Map.groupBy(leases, (lease) => lease.service);
  const services = [...state.services.values()].map((service) => {
    const known = previous !== undefined && Object.hasOwn(previous.services, service.name) ? previous.services[service.name] : undefined;
    return [service.name, snapshotService(service, byService.get(service.name) ?? [], known)] as const;
  });
  return { version, at, services: Object.fromEntries(services), egress, reservedPorts };
}

/** Throws `InvariantError` where a split of `state` is not one that proxies could serve. */
export function checkConsistency(state: MeshState): void {
  for (const service of state.services.values()) {
    checkSplit(service, service.weights);
    for (const rule of service.rules) if (rule.split !== undefined) checkSplit(service, rule.split.weights);
  }
}

/** What a proxy at `base` needs to be at `next`; null where it needs nothing but a new number, or where a delta cannot say it. */
export function deltaBetween(base: Snapshot, next: Snapshot): SnapshotDelta | null {
  if (canonicalJson([base.egress, base.reservedPorts]) !== canonicalJson([next.egress, next.reservedPorts])) return null;
  const upserts = Object.values(next.services).filter((service) => base.services[service.name] !== service);
  const removed = Object.keys(base.services).filter((name) => !Object.hasOwn(next.services, name)) as ServiceName[];
  return { base: base.version, version: next.version, at: next.at, upserts, removed };
}

/** Whether proxies would serve alike under both. */
export function equalSnapshots(left: Snapshot, right: Snapshot): boolean {
  const delta = deltaBetween(left, right);
  return delta !== null && delta.upserts.length === 0 && delta.removed.length === 0;
}

/** What a part of a snapshot was built from: a fold shares what it did not touch, so that nearly all parts are used again unseen. */
const sources = new WeakMap<SnapshotService, { readonly service: Service; readonly leases: readonly Instance[] }>();

function snapshotService(service: Service, leases: readonly Instance[], known: SnapshotService | undefined): SnapshotService {
  const source = known === undefined ? undefined : sources.get(known);
  if (known !== undefined && source?.service === service && areSame(source.leases, leases)) return known;
  const instances = [...service.staticInstances.values(), ...leases].filter((instance) => service.versions.has(instance.version));
  const built = {
    name: service.name,
    hosts: service.hosts,
    rev: service.rev,
    splitEpoch: service.splitEpoch,
    weights: service.weights,
    rules: orderRules(service.rules),
    endpoints: instances.map(endpointOf),
    policy: effectivePolicy(service.policy),
    authorization: service.authorization,
    incompatible: {},
  };
  const next = known !== undefined && canonicalJson(known) === canonicalJson(built) ? known : built;
  sources.set(next, { service, leases });
  return next;
}

function areSame(left: readonly Instance[], right: readonly Instance[]): boolean {
  return left.length === right.length && left.every((instance, index) => instance === right[index]);
}

function checkSplit(service: Service, weights: Weights): void {
  const entries = Object.entries(weights);
  const sum = entries.reduce((total, [, weightBp]) => total + weightBp, 0);
  invariant(entries.length === 0 || sum === FULL_WEIGHT_BP, `a split of ${service.name} sums to ${sum}`);
  for (const [version] of entries)
    invariant(service.versions.has(version as Version), `a split of ${service.name} names ${version}, which is not registered`);
}

function endpointOf({ id, service, version, address, port, node, zone, weight }: Instance): Endpoint {
  return {
    id,
    service,
    version,
    address,
    port,
    ...(node === undefined ? {} : { node }),
    ...(zone === undefined ? {} : { zone }),
    ...(weight === undefined ? {} : { weight }),
  };
}
