import type { Change, ChangeId, MeshEvent, MeshState, Service, ServiceName, Version } from "../model/index.ts";

/** A part of the mesh that one fact sets as a whole: `service:`, `version:`, `split:`, `routes:`, `instance:`. */
export type Aspect = string;

export const aspectOf = {
  service: (service: string): Aspect => `service:${service}`,
  version: (service: string, version: string): Aspect => `version:${service}@${version}`,
  split: (service: string): Aspect => `split:${service}`,
  routes: (service: string): Aspect => `routes:${service}`,
  instance: (id: string): Aspect => `instance:${id}`,
};

/** What a fact touches, on the state before it: removing a service touches all of it. An override touches nothing that could be undone. */
export function aspectsOf(event: MeshEvent, before: Pick<MeshState, "services">): readonly Aspect[] {
  switch (event.kind) {
    case "service-registered":
      // A new service has an empty split and no rules: it sets these too.
      return [aspectOf.service(event.service), aspectOf.split(event.service), aspectOf.routes(event.service)];
    case "service-updated":
      return [aspectOf.service(event.service)];
    case "service-removed": {
      const service = before.services.get(event.service);
      return service === undefined ? [aspectOf.service(event.service)] : allAspectsOf(service);
    }
    case "version-registered":
    case "version-updated":
      return [aspectOf.version(event.service, event.version.version)];
    case "version-removed":
      return [aspectOf.version(event.service, event.version)];
    case "weights-set":
      return [aspectOf.split(event.service)];
    case "rules-set":
      return [aspectOf.routes(event.service)];
    case "instance-registered":
      return [aspectOf.instance(event.instance.id)];
    case "instance-removed":
      return [aspectOf.instance(event.id)];
    case "override-granted":
      return [];
  }
}

/** Every aspect that a service has now. */
export function allAspectsOf(service: Service): readonly Aspect[] {
  return [
    aspectOf.service(service.name),
    aspectOf.split(service.name),
    aspectOf.routes(service.name),
    ...[...service.versions.keys()].map((version) => aspectOf.version(service.name, version)),
    ...[...service.staticInstances.keys()].map((id) => aspectOf.instance(id)),
  ];
}

/**
 * Later changes that stand in the way of undoing `change`, in order: they touched what it touched, or built on it (a version registered within a service,
 * an instance or a weight on a version). Empty: it can be undone, as far as other changes go.
 */
export function laterChanges(state: MeshState, change: Pick<Change, "id" | "events" | "inverse">): readonly ChangeId[] {
  const inverse = change.inverse ?? [];
  const touched = [
    ...change.events.flatMap((event) => aspectsOf(event, { services: new Map() })),
    ...inverse.flatMap((event) => aspectsOf(event, state)),
    ...inverse.flatMap((event) => neededBy(state, event, inverse)),
  ];
  const later = new Set<ChangeId>();
  for (const aspect of touched) {
    const toucher = state.lastTouched.get(aspect);
    if (toucher !== undefined && toucher !== change.id) later.add(toucher);
  }
  return [...later].sort((left, right) => seqOf(left) - seqOf(right));
}

/** Aspects that hold on to what an inverse fact takes away, and those that it needs and that are gone. */
function neededBy(state: MeshState, event: MeshEvent, inverse: readonly MeshEvent[]): readonly Aspect[] {
  if (event.kind === "version-removed") return holdersOf(state, event.service, event.version, inverse);
  if (event.kind !== "weights-set" && event.kind !== "rules-set") return [];
  const isBack = (version: string) =>
    inverse.some((other) => other.kind === "version-registered" && other.service === event.service && other.version.version === version);
  const versions = state.services.get(event.service)?.versions;
  const weights = event.kind === "weights-set" ? [event.weights] : event.rules.map((rule) => rule.split?.weights ?? {});
  return weights
    .flatMap((split) => Object.keys(split) as Version[])
    .filter((version) => versions?.has(version) !== true && !isBack(version))
    .map((version) => aspectOf.version(event.service, version));
}

function holdersOf(state: MeshState, name: ServiceName, version: Version, inverse: readonly MeshEvent[]): readonly Aspect[] {
  const service = state.services.get(name);
  if (service === undefined) return [];
  const isReset = (kind: MeshEvent["kind"]) => inverse.some((other) => other.kind === kind && "service" in other && other.service === name);
  const held: Aspect[] = [...service.staticInstances.values()]
    .filter((instance) => instance.version === version)
    .map((instance) => aspectOf.instance(instance.id));
  if ((service.weights[version] ?? 0) > 0 && !isReset("weights-set")) held.push(aspectOf.split(name));
  const isRouted = service.rules.some((rule) => (rule.split?.weights[version] ?? 0) > 0);
  if (isRouted && !isReset("rules-set")) held.push(aspectOf.routes(name));
  return held;
}

function seqOf(id: ChangeId): number {
  return Number(id.slice(id.indexOf("-") + 1));
}
