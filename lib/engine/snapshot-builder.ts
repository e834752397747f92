/**
 * State and live instances → the snapshot that proxies serve, and the delta between two snapshots.
 *
 * Invariants, checked on every publish: each split (the service's and each rule's) names registered versions only and is empty or sums to 10 000;
 * each endpoint belongs to a registered version; each pair that is known not to work together and that no override lets through is listed. A snapshot that fails is a flaw of ours: it is not built, the old one stays.
 * Services that did not change are the same objects in the next snapshot, which is how the delta finds what changed.
 */
import {
  type AuthorizationPolicy,
  effectivePolicy,
  FULL_WEIGHT_BP,
  type Instance,
  type MeshState,
  type Service,
  type ServiceName,
  type Snapshot,
  type SnapshotDelta,
  type SnapshotEndpoint,
  type SnapshotService,
  type Version,
  type Weights,
} from "../model/index.ts";
import { orderRules } from "../routing/index.ts";
import { canonicalJson, invariant } from "../std/index.ts";
import { type Incompatible, incompatibleCallers } from "./incompatible.ts";
import type { InboundListeners } from "./proxies/inbound-listeners.ts";

export interface SnapshotInput {
  readonly state: MeshState;
  readonly leases: readonly Instance[];
  readonly version: number;
  readonly at: string;
  readonly egress: readonly string[];
  readonly reservedPorts: readonly number[];
  /** Where instances are reached over mTLS. */
  readonly inbound?: InboundListeners;
  /** When the engine started, wall clock: instances registered before are old, and start slowly no more. Absent: all are old. */
  readonly startedMs?: number;
  /** A policy with the keys that its tokens are verified with; it must return the same object as long as nothing differs. Absent: as it is. */
  readonly fillKeys?: (policy: AuthorizationPolicy | null) => AuthorizationPolicy | null;
  /** The snapshot before this one; its services are used again where nothing differs. */
  readonly previous?: Snapshot;
}

/** Builds the complete configuration of the data plane; throws `InvariantError` rather than build an inconsistent one. */
export function buildSnapshot(input: SnapshotInput): Snapshot {
  const { state, leases, version, at, egress, reservedPorts, previous } = input;
  checkConsistency(state);
  const byService = Map.groupBy(leases, (lease) => lease.service);
  const services = [...state.services.values()].map((service) => {
    const known = previous !== undefined && Object.hasOwn(previous.services, service.name) ? previous.services[service.name] : undefined;
    return [service.name, snapshotService(input, service, byService.get(service.name) ?? [], known)] as const;
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
const sources = new WeakMap<SnapshotService, Source>();

interface Source {
  readonly service: Service;
  readonly leases: readonly Instance[];
  readonly inbound: InboundListeners;
  readonly authorization: AuthorizationPolicy | null;
}

const NO_INBOUND: InboundListeners = new Map();

function snapshotService(
  { state, at, inbound = NO_INBOUND, startedMs = Number.POSITIVE_INFINITY, fillKeys }: SnapshotInput,
  service: Service,
  leases: readonly Instance[],
  known: SnapshotService | undefined,
): SnapshotService {
  const source = known === undefined ? undefined : sources.get(known);
  const incompatible = incompatibleCallers(state, service, at);
  const authorization = fillKeys === undefined ? service.authorization : fillKeys(service.authorization);
  const isSource = source?.service === service && source.inbound === inbound && areSame(source.leases, leases);
  if (known !== undefined && isSource && source.authorization === authorization && isEqual(known.incompatible, incompatible)) return known;
  const instances = [...service.staticInstances.values(), ...leases].filter((instance) => service.versions.has(instance.version));
  const built = {
    name: service.name,
    hosts: service.hosts,
    rev: service.rev,
    splitEpoch: service.splitEpoch,
    weights: service.weights,
    rules: orderRules(service.rules),
    endpoints: instances.map((instance) => endpointOf(instance, inbound, startedMs)),
    policy: effectivePolicy(service.policy),
    authorization,
    incompatible,
  };
  const next = known !== undefined && canonicalJson(known) === canonicalJson(built) ? known : built;
  sources.set(next, { service, leases, inbound, authorization });
  return next;
}

function isEqual(left: Incompatible, right: Incompatible): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right);
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

function endpointOf(instance: Instance, inbound: InboundListeners, startedMs: number): SnapshotEndpoint {
  const { id, service, version, address, port, node, zone, weight, standby } = instance;
  const listener = inbound.get(id);
  const sinceMs = Date.parse(instance.registeredAt);
  return {
    id,
    service,
    version,
    address,
    port,
    ...(node === undefined ? {} : { node }),
    ...(zone === undefined ? {} : { zone }),
    ...(weight === undefined ? {} : { weight }),
    ...(listener === undefined ? {} : { inbound: listener }),
    ...(sinceMs >= startedMs ? { sinceMs } : {}),
    ...(standby === undefined ? {} : { standby }),
  };
}
