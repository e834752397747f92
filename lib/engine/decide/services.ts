import { liveVersions } from "../../compatibility/index.ts";
import {
  type Command,
  type MeshState,
  type Problem,
  parseServiceName,
  type Refusal,
  type Service,
  type ServiceName,
} from "../../model/index.ts";
import { parseHostPattern } from "../../routing/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { leasesOf } from "./readiness.ts";
import { findService, listed, refuseAll, staleRev } from "./refusals.ts";

type Of<K extends Command["kind"]> = Extract<Command, { readonly kind: K }>;

export function decideServiceRegister(context: DecideContext, command: Of<"service.register">): Result<Draft, Refusal> {
  const name = parseServiceName(command.service, "name");
  const hosts = readHosts(context.state, command.service, command.hosts, "hosts");
  const problems = [...(name.ok ? [] : [name.error]), ...(hosts.ok ? [] : hosts.error)];
  const existing = context.state.services.get(command.service);
  if (existing !== undefined) {
    problems.unshift({
      path: "name",
      code: "service.exists",
      detail: `The service "${existing.name}" exists since ${existing.registeredAt}.`,
      fix: "Choose another name, or change the existing service.",
    });
  }
  if (!name.ok || !hosts.ok || problems.length > 0) return refuseAll(problems);
  return ok({
    kind: "service.register",
    subject: name.value,
    before: null,
    after: { hosts: hosts.value },
    events: [{ kind: "service-registered", service: name.value, hosts: hosts.value }],
    services: [name.value],
  });
}

export function decideServiceUpdate(context: DecideContext, command: Of<"service.update">): Result<Draft | null, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  if (command.rev !== service.rev) return err(staleRev(service, command.rev));
  const hosts = readHosts(context.state, service.name, command.hosts, "hosts");
  if (!hosts.ok) return refuseAll(hosts.error);
  if (sameNames(hosts.value, service.hosts)) return ok(null);
  return ok({
    kind: "service.update",
    subject: service.name,
    before: { hosts: service.hosts },
    after: { hosts: hosts.value },
    events: [{ kind: "service-updated", service: service.name, hosts: hosts.value }],
    services: [service.name],
  });
}

/** Removes a service with its versions and static instances. */
export function decideServiceRemove(context: DecideContext, command: Of<"service.remove">): Result<Draft, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  if (command.rev !== service.rev) return err(staleRev(service, command.rev));
  const problems = checkServiceRemoval(context, context.state, service);
  if (problems.length > 0) return refuseAll(problems);
  const versions = [...service.versions.values()].map(({ version, requirements }) => [version, { requirements }]);
  return ok({
    kind: "service.remove",
    subject: service.name,
    before: { hosts: service.hosts, weights: service.weights, versions: Object.fromEntries(versions) },
    after: null,
    events: [{ kind: "service-removed", service: service.name }],
    services: [service.name],
  });
}

/** What holds a service in place: live versions of others that require it, deployments, programs that are registered under it. */
export function checkServiceRemoval(context: DecideContext, state: MeshState, service: Service): readonly Problem[] {
  const problems: Problem[] = [];
  const consumers = liveConsumers(state, service.name);
  if (consumers.length > 0) {
    problems.push({
      path: "service",
      code: "service.in-use",
      detail: `${listed(consumers)} ${consumers.length === 1 ? "requires" : "require"} ${service.name} and ${consumers.length === 1 ? "is" : "are"} live.`,
      fix: `Move their traffic to versions that do not require ${service.name} first.`,
    });
  }
  const deployed = [...state.deployments.values()].filter((deployment) => deployment.service === service.name);
  const leases = leasesOf(context, service.name);
  if (deployed.length > 0) {
    const detail = `${service.name} is deployed: ${listed(deployed.map(({ version }) => version))}.`;
    const fix = `Undeploy ${deployed.length === 1 ? "it" : "these versions"} first.`;
    problems.push({ path: "service", code: "service.deployed", detail, fix });
  } else if (leases.length > 0) {
    problems.push({
      path: "service",
      code: "version.has-instances",
      detail: `${service.name} has ${leases.length} running ${leases.length === 1 ? "instance" : "instances"}: ${listed(leases.map(({ id }) => id))}.`,
      fix: "Stop these programs, or remove their instances first.",
    });
  }
  return problems;
}

function liveConsumers(state: MeshState, provider: ServiceName): readonly string[] {
  return [...state.services.values()]
    .filter((service) => service.name !== provider)
    .flatMap((service) =>
      [...liveVersions(service)]
        .filter((version) => Object.hasOwn(service.versions.get(version)?.requirements ?? {}, provider))
        .map((version) => `${service.name} ${version}`),
    );
}

const MESH_SUFFIX = ".mesh";

/** Hosts as given → sorted, each once; every problem with its path, hosts of other services included. */
export function readHosts(
  state: MeshState,
  owner: string,
  texts: readonly string[],
  path: string,
): Result<readonly string[], readonly Problem[]> {
  const problems: Problem[] = [];
  const hosts = new Set<string>();
  for (const [index, text] of texts.entries()) {
    const at = `${path}.${index}`;
    const host = parseHostPattern(text, at);
    if (!host.ok) {
      problems.push(host.error);
      continue;
    }
    const problem = reservedHost(host.value, at) ?? takenHost(state, owner, host.value, at);
    if (problem !== null) problems.push(problem);
    hosts.add(host.value);
  }
  return problems.length > 0 ? err(problems) : ok([...hosts].sort());
}

function reservedHost(host: string, path: string): Problem | null {
  if (!host.endsWith(MESH_SUFFIX) && host !== "mesh") return null;
  const fix = "Leave it out: <service>.mesh always reaches the service.";
  return { path, code: "host.invalid", detail: `"${host}" is under .mesh, which is given by Interlock.`, fix };
}

/** The problem of a host that another service has; null when it is free. */
export function takenHost(state: MeshState, owner: string, host: string, path: string): Problem | null {
  for (const service of state.services.values()) {
    if (service.name === owner || !service.hosts.includes(host)) continue;
    const fix = `Choose another host, or take it from ${service.name} first.`;
    return { path, code: "host.taken", detail: `"${host}" belongs to ${service.name}.`, fix };
  }
  return null;
}

export function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
