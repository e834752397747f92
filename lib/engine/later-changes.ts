import type { Change, ChangeId, MeshEvent, MeshState, Service, ServiceName, Version } from "../model/index.ts";
import { canonicalJson } from "../std/index.ts";
import { type Aspect, aspectOf, aspectsOf, NOTHING_BEFORE } from "./aspects.ts";
import { isSameOverride } from "./fold.ts";
import { deliveryBefore, deliveryOf } from "./fold-delivery.ts";

/** A change as far as undoing it goes. */
type Undoable = Pick<Change, "id" | "events" | "inverse">;

/**
 * Later changes that stand in the way of undoing `change`, in order: they touched what it touched, or built on it (a version registered within a service,
 * an instance or a weight on a version). Empty: it can be undone, as far as other changes go.
 * A later change that was itself undone does not stand in the way: an undo that led back to what `change` had made is none.
 */
export function laterChanges(state: MeshState, change: Undoable, isUndo: (id: ChangeId) => boolean): readonly ChangeId[] {
  const inverse = change.inverse ?? [];
  const restored = restoredBy(inverse);
  const touched = [
    ...change.events.flatMap((event) => aspectsOf(event, NOTHING_BEFORE)),
    ...inverse.flatMap((event) => aspectsOf(event, state)),
    ...inverse.flatMap((event) => neededBy(state, event, restored)),
  ];
  const later = new Set<ChangeId>();
  for (const aspect of touched) {
    const toucher = state.lastTouched.get(aspect);
    if (toucher === undefined || toucher === change.id || later.has(toucher)) continue;
    if (!isUndo(toucher) || !isAsLeft(state, change, aspect)) later.add(toucher);
  }
  return [...later].sort((left, right) => seqOf(left) - seqOf(right));
}

/** Whether an aspect is again what the change had made of it. */
function isAsLeft(state: MeshState, change: Undoable, aspect: Aspect): boolean {
  const event = change.events.findLast((candidate) => aspectsOf(candidate, NOTHING_BEFORE).includes(aspect));
  return event !== undefined && holds(state, event, aspect);
}

function holds(state: MeshState, event: MeshEvent, aspect: Aspect): boolean {
  const service = serviceOf(state, event);
  switch (event.kind) {
    case "service-registered":
      if (service === undefined) return false;
      if (aspect === aspectOf.split(event.service)) return Object.keys(service.weights).length === 0;
      if (aspect === aspectOf.routes(event.service)) return service.rules.length === 0;
      if (aspect === aspectOf.policy(event.service)) return Object.keys(service.policy).length === 0;
      if (aspect === aspectOf.authorization(event.service)) return service.authorization === null;
      return isEqual(service.hosts, event.hosts);
    case "service-updated":
      return isEqual(service?.hosts, event.hosts);
    case "service-removed":
      return service === undefined;
    case "version-registered":
    case "version-updated":
      return isEqual(service?.versions.get(event.version.version), event.version);
    case "version-removed":
      return service?.versions.has(event.version) === false;
    case "weights-set":
      return isEqual(service?.weights, event.weights);
    case "rules-set":
      return isEqual(service?.rules, event.rules);
    case "policy-set":
      return isEqual(service?.policy, event.policy);
    case "authorization-set":
      return isEqual(service?.authorization, event.authorization);
    case "root-rotated":
      return isEqual(state.rootRotation, { step: event.step, fingerprint: event.fingerprint });
    case "plan-created":
    case "plan-moved":
    case "release-created":
    case "release-moved":
    case "process-asked":
      return true;
    case "instance-registered":
      return service?.staticInstances.has(event.instance.id) === true;
    case "instance-removed":
      return service?.staticInstances.has(event.id) === false;
    case "override-granted":
      return state.overrides.some((override) => isSameOverride(override, event.override));
    case "override-ended":
      return !state.overrides.some((override) => isSameOverride(override, event.override));
    case "evidence-recorded":
      return state.evidence.some(({ id }) => id === event.fact.id);
    case "evidence-ended":
      return !state.evidence.some(({ id }) => id === event.fact.id);
    default:
      return canonicalJson(deliveryBefore(deliveryOf(state), event)) === canonicalJson(event.value);
  }
}

function serviceOf(state: MeshState, event: MeshEvent): Service | undefined {
  if ("service" in event) return state.services.get(event.service);
  return event.kind === "instance-registered" ? state.services.get(event.instance.service) : undefined;
}

function isEqual(left: unknown, right: unknown): boolean {
  return left !== undefined && canonicalJson(left) === canonicalJson(right);
}

/** What an inverse itself brings back or sets: services and versions that it registers, splits and rules. */
type Restored = ReadonlySet<Aspect>;

function restoredBy(inverse: readonly MeshEvent[]): Restored {
  return new Set(
    inverse.flatMap((event): readonly Aspect[] => {
      if (event.kind === "service-registered") return [aspectOf.service(event.service)];
      if (event.kind === "version-registered") return [aspectOf.version(event.service, event.version.version)];
      if (event.kind === "weights-set") return [aspectOf.split(event.service)];
      return event.kind === "rules-set" ? [aspectOf.routes(event.service)] : [];
    }),
  );
}

/** Aspects that hold on to what an inverse fact takes away, and those that it needs and that are gone. */
function neededBy(state: MeshState, event: MeshEvent, restored: Restored): readonly Aspect[] {
  const missing = (service: ServiceName, versions: readonly string[]) => missingOf(state, restored, service, versions);
  switch (event.kind) {
    case "version-removed":
      return holdersOf(state, event.service, event.version, restored);
    case "version-registered":
    case "version-updated":
      return missing(event.service, []);
    case "evidence-recorded":
      return [event.fact.consumer, event.fact.provider].flatMap(({ service, version }) => missing(service, [version]));
    case "instance-registered":
      return missing(event.instance.service, [event.instance.version]);
    case "weights-set":
      return missing(event.service, Object.keys(event.weights));
    case "rules-set":
      return missing(
        event.service,
        event.rules.flatMap((rule) => Object.keys(rule.split?.weights ?? {})),
      );
    default:
      return [];
  }
}

/** The aspects of a service, and of its versions, that are neither there nor brought back by the inverse itself. */
function missingOf(state: MeshState, restored: Restored, name: ServiceName, versions: readonly string[]): readonly Aspect[] {
  const service = state.services.get(name);
  const isBack = restored.has(aspectOf.service(name));
  const isVersionBack = (version: string) => restored.has(aspectOf.version(name, version));
  const gone = versions.filter((version) => service?.versions.has(version as Version) !== true && !isVersionBack(version));
  return [...(service === undefined && !isBack ? [aspectOf.service(name)] : []), ...gone.map((version) => aspectOf.version(name, version))];
}

function holdersOf(state: MeshState, name: ServiceName, version: Version, restored: Restored): readonly Aspect[] {
  const service = state.services.get(name);
  if (service === undefined) return [];
  const held: Aspect[] = [...service.staticInstances.values()]
    .filter((instance) => instance.version === version)
    .map((instance) => aspectOf.instance(instance.id));
  if ((service.weights[version] ?? 0) > 0 && !restored.has(aspectOf.split(name))) held.push(aspectOf.split(name));
  const isRouted = service.rules.some((rule) => (rule.split?.weights[version] ?? 0) > 0);
  if (isRouted && !restored.has(aspectOf.routes(name))) held.push(aspectOf.routes(name));
  return held;
}

function seqOf(id: ChangeId): number {
  return Number(id.slice(id.indexOf("-") + 1));
}
