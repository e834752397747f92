/**
 * Which services anything can be known of together: one requires the other in some version, or facts name both. All other pairs of versions are unknown,
 * so that nothing needs to be asked about them: a mesh has far fewer calls than pairs of services.
 */
import type { MeshState, Service, ServiceName } from "../model/index.ts";
import { factProviders } from "./evidence-index.ts";

interface Consumers {
  readonly evidence: MeshState["evidence"];
  readonly byProvider: ReadonlyMap<ServiceName, readonly ServiceName[]>;
}

type Mesh = Pick<MeshState, "services" | "evidence">;

/** By the state's map of services, which it shares until something changes. */
const consumers = new WeakMap<MeshState["services"], Consumers>();
/** By the map of versions they were read from. */
const required = new WeakMap<Service["versions"], ReadonlySet<ServiceName>>();
const NO_SERVICES: readonly ServiceName[] = [];

/** The services that a version of this one requires. */
export function requiredServices({ versions }: Service): ReadonlySet<ServiceName> {
  const known = required.get(versions);
  if (known !== undefined) return known;
  const names = new Set([...versions.values()].flatMap(({ requirements }) => Object.keys(requirements) as ServiceName[]));
  required.set(versions, names);
  return names;
}

/** Names of the services that require a service, or that facts name as its consumers, in order. */
export function consumersOf(state: Mesh, provider: ServiceName): readonly ServiceName[] {
  return consumersIn(state).get(provider) ?? NO_SERVICES;
}

/** The other registered services that anything is known of together with this one, whoever calls whom. */
export function neighboursOf(state: Mesh, name: ServiceName): readonly Service[] {
  const service = state.services.get(name);
  const providers = service === undefined ? [] : [...requiredServices(service), ...factProviders(state, name).keys()];
  const names = new Set([...providers, ...consumersOf(state, name)]);
  names.delete(name);
  return [...names].flatMap((other) => state.services.get(other) ?? []);
}

function consumersIn({ services, evidence }: Mesh): Consumers["byProvider"] {
  const known = consumers.get(services);
  if (known?.evidence === evidence) return known.byProvider;
  const found = new Map<ServiceName, Set<ServiceName>>();
  const add = (consumer: ServiceName, provider: ServiceName) => {
    if (consumer !== provider) found.set(provider, (found.get(provider) ?? new Set()).add(consumer));
  };
  for (const service of services.values()) {
    for (const provider of requiredServices(service)) add(service.name, provider);
    for (const provider of factProviders({ evidence }, service.name).keys()) add(service.name, provider);
  }
  const byProvider = new Map([...found].map(([provider, names]) => [provider, [...names].sort()] as const));
  consumers.set(services, { evidence, byProvider });
  return byProvider;
}
