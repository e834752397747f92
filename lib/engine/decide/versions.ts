import { liveVersions, mirrorTargets } from "../../compatibility/index.ts";
import {
  type Command,
  type MeshState,
  type Problem,
  parseServiceName,
  parseVersion,
  parseVersionRange,
  type Refusal,
  type RegisteredVersion,
  type RequirementsInput,
  type Service,
  type ServiceName,
  type Version,
  type VersionRange,
} from "../../model/index.ts";
import { isUnderWay } from "../../release/index.ts";
import { canonicalJson, err, ok, type Result } from "../../std/index.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { instancesOf } from "./readiness.ts";
import { findService, listed, refuse, refuseAll, staleRev, unknownVersion } from "./refusals.ts";

type Of<K extends Command["kind"]> = Extract<Command, { readonly kind: K }>;
type Requirements = RegisteredVersion["requirements"];

/** Registers a version. The first one of a service gets all traffic, unless that would make a broken live pair. */
export function decideVersionRegister(context: DecideContext, command: Of<"version.register">): Result<Draft, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  const version = parseVersion(command.version);
  const requirements = readRequirements(service.name, command.requirements, "requirements");
  const problems = [
    ...(version.ok ? [] : [version.error]),
    ...(requirements.ok ? [] : requirements.error),
    ...checkCapacity(command.capacityRps, "capacityRps"),
    ...checkBuild(service.name, othersOf(service, command.version), command.build, "build"),
  ];
  if (service.versions.has(command.version)) problems.unshift(versionExists(service, command.version));
  if (!version.ok || !requirements.ok || problems.length > 0) return refuseAll(problems);
  const registered = newVersion(context, version.value, requirements.value, command);
  return ok({
    kind: "version.register",
    subject: `${service.name}@${version.value}`,
    before: null,
    after: shownVersion(registered),
    events: [{ kind: "version-registered", service: service.name, version: registered }],
    services: [service.name],
    firstVersions: service.versions.size === 0 ? [{ service: service.name, version: version.value }] : [],
    notes: openRequirements(context.state, service.name, registered),
  });
}

export function decideVersionUpdate(context: DecideContext, command: Of<"version.update">): Result<Draft | null, Refusal> {
  const found = findVersion(context, command.service, command.version);
  if (!found.ok) return found;
  const { service, registered } = found.value;
  if (command.rev !== service.rev) return err(staleRev(service, command.rev, "rev", shownVersion(registered)));
  const requirements =
    command.requirements === undefined ? ok(registered.requirements) : readRequirements(service.name, command.requirements, "requirements");
  const capacityRps = command.capacityRps === undefined ? registered.capacityRps : (command.capacityRps ?? undefined);
  const build = command.build === undefined ? registered.build : (command.build ?? undefined);
  const problems = [
    ...(requirements.ok ? [] : requirements.error),
    ...checkCapacity(capacityRps, "capacityRps"),
    ...checkBuild(service.name, othersOf(service, registered.version), build, "build"),
  ];
  if (!requirements.ok || problems.length > 0) return refuseAll(problems);
  const next = withDetails(registered, requirements.value, { capacityRps, build });
  if (sameVersion(next, registered)) return ok(null);
  return ok({
    kind: "version.update",
    subject: `${service.name}@${registered.version}`,
    before: shownVersion(registered),
    after: shownVersion(next),
    events: [{ kind: "version-updated", service: service.name, version: next }],
    services: [service.name],
    notes: openRequirements(context.state, service.name, next),
    paths: new Map([[pathKey(service.name, registered.version), "requirements"]]),
  });
}

export function decideVersionRemove(context: DecideContext, command: Of<"version.remove">): Result<Draft, Refusal> {
  const found = findVersion(context, command.service, command.version);
  if (!found.ok) return found;
  const { service, registered } = found.value;
  if (command.rev !== service.rev) return err(staleRev(service, command.rev, "rev", shownVersion(registered)));
  const problems = checkVersionRemoval(context, context.state, service, registered.version, "version");
  if (problems.length > 0) return refuseAll(problems);
  return ok({
    kind: "version.remove",
    subject: `${service.name}@${registered.version}`,
    before: shownVersion(registered),
    after: null,
    events: [{ kind: "version-removed", service: service.name, version: registered.version }],
    services: [service.name],
  });
}

/** A release under way that goes back to the version, should it fail. */
export function heldByReleases({ releases }: MeshState, service: Service, version: Version, path: string): readonly Problem[] {
  return [...releases.values()]
    .filter((release) => release.service === service.name && release.version !== version && release.state !== "pending")
    .filter((release) => isUnderWay(release) && (Object.hasOwn(release.start, version) || release.baseline === version))
    .map(({ id, state }) => {
      const detail = `${id} is ${state} and goes back to ${service.name} ${version} if it fails.`;
      return { path, code: "release.busy", detail, fix: `Wait until ${id} ends, or abort it first.` };
    });
}

/** What holds a version in place: weight in the split or a rule, instances. Judged on `state`. */
export function checkVersionRemoval(
  context: DecideContext,
  state: MeshState,
  service: Service,
  version: Version,
  path: string,
): readonly Problem[] {
  const subject = `${service.name} ${version}`;
  const problems: Problem[] = [];
  if (liveVersions(service).has(version)) {
    const fix = `Move its traffic to another version of ${service.name} first.`;
    problems.push({ path, code: "version.live", detail: `${subject} has weight in ${placesOf(service, version)}.`, fix });
  }
  const mirrors = [...state.services.values()].filter((other) =>
    mirrorTargets(other).some((target) => target.service === service.name && target.version === version),
  );
  if (mirrors.length > 0) {
    const detail = `${subject} gets copies of requests by rules of ${listed(mirrors.map(({ name }) => name))}.`;
    problems.push({ path, code: "version.live", detail, fix: "Take these mirrors out of the rules first." });
  }
  if (service.policy.failover?.some((step) => step.kind === "version" && step.version === version)) {
    const detail = `${subject} is named in the failover of the traffic policy.`;
    problems.push({ path, code: "version.live", detail, fix: "Take it out of the failover first." });
  }
  problems.push(...heldByReleases(state, service, version, path));
  const instances = instancesOf(context, state, { service: service.name, version });
  if (state.deployments.has(`${service.name}@${version}`)) {
    problems.push({ path, code: "version.deployed", detail: `${subject} is deployed.`, fix: "Undeploy it first." });
  } else if (instances.length > 0) {
    const detail = `${subject} has ${instances.length} ${instances.length === 1 ? "instance" : "instances"}: ${listed(instances.map(({ id }) => id))}.`;
    problems.push({ path, code: "version.has-instances", detail, fix: "Stop or remove them first." });
  }
  return problems;
}

function placesOf(service: Service, version: Version): string {
  const rules = service.rules.filter((rule) => (rule.split?.weights[version] ?? 0) > 0).length;
  const inSplit = (service.weights[version] ?? 0) > 0 ? ["the split"] : [];
  return [...inSplit, ...(rules === 0 ? [] : [`${rules} route ${rules === 1 ? "rule" : "rules"}`])].join(" and ");
}

/** A registered version by name. */
export function findVersion(
  context: DecideContext,
  serviceName: string,
  version: Version,
): Result<{ readonly service: Service; readonly registered: RegisteredVersion }, Refusal> {
  const found = findService(context.state, serviceName);
  if (!found.ok) return found;
  const registered = found.value.versions.get(version);
  if (registered === undefined) return refuse(unknownVersion(found.value, version, "version", "version.unknown"));
  return ok({ service: found.value, registered });
}

/** Requirements as given → checked; every problem with its path. */
export function readRequirements(owner: string, input: RequirementsInput, path: string): Result<Requirements, readonly Problem[]> {
  const problems: Problem[] = [];
  const requirements: [string, VersionRange][] = [];
  for (const [provider, text] of Object.entries(input)) {
    const at = `${path}.${provider}`;
    const name = parseServiceName(provider, at);
    const range = parseVersionRange(text, at);
    if (!name.ok) problems.push(name.error);
    if (!range.ok) problems.push(range.error);
    if (provider === owner) {
      const detail = `${owner} cannot require itself.`;
      problems.push({ path: at, code: "requirement.self", detail, fix: "Leave it out: versions of one service may run side by side." });
    }
    if (name.ok && range.ok) requirements.push([provider, range.value]);
  }
  if (problems.length > 0) return err(problems);
  return ok(Object.fromEntries(requirements.sort(([left], [right]) => (left < right ? -1 : 1))));
}

export function checkCapacity(capacityRps: number | undefined, path: string): readonly Problem[] {
  if (capacityRps === undefined || (Number.isFinite(capacityRps) && capacityRps > 0)) return [];
  const detail = `A capacity of ${capacityRps} requests/s is not possible.`;
  return [{ path, code: "input.invalid", detail, fix: "Give a number above 0, or leave it out: no limit known." }];
}

/** What is wrong with a build number: it is unique within its service. */
export function checkBuild(
  service: string,
  others: Iterable<Pick<RegisteredVersion, "version" | "build">>,
  build: number | undefined,
  path: string,
): readonly Problem[] {
  if (build === undefined) return [];
  if (!Number.isSafeInteger(build) || build < 1) {
    const fix = "Give a whole number from 1, or leave it out.";
    return [{ path, code: "input.invalid", detail: `${build} is no build number.`, fix }];
  }
  const all = [...others];
  const twin = all.find((other) => other.build === build);
  if (twin === undefined) return [];
  const free = all.reduce((most, other) => Math.max(most, other.build ?? 0), build) + 1;
  const detail = `Build ${build} of ${service} is version ${twin.version}.`;
  return [{ path, code: "version.build-taken", detail, fix: `Give another number: ${free} is free.` }];
}

/** The versions of a service beside one. */
export function othersOf({ versions }: Service, version: string): readonly RegisteredVersion[] {
  return [...versions.values()].filter((other) => other.version !== version);
}

/** What a registration may say beside its requirements. */
type VersionDetails = { readonly [Field in "capacityRps" | "build"]?: number | undefined };

export function newVersion(
  context: DecideContext,
  version: Version,
  requirements: Requirements,
  details: VersionDetails,
): RegisteredVersion {
  return { version, requirements, registeredAt: context.nowIso, registeredBy: context.author.author, ...given(details) };
}

/** The same registration with other details. */
export function withDetails(registered: RegisteredVersion, requirements: Requirements, details: VersionDetails): RegisteredVersion {
  const { version, registeredAt, registeredBy } = registered;
  return { version, requirements, registeredAt, registeredBy, ...given(details) };
}

function given({ build, capacityRps }: VersionDetails): Pick<RegisteredVersion, "build" | "capacityRps"> {
  return { ...(capacityRps === undefined ? {} : { capacityRps }), ...(build === undefined ? {} : { build }) };
}

export function sameVersion(left: RegisteredVersion, right: RegisteredVersion): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

/** What people compare of a version. */
export function shownVersion(registered: RegisteredVersion): unknown {
  return { requirements: registered.requirements, ...given(registered) };
}

/** One note per requirement on a service that does not exist. */
export function openRequirements(state: MeshState, owner: string, version: RegisteredVersion): readonly string[] {
  return Object.entries(version.requirements)
    .filter(([provider]) => !state.services.has(provider as ServiceName))
    .map(([provider, range]) => `${owner} ${version.version} requires ${provider} ${range}, which does not exist yet.`);
}

function versionExists(service: Service, version: string): Problem {
  const fix = "Register another version, or change this one.";
  return { path: "version", code: "version.exists", detail: `${service.name} has version ${version} already.`, fix };
}
