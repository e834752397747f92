import type { MeshEvent, MeshState, Service, Version, VersionRef } from "../model/index.ts";
import { type BeforeFact, type FoldedChange, watchFacts } from "./fold.ts";
import { deliveryBefore } from "./fold-delivery.ts";

/**
 * The facts that take a change back, in the order in which to fold them on the state after it. They restore what people set (hosts, requirements,
 * weights, rules, policies, static instances, overrides, evidence); revs and history go on.
 */
export function invertChange(before: MeshState, change: FoldedChange): readonly MeshEvent[] {
  const groups: (readonly MeshEvent[])[] = [];
  watchFacts(before, change, (now, event) => groups.push(invertEvent(now, event)));
  return groups.reverse().flat();
}

function invertEvent(before: BeforeFact, event: MeshEvent): readonly MeshEvent[] {
  switch (event.kind) {
    case "service-registered":
      return [{ kind: "service-removed", service: event.service }];
    case "service-updated":
      return restored(before, event.service, ({ name, hosts }) => [{ kind: "service-updated", service: name, hosts }]);
    case "service-removed":
      return [...restored(before, event.service, restoreService), ...standingOf(before, ({ service }) => service === event.service)];
    case "version-registered":
      return [{ kind: "version-removed", service: event.service, version: event.version.version }];
    case "version-updated":
      return restored(before, event.service, (service) => restoreVersion(service, event.version.version, "version-updated"));
    case "version-removed":
      return [
        ...restored(before, event.service, (service) => restoreVersion(service, event.version, "version-registered")),
        ...standingOf(before, ({ service, version }) => service === event.service && version === event.version),
      ];
    case "weights-set":
      return restored(before, event.service, ({ name, weights }) => [{ kind: "weights-set", service: name, weights, cause: "undo" }]);
    case "rules-set":
      return restored(before, event.service, ({ name, rules }) => [{ kind: "rules-set", service: name, rules }]);
    case "policy-set":
      return restored(before, event.service, ({ name, policy }) => [{ kind: "policy-set", service: name, policy }]);
    case "authorization-set":
      return restored(before, event.service, ({ name, authorization }) => [{ kind: "authorization-set", service: name, authorization }]);
    case "root-rotated":
      // A root that was made, used or dropped stays so: the next step leads on, none leads back.
      return [];
    case "plan-created":
    case "plan-moved":
    case "release-created":
    case "release-moved":
      // Plans and releases go back by their own verbs.
      return [];
    case "process-asked":
      // A process that was ended is another one when it is started again.
      return [];
    case "approval-set":
      // What somebody has agreed to, and that it was used, is history.
      return [];
    case "instance-registered":
      return [{ kind: "instance-removed", service: event.instance.service, id: event.instance.id }];
    case "instance-removed":
      return restored(before, event.service, ({ staticInstances }) => {
        const instance = staticInstances.get(event.id);
        return instance === undefined ? [] : [{ kind: "instance-registered", instance }];
      });
    case "override-granted":
      return [{ kind: "override-ended", override: event.override }];
    case "override-ended":
      return [{ kind: "override-granted", override: event.override }];
    case "evidence-recorded":
      return [{ kind: "evidence-ended", fact: event.fact }];
    case "evidence-ended":
      return [{ kind: "evidence-recorded", fact: event.fact }];
    default:
      return [{ ...event, value: deliveryBefore(before.delivery, event) } as MeshEvent];
  }
}

function restored(before: BeforeFact, name: Service["name"], restore: (service: Service) => readonly MeshEvent[]): readonly MeshEvent[] {
  const service = before.services.get(name);
  return service === undefined ? [] : restore(service);
}

function restoreVersion(service: Service, name: Version, kind: "version-registered" | "version-updated"): readonly MeshEvent[] {
  const version = service.versions.get(name);
  return version === undefined ? [] : [{ kind, service: service.name, version }];
}

function restoreService(service: Service): readonly MeshEvent[] {
  const { name, hosts, versions, staticInstances, weights, rules, policy, authorization } = service;
  return [
    { kind: "service-registered", service: name, hosts },
    ...[...versions.values()].map((version): MeshEvent => ({ kind: "version-registered", service: name, version })),
    ...[...staticInstances.values()].map((instance): MeshEvent => ({ kind: "instance-registered", instance })),
    ...(Object.keys(weights).length === 0 ? [] : [{ kind: "weights-set", service: name, weights, cause: "undo" } as const]),
    ...(Object.keys(policy).length === 0 ? [] : [{ kind: "policy-set", service: name, policy } as const]),
    ...(authorization === null ? [] : [{ kind: "authorization-set", service: name, authorization } as const]),
    ...(rules.length === 0 ? [] : [{ kind: "rules-set", service: name, rules } as const]),
  ];
}

/** What stands about versions that are removed, and goes with them; it comes back with them. */
function standingOf(before: BeforeFact, isGone: (ref: VersionRef) => boolean): readonly MeshEvent[] {
  const { deployments, lifecycles } = before.delivery;
  return [
    ...pairsOf(before, isGone),
    ...[...lifecycles].filter(([, value]) => isGone(value)).map(([id, value]): MeshEvent => ({ kind: "lifecycle-set", id, value })),
    ...[...deployments].filter(([, value]) => isGone(value)).map(([id, value]): MeshEvent => ({ kind: "deployment-set", id, value })),
  ];
}

function pairsOf({ overrides, evidence }: BeforeFact, isGone: (ref: VersionRef) => boolean): readonly MeshEvent[] {
  const isTouched = ({ consumer, provider }: { readonly consumer: VersionRef; readonly provider: VersionRef }) =>
    isGone(consumer) || isGone(provider);
  return [
    ...overrides.filter(isTouched).map((override): MeshEvent => ({ kind: "override-granted", override })),
    ...evidence.filter(isTouched).map((fact): MeshEvent => ({ kind: "evidence-recorded", fact })),
  ];
}
