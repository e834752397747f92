import { isIP } from "node:net";
import {
  type Command,
  type Instance,
  type InstanceId,
  type InstanceInput,
  type MeshState,
  type Problem,
  parseNodeName,
  type Refusal,
  type Service,
} from "../../model/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { aspectOf } from "../aspects.ts";
import type { DecideContext, Draft } from "./context.ts";
import { leasesOf } from "./readiness.ts";
import { findService, refuse, refuseAll, unknownVersion } from "./refusals.ts";

type Of<K extends Command["kind"]> = Extract<Command, { readonly kind: K }>;

/** Registers a static instance: durable, ready until proven otherwise. */
export function decideInstanceRegister(context: DecideContext, command: Of<"instance.register">): Result<Draft, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  const problems = [...checkInstance(context, service, command.instance, ""), ...checkId(context, command.id)];
  if (problems.length > 0) return refuseAll(problems);
  const instance = newInstance(service, command.id, command.instance, { kind: "static", registeredAt: context.nowIso });
  return ok({
    kind: "instance.register",
    subject: `${service.name}@${instance.version}`,
    before: null,
    after: shownInstance(instance),
    events: [{ kind: "instance-registered", instance }],
    services: [service.name],
  });
}

/** Removes a static instance. Leases are removed outside the log. */
export function decideInstanceRemove(context: DecideContext, command: Of<"instance.remove">): Result<Draft, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const instance = found.value.staticInstances.get(command.id);
  if (instance === undefined) return refuse(unknownInstance(command.id));
  return ok({
    kind: "instance.remove",
    subject: `${instance.service}@${instance.version}`,
    before: shownInstance(instance),
    after: null,
    events: [{ kind: "instance-removed", service: instance.service, id: instance.id }],
    services: [instance.service],
  });
}

/** Everything that is wrong with an instance as given, static or lease; `path` is where it stood, "" for the whole input. */
export function checkInstance(context: DecideContext, service: Service, input: InstanceInput, path: string): readonly Problem[] {
  const at = (field: string) => (path === "" ? field : `${path}.${field}`);
  const problems: Problem[] = [];
  if (!service.versions.has(input.version)) problems.push(unknownVersion(service, input.version, at("version"), "version.unknown"));
  problems.push(...checkEndpoint(context, input, path));
  problems.push(...checkPlace(input, path));
  const own = [...service.staticInstances.values(), ...leasesOf(context, service.name)];
  const twin = own.find((other) => sameEndpoint(other, input)) ?? context.leases.find((other) => isSamePort(other, input));
  if (twin !== undefined) {
    const detail = `${twin.id} of ${twin.service} is registered at ${endpointText(input)} already.`;
    problems.push({
      path: at("address"),
      code: "instance.exists",
      detail,
      fix: "Use another address or port, or remove that instance first.",
    });
  }
  return problems;
}

/**
 * Whether two programs that say where they run would listen on one port of this machine, of whatever service: one of them would get the other's requests.
 * Elsewhere an address is its owner's, who may have one program serve several services.
 */
function isSamePort(left: Pick<Instance, "address" | "node" | "port">, right: Pick<InstanceInput, "address" | "node" | "port">): boolean {
  return left.node !== undefined && right.node !== undefined && /^(127\.|::1$)/.test(right.address) && sameEndpoint(left, right);
}

const WEIGHT_MAX = 1_000;

/** What is wrong with where an instance stands and what it carries: node, zone, weight. */
export function checkPlace(
  { node, zone, weight }: Pick<InstanceInput, "zone" | "weight"> & { readonly node?: string },
  path: string,
): readonly Problem[] {
  const at = (field: string) => (path === "" ? field : `${path}.${field}`);
  const problems: Problem[] = [];
  const parsed = node === undefined ? undefined : parseNodeName(node, at("node"));
  if (parsed?.ok === false) problems.push(parsed.error);
  const parsedZone = zone === undefined ? undefined : parseNodeName(zone, at("zone"));
  if (parsedZone?.ok === false) {
    const detail = `"${zone}" is not the name of a zone.`;
    problems.push({ ...parsedZone.error, detail, fix: "Use 1 to 63 lower-case letters, digits and hyphens, such as eu-west-1a." });
  }
  if (weight !== undefined && !(Number.isInteger(weight) && weight >= 1 && weight <= WEIGHT_MAX)) {
    const detail = `${weight} is not the weight of an instance.`;
    problems.push({ path: at("weight"), code: "input.invalid", detail, fix: `Give a whole number from 1 to ${WEIGHT_MAX}.` });
  }
  return problems;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** What is wrong with an address and port in themselves. */
export function checkEndpoint(
  context: Pick<DecideContext, "reservedPorts">,
  { address, port }: Pick<InstanceInput, "address" | "port">,
  path: string,
): readonly Problem[] {
  const at = (field: string) => (path === "" ? field : `${path}.${field}`);
  const problems: Problem[] = [];
  if (isIP(address) === 0 && !HOST_NAME.test(address)) {
    const detail = `"${address}" is no IP address and no host name.`;
    problems.push({
      path: at("address"),
      code: "input.invalid",
      detail,
      fix: "Give an address without scheme and port, such as 127.0.0.1.",
    });
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    problems.push({
      path: at("port"),
      code: "input.invalid",
      detail: `${port} is not a port.`,
      fix: "Give a whole number from 1 to 65535.",
    });
  } else if (context.reservedPorts.includes(port)) {
    const detail = `Port ${port} is one of Interlock's own, which the proxies never send to.`;
    problems.push({ path: at("port"), code: "input.invalid", detail, fix: "Let the program listen on another port." });
  }
  return problems;
}

export function sameEndpoint(left: Pick<Instance, "address" | "port">, right: Pick<Instance, "address" | "port">): boolean {
  return left.address === right.address && left.port === right.port;
}

export function endpointText({ address, port }: Pick<Instance, "address" | "port">): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** An instance of a service out of its checked parts. */
export function newInstance(
  service: Service,
  id: InstanceId,
  { version, address, port, node, zone, weight }: InstanceInput,
  more: Pick<Instance, "kind" | "registeredAt" | "standby">,
): Instance {
  return {
    id,
    service: service.name,
    version,
    address,
    port,
    ...(node === undefined ? {} : { node }),
    ...(zone === undefined ? {} : { zone }),
    // 1 is what holds without one.
    ...(weight === undefined || weight === 1 ? {} : { weight }),
    ...more,
  };
}

/** What people compare of an instance. */
export function shownInstance({ id, address, port, node, zone, weight }: Instance): unknown {
  return {
    id,
    address,
    port,
    ...(node === undefined ? {} : { node }),
    ...(zone === undefined ? {} : { zone }),
    ...(weight === undefined ? {} : { weight }),
  };
}

export function unknownInstance(id: string): Problem {
  return {
    path: "id",
    code: "instance.unknown",
    detail: `There is no instance "${id}".`,
    fix: "It may have expired: register it again.",
  };
}

const INSTANCE_ID = /^[a-z0-9][a-z0-9.-]{0,252}$/i;

function checkId(context: DecideContext, id: InstanceId): readonly Problem[] {
  if (!INSTANCE_ID.test(id)) {
    const fix = "Use <service>-<version>-<suffix>.";
    return [{ path: "id", code: "name.invalid", detail: `"${id}" is not a valid instance id.`, fix }];
  }
  if (!isIdUsed(context.state, context.leases, id)) return [];
  return [{ path: "id", code: "instance.exists", detail: `The id ${id} is or was in use.`, fix: "Choose another suffix." }];
}

/** Whether an id names an instance, or did once. */
export function isIdUsed(state: MeshState, leases: readonly Instance[], id: InstanceId): boolean {
  return state.lastTouched.has(aspectOf.instance(id)) || leases.some((lease) => lease.id === id);
}
