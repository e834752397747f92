import type { Command, ManifestService, MeshEvent, MeshState, Problem, Refusal, Service, ServiceName } from "../../model/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { foldChange } from "../fold.ts";
import type { DecideContext, Draft } from "./context.ts";
import { diffRegistry, type RegistryDiff } from "./manifest-registry.ts";
import { refuseAll } from "./refusals.ts";
import { authorizationPart, policyPart, rulesPart, splitPart, type TrafficPart } from "./traffic-parts.ts";
import { checkVersionRemoval, openRequirements } from "./versions.ts";

type Apply = Extract<Command, { readonly kind: "manifest.apply" }>;

interface Plan {
  readonly path: string;
  readonly wanted: ManifestService;
  readonly registry: RegistryDiff;
}

/**
 * Brings the named services to what a manifest says, in one change: registrations, then splits and rules judged on the state with these, then
 * what `prune` removes. What the manifest leaves out stays; with `prune` it is removed within the named services, except for the split.
 */
export function decideManifest(context: DecideContext, command: Apply): Result<Draft | null, Refusal> {
  const plans = Object.entries(command.services).map(([name, wanted]): Plan => {
    const path = `services.${name}`;
    return { path, wanted, registry: diffRegistry({ context, name: name as ServiceName, wanted, prune: command.prune, path }) };
  });
  const problems = [...plans.flatMap(({ registry }) => registry.problems), ...twiceClaimed(plans)];
  if (problems.length > 0) return refuseAll(problems);

  const added = plans.flatMap(({ registry }) => registry.added);
  const removed = plans.flatMap(({ registry }) => registry.removedInstances);
  const pruned = plans.flatMap(({ registry }) =>
    registry.prunedVersions.map((version): MeshEvent => ({ kind: "version-removed", service: registry.service.name, version })),
  );
  const registered = fold(context, context.state, [...removed, ...added, ...pruned]);
  const traffic = plans.flatMap((plan) => diffTraffic(context, registered, plan, command.prune));
  const trafficProblems = traffic.flatMap((part) => part.problems);
  if (trafficProblems.length > 0) return refuseAll(trafficProblems);

  const events = [...removed, ...added, ...traffic.flatMap(({ event }) => event ?? []), ...pruned];
  if (events.length === 0) return ok(null);
  const held = checkPruned(context, fold(context, context.state, events.slice(0, events.length - pruned.length)), plans);
  if (held.length > 0) return refuseAll(held);
  const touched = new Set(events.map(serviceOf));
  const services = plans.map(({ registry }) => registry.service.name).filter((name) => touched.has(name));
  return ok({
    kind: "manifest.apply",
    subject: services.join(", "),
    events,
    services,
    firstVersions: plans.flatMap(firstVersionOf),
    notes: openNotes(plans, registered),
    conflicts: traffic.flatMap((part) => part.conflicts),
    paths: new Map([...traffic.flatMap((part) => [...part.paths]), ...plans.flatMap(versionPaths)]),
  });
}

function fold(context: DecideContext, state: MeshState, events: readonly MeshEvent[]): MeshState {
  return foldChange(state, { ...context.place, at: context.nowIso, author: context.author.author, events });
}

/** Hosts that two services of one manifest claim; hosts of others are found when they are read. */
function twiceClaimed(plans: readonly Plan[]): readonly Problem[] {
  const owners = new Map<string, string>();
  return plans.flatMap(({ path, wanted, registry }) =>
    (wanted.hosts ?? []).flatMap((text, index): readonly Problem[] => {
      const host = text.toLowerCase();
      const owner = owners.get(host) ?? registry.service.name;
      owners.set(host, owner);
      if (owner === registry.service.name) return [];
      const detail = `"${host}" is claimed by ${owner} too.`;
      return [{ path: `${path}.hosts.${index}`, code: "host.taken", detail, fix: "Give it to one of the two." }];
    }),
  );
}

/** The parts of a service's traffic that the manifest names; with `prune` also those that it leaves out, but for the split. */
function diffTraffic(
  context: DecideContext,
  registered: MeshState,
  { path, wanted, registry }: Plan,
  prune: boolean,
): readonly TrafficPart[] {
  const service = registered.services.get(registry.service.name);
  if (service === undefined) return [];
  const at = (field: string) => ({ context, service, path: `${path}.${field}`, state: registered });
  const rules = wanted.routes?.rules ?? (prune ? [] : undefined);
  const policy = wanted.trafficPolicy ?? (prune ? {} : undefined);
  const authorization = wanted.authorization ?? (prune ? null : undefined);
  return [
    ...(wanted.split === undefined ? [] : [splitPart(at("split.weights"), wanted.split.weights)]),
    ...(rules === undefined ? [] : [rulesPart(at("routes.rules"), rules)]),
    ...(policy === undefined ? [] : [policyPart(at("trafficPolicy"), policy)]),
    ...(authorization === undefined ? [] : [authorizationPart(at("authorization"), authorization)]),
  ];
}

/** What still holds a version that `prune` would remove, after the manifest's splits and rules. */
function checkPruned(context: DecideContext, state: MeshState, plans: readonly Plan[]): readonly Problem[] {
  return plans.flatMap(({ path, registry }) => {
    const service: Service = state.services.get(registry.service.name) ?? registry.service;
    return registry.prunedVersions.flatMap((version) =>
      checkVersionRemoval(context, state, service, version, `${path}.versions.${version}`),
    );
  });
}

/** The manifest's first version of a service that has none; an explicit split decides for itself. */
function firstVersionOf({ wanted, registry }: Plan): NonNullable<Draft["firstVersions"]> {
  const [version] = registry.newVersions;
  if (version === undefined || registry.service.versions.size > 0 || wanted.split !== undefined) return [];
  return [{ service: registry.service.name, version }];
}

/** Where requirements stood: a version without a weight in the manifest is named by its own place. */
function versionPaths({ path, wanted, registry }: Plan): readonly (readonly [string, string])[] {
  if (wanted.split !== undefined) return [];
  return Object.keys(wanted.versions ?? {}).map(
    (version) => [`${registry.service.name}@${version}`, `${path}.versions.${version}`] as const,
  );
}

/** Requirements of the manifest's versions that are open even with its own services. */
function openNotes(plans: readonly Plan[], registered: MeshState): readonly string[] {
  return plans.flatMap(({ registry }) =>
    registry.touchedVersions.flatMap((version) => openRequirements(registered, registry.service.name, version)),
  );
}

function serviceOf(event: MeshEvent): ServiceName | undefined {
  if ("service" in event) return event.service;
  return event.kind === "instance-registered" ? event.instance.service : undefined;
}
