/**
 * The fold: state × change → state. Nothing else makes a state.
 *
 * In: a state and the next entry of the log (or one that a dry run made up). Out: a new state; the old one stays as it was, and parts that no fact
 * touched are shared.
 * Invariants: deterministic (no clock: what depends on time depends on the entry's `at`); a service's `rev` grows by one per change that touches it,
 * however many facts the change has, and goes on after a removal; instances and overrides do not move it; `splitEpoch` is the seq of the last change of weights.
 * It does not judge: a fact about a service that does not exist is a flaw of ours, never of the operator.
 */
import {
  type Change,
  type EvidenceFact,
  type Instance,
  type InstanceId,
  type MeshEvent,
  type MeshState,
  type Override,
  type RegisteredVersion,
  type Service,
  type ServiceName,
  type Version,
  type VersionRef,
  WEIGHTS_HISTORY_MAX,
  type Weights,
  type WeightsCause,
} from "../model/index.ts";
import { invariant } from "../std/index.ts";
import { aspectsOf } from "./aspects.ts";
import { type DeliveryState, deliveryOf, foldDelivery, withoutVersions } from "./fold-delivery.ts";
import { foldPlan } from "./fold-plan.ts";

/** What the fold reads of a change. */
export type FoldedChange = Pick<Change, "id" | "seq" | "at" | "author" | "events">;

/** The state after one more change. */
export function foldChange(state: MeshState, change: FoldedChange): MeshState {
  const draft = draftOf(state, change);
  const lastTouched = new Map(state.lastTouched);
  for (const event of change.events) {
    for (const aspect of aspectsOf(event, draft)) lastTouched.set(aspect, change.id);
    applyEvent(draft, event, change);
  }
  for (const name of draft.moved) {
    const service = draft.services.get(name);
    if (service !== undefined) draft.services.set(name, { ...service, rev: service.rev + 1 });
  }
  const { services, overrides, evidence, retiredRevs, rootRotation, plans, delivery } = draft;
  return { seq: change.seq, services, overrides, evidence, retiredRevs, lastTouched, rootRotation, plans, ...delivery };
}

/** What a fact changes, as it is before the fact. It moves on with the next one: to be read at once. */
export type BeforeFact = Readonly<Pick<MeshState, "services" | "overrides" | "evidence"> & { readonly delivery: DeliveryState }>;

/** Shows each fact of a change beside what it finds. One fold, however many facts there are. */
export function watchFacts(state: MeshState, change: FoldedChange, watch: (before: BeforeFact, event: MeshEvent) => void): void {
  const draft = draftOf(state, change);
  for (const event of change.events) {
    watch(draft, event);
    applyEvent(draft, event, change);
  }
}

/** The state after `changes`, in order. */
export function foldChanges(state: MeshState, changes: Iterable<FoldedChange>): MeshState {
  let folded = state;
  for (const change of changes) folded = foldChange(folded, change);
  return folded;
}

/** Whether two are one: a change grants at most one override per pair. */
export function isSameOverride(left: Override, right: Override): boolean {
  return left.changeId === right.changeId && isSameRef(left.consumer, right.consumer) && isSameRef(left.provider, right.provider);
}

/** Whether two names are one version of one service. */
export function isSameRef(left: VersionRef, right: VersionRef): boolean {
  return left.service === right.service && left.version === right.version;
}

/** Facts whose time is not up; the same list where that is all of them. */
function unexpired(facts: readonly EvidenceFact[], at: string): readonly EvidenceFact[] {
  const atMs = Date.parse(at);
  return without(facts, ({ expiresAt }) => expiresAt !== undefined && Date.parse(expiresAt) <= atMs);
}

/** Shares the list where nothing goes: what is read off facts is kept by the list. */
function without(facts: readonly EvidenceFact[], isGone: (fact: EvidenceFact) => boolean): readonly EvidenceFact[] {
  return facts.some(isGone) ? facts.filter((fact) => !isGone(fact)) : facts;
}

interface Draft {
  readonly services: Map<ServiceName, Service>;
  overrides: Override[];
  evidence: readonly EvidenceFact[];
  readonly retiredRevs: Map<ServiceName, number>;
  rootRotation: MeshState["rootRotation"];
  plans: MeshState["plans"];
  delivery: DeliveryState;
  /** Services whose rev this change moves. */
  readonly moved: Set<ServiceName>;
  /** Maps that this change made, which it may go on writing to: a manifest registers many versions of one service. */
  readonly own: WeakSet<object>;
}

function draftOf(state: MeshState, { at }: FoldedChange): Draft {
  const atMs = Date.parse(at);
  return {
    services: new Map(state.services),
    overrides: state.overrides.filter(({ expiresAt }) => Date.parse(expiresAt) > atMs),
    evidence: unexpired(state.evidence, at),
    retiredRevs: new Map(state.retiredRevs),
    rootRotation: state.rootRotation,
    plans: state.plans,
    delivery: deliveryOf(state),
    moved: new Set(),
    own: new WeakSet(),
  };
}

function applyEvent(draft: Draft, event: MeshEvent, change: FoldedChange): void {
  switch (event.kind) {
    case "service-registered":
      return registerService(draft, event.service, event.hosts, change);
    case "service-updated":
      return update(draft, event.service, { hosts: event.hosts });
    case "service-removed":
      return removeService(draft, event.service);
    case "version-registered":
    case "version-updated":
      return putVersion(draft, event.service, event.version);
    case "version-removed":
      return removeVersion(draft, event.service, event.version);
    case "weights-set":
      return setWeights(draft, event, change);
    case "rules-set":
      return update(draft, event.service, { rules: event.rules });
    case "policy-set":
      return update(draft, event.service, { policy: event.policy });
    case "authorization-set":
      return update(draft, event.service, { authorization: event.authorization });
    case "root-rotated":
      draft.rootRotation = { step: event.step, fingerprint: event.fingerprint };
      return;
    case "plan-created":
    case "plan-moved":
      draft.plans = foldPlan(draft.plans, event, change.at);
      return;
    case "instance-registered":
      return putInstance(draft, event.instance);
    case "instance-removed":
      return removeInstance(draft, event.service, event.id);
    case "override-granted":
      draft.overrides.push(event.override);
      return;
    case "override-ended":
      draft.overrides = draft.overrides.filter((override) => !isSameOverride(override, event.override));
      return;
    case "evidence-recorded":
      draft.evidence = [...draft.evidence, event.fact];
      return;
    case "evidence-ended":
      draft.evidence = without(draft.evidence, ({ id }) => id === event.fact.id);
      return;
    case "process-asked":
      return;
    case "lifecycle-set":
      draft.delivery = foldDelivery(draft.delivery, event, change, draft.plans);
      // It counts as the version: whoever looks at an older rev looks at an older stage.
      touch(draft, event.id.slice(0, event.id.indexOf("@")) as ServiceName);
      return;
    default:
      draft.delivery = foldDelivery(draft.delivery, event, change, draft.plans);
  }
}

/** The map to write to: a copy, unless this change made it. */
function ownMap<K, V>(draft: Draft, map: ReadonlyMap<K, V>): Map<K, V> {
  if (draft.own.has(map)) return map as Map<K, V>;
  const copy = new Map(map);
  draft.own.add(copy);
  return copy;
}

function serviceOf(draft: Draft, name: ServiceName): Service {
  const service = draft.services.get(name);
  invariant(service !== undefined, `a fact about the unknown service ${name}`);
  return service;
}

function update(draft: Draft, name: ServiceName, parts: Partial<Service>): void {
  draft.services.set(name, { ...serviceOf(draft, name), ...parts });
  draft.moved.add(name);
}

function touch(draft: Draft, name: ServiceName): void {
  if (draft.services.has(name)) draft.moved.add(name);
}

function registerService(draft: Draft, name: ServiceName, hosts: readonly string[], change: FoldedChange): void {
  invariant(!draft.services.has(name), `the service ${name} was registered twice`);
  draft.services.set(name, {
    name,
    hosts,
    rev: draft.retiredRevs.get(name) ?? 0,
    registeredAt: change.at,
    versions: new Map(),
    weights: {},
    splitEpoch: change.seq,
    weightsHistory: [],
    rules: [],
    policy: {},
    authorization: null,
    staticInstances: new Map(),
  });
  draft.retiredRevs.delete(name);
  draft.moved.add(name);
}

function removeService(draft: Draft, name: ServiceName): void {
  draft.retiredRevs.set(name, serviceOf(draft, name).rev + 1);
  draft.services.delete(name);
  draft.moved.delete(name);
  const isGone = (ref: VersionRef) => ref.service === name;
  draft.overrides = draft.overrides.filter(({ consumer, provider }) => !isGone(consumer) && !isGone(provider));
  draft.evidence = without(draft.evidence, ({ consumer, provider }) => isGone(consumer) || isGone(provider));
  draft.delivery = withoutVersions(draft.delivery, (ref) => ref.service === name);
}

function putVersion(draft: Draft, name: ServiceName, version: RegisteredVersion): void {
  update(draft, name, { versions: ownMap(draft, serviceOf(draft, name).versions).set(version.version, version) });
}

function removeVersion(draft: Draft, name: ServiceName, version: Version): void {
  const versions = ownMap(draft, serviceOf(draft, name).versions);
  versions.delete(version);
  update(draft, name, { versions });
  const isGone = (ref: VersionRef) => isSameRef(ref, { service: name, version });
  draft.overrides = draft.overrides.filter(({ consumer, provider }) => !isGone(consumer) && !isGone(provider));
  draft.evidence = without(draft.evidence, ({ consumer, provider }) => isGone(consumer) || isGone(provider));
  draft.delivery = withoutVersions(draft.delivery, isGone);
}

function setWeights(
  draft: Draft,
  { service: name, weights, cause }: { readonly service: ServiceName; readonly weights: Weights; readonly cause: WeightsCause },
  { id, seq, at, author }: FoldedChange,
): void {
  const service = serviceOf(draft, name);
  const entry = { changeId: id, seq, at, author, cause, before: service.weights, after: weights };
  update(draft, name, { weights, splitEpoch: seq, weightsHistory: [...service.weightsHistory, entry].slice(-WEIGHTS_HISTORY_MAX) });
}

function putInstance(draft: Draft, instance: Instance): void {
  const service = serviceOf(draft, instance.service);
  draft.services.set(service.name, { ...service, staticInstances: ownMap(draft, service.staticInstances).set(instance.id, instance) });
}

function removeInstance(draft: Draft, name: ServiceName, id: InstanceId): void {
  const service = serviceOf(draft, name);
  const staticInstances = ownMap(draft, service.staticInstances);
  staticInstances.delete(id);
  draft.services.set(name, { ...service, staticInstances });
}
