import {
  type Instance,
  type InstanceId,
  type ManifestService,
  type MeshEvent,
  type Problem,
  parseNodeName,
  parseServiceName,
  parseVersion,
  type RegisteredVersion,
  type Service,
  type ServiceName,
  type Version,
} from "../../model/index.ts";
import type { DecideContext } from "./context.ts";
import { checkEndpoint, checkPlace, endpointText, newInstance, sameEndpoint } from "./instances.ts";
import { leasesOf } from "./readiness.ts";
import { readHosts, sameNames } from "./services.ts";
import { checkBuild, checkCapacity, newVersion, readRequirements, sameVersion, withDetails } from "./versions.ts";

/** What a manifest changes of one service's registrations. Splits and rules come after, judged on the state with these. */
export interface RegistryDiff {
  readonly service: Service;
  readonly added: readonly MeshEvent[];
  readonly removedInstances: readonly MeshEvent[];
  readonly prunedVersions: readonly Version[];
  readonly newVersions: readonly Version[];
  readonly touchedVersions: readonly RegisteredVersion[];
  readonly problems: readonly Problem[];
}

type ManifestVersion = NonNullable<ManifestService["versions"]>[string];

interface DiffInput {
  readonly context: DecideContext;
  readonly name: ServiceName;
  readonly wanted: ManifestService;
  readonly prune: boolean;
  readonly path: string;
}

/** Compares one service of a manifest with what is registered. With `prune` whatever the manifest leaves out of it is empty (split apart). */
export function diffRegistry(input: DiffInput): RegistryDiff {
  const { context, name, wanted, prune, path } = input;
  const existing = context.state.services.get(name);
  const service = existing ?? emptyService(context, name);
  const hostTexts = wanted.hosts ?? (prune ? [] : service.hosts);
  const hosts = readHosts(context.state, name, hostTexts, `${path}.hosts`);
  const added: MeshEvent[] = [];
  if (hosts.ok && existing === undefined) added.push({ kind: "service-registered", service: name, hosts: hosts.value });
  else if (hosts.ok && !sameNames(hosts.value, service.hosts)) added.push({ kind: "service-updated", service: name, hosts: hosts.value });

  const versions = Object.entries(wanted.versions ?? {});
  const parts = versions.map(([version, details]) => diffVersion(input, service, version, details));
  const kept = new Set(versions.map(([version]) => version));
  const prunedVersions = prune ? [...service.versions.keys()].filter((version) => !kept.has(version)) : [];
  const instances = diffInstances(input, service);
  const parsedName = parseServiceName(name, path);
  return {
    service,
    added: [...added, ...parts.flatMap((part) => part.events), ...instances.added],
    removedInstances: instances.removed,
    prunedVersions,
    newVersions: parts.flatMap((part) => (part.isNew ? part.touched.map(({ version }) => version) : [])),
    touchedVersions: parts.flatMap((part) => part.touched),
    problems: [
      ...(parsedName.ok ? [] : [parsedName.error]),
      ...(hosts.ok ? [] : hosts.error),
      ...parts.flatMap((part) => part.problems),
      ...instances.problems,
    ],
  };
}

function emptyService(context: DecideContext, name: ServiceName): Service {
  return {
    name,
    hosts: [],
    rev: 0,
    registeredAt: context.nowIso,
    versions: new Map(),
    weights: {},
    splitEpoch: 0,
    weightsHistory: [],
    rules: [],
    policy: {},
    authorization: null,
    staticInstances: new Map(),
  };
}

interface VersionDiff {
  readonly events: readonly MeshEvent[];
  readonly touched: readonly RegisteredVersion[];
  readonly isNew: boolean;
  readonly problems: readonly Problem[];
}

function diffVersion(
  { context, name, prune, path, wanted }: DiffInput,
  service: Service,
  text: string,
  details: ManifestVersion,
): VersionDiff {
  const at = `${path}.versions.${text}`;
  const version = parseVersion(text, at);
  const known = service.versions.get(text as Version);
  const given = details.requirements ?? (prune ? {} : known?.requirements) ?? {};
  const requirements = readRequirements(name, given, `${at}.requirements`);
  const capacityRps = details.capacityRps ?? (prune ? undefined : known?.capacityRps);
  const build = details.build ?? (prune ? undefined : known?.build);
  const problems = [
    ...(version.ok ? [] : [version.error]),
    ...(requirements.ok ? [] : requirements.error),
    ...checkCapacity(capacityRps, `${at}.capacityRps`),
    ...checkBuild(name, otherBuilds(wanted, prune, service, text), build, `${at}.build`),
  ];
  if (!version.ok || !requirements.ok || problems.length > 0) return { events: [], touched: [], isNew: false, problems };
  if (known === undefined) {
    const registered = newVersion(context, version.value, requirements.value, { capacityRps, build });
    return versionFact("version-registered", name, registered);
  }
  const next = withDetails(known, requirements.value, { capacityRps, build });
  return sameVersion(next, known) ? { events: [], touched: [], isNew: false, problems } : versionFact("version-updated", name, next);
}

/** Build numbers of the other versions, as they are after the manifest. */
function otherBuilds(wanted: ManifestService, prune: boolean, { versions }: Service, text: string) {
  const named = Object.entries(wanted.versions ?? {}).map(([version, { build }]) => {
    const kept = prune ? undefined : versions.get(version as Version)?.build;
    return { version: version as Version, ...((build ?? kept) === undefined ? {} : { build: build ?? (kept as number) }) };
  });
  const left = prune ? [] : [...versions.values()].filter(({ version }) => !named.some((other) => other.version === version));
  return [...named, ...left].filter(({ version }) => version !== text);
}

function versionFact(kind: "version-registered" | "version-updated", service: ServiceName, version: RegisteredVersion): VersionDiff {
  return { events: [{ kind, service, version }], touched: [version], isNew: kind === "version-registered", problems: [] };
}

interface WantedInstance {
  readonly version: Version;
  readonly address: string;
  readonly port: number;
  readonly node?: string;
  readonly zone?: string;
  readonly weight?: number;
  readonly path: string;
}

interface InstancesDiff {
  readonly added: readonly MeshEvent[];
  readonly removed: readonly MeshEvent[];
  readonly problems: readonly Problem[];
}

/** Static instances are told apart by address and port; one that stands elsewhere now, or runs another version, is registered anew. */
function diffInstances(input: DiffInput, service: Service): InstancesDiff {
  const { context, prune } = input;
  const wanted = wantedInstances(input);
  const problems = wanted.flatMap((instance, index) => checkWanted(context, service, instance, wanted.slice(0, index)));
  const present = [...service.staticInstances.values()];
  const isKept = (instance: Instance) => wanted.some((other) => isSame(instance, other));
  const isReplaced = (instance: Instance) => wanted.some((other) => sameEndpoint(instance, other));
  const removed = present.filter((instance) => !isKept(instance) && (prune || isReplaced(instance)));
  const missing = wanted.filter((instance) => !present.some((other) => isSame(other, instance)));
  const added = missing.map((instance, index): MeshEvent => {
    const { node, path: _, ...place } = instance;
    const id = `${service.name}-${instance.version}-c${context.place.seq}-${index + 1}` as InstanceId;
    const parsed = node === undefined ? undefined : parseNodeName(node);
    const details = { ...place, ...(parsed?.ok ? { node: parsed.value } : {}) };
    return { kind: "instance-registered", instance: newInstance(service, id, details, { kind: "static", registeredAt: context.nowIso }) };
  });
  return { added, removed: removed.map(({ id }): MeshEvent => ({ kind: "instance-removed", service: service.name, id })), problems };
}

function wantedInstances({ wanted, path }: DiffInput): readonly WantedInstance[] {
  return Object.entries(wanted.versions ?? {}).flatMap(([version, details]) =>
    (details.instances ?? []).map((instance, index) => ({
      ...instance,
      version: version as Version,
      path: `${path}.versions.${version}.instances.${index}`,
    })),
  );
}

function checkWanted(
  context: DecideContext,
  service: Service,
  instance: WantedInstance,
  earlier: readonly WantedInstance[],
): readonly Problem[] {
  const problems = [...checkEndpoint(context, instance, instance.path), ...checkPlace(instance, instance.path)];
  const twin =
    earlier.find((other) => sameEndpoint(other, instance))?.path ??
    leasesOf(context, service.name).find((lease) => sameEndpoint(lease, instance))?.id;
  if (twin !== undefined) {
    const detail = `${endpointText(instance)} of ${service.name} is taken by ${twin}.`;
    problems.push({
      path: `${instance.path}.address`,
      code: "instance.exists",
      detail,
      fix: "Give each instance its own address and port.",
    });
  }
  return problems;
}

function isSame(instance: Instance, wanted: WantedInstance): boolean {
  const { version, node, zone, weight = 1 } = wanted;
  return (
    sameEndpoint(instance, wanted) &&
    instance.version === version &&
    instance.node === node &&
    instance.zone === zone &&
    (instance.weight ?? 1) === weight
  );
}
