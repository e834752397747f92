import type { LiveService } from "./live-service.ts";
import type { ServiceEdge } from "./service-edge.ts";

/** Traffic from outside comes from this node. */
export const INGRESS = "ingress";

export interface ServiceShape {
  readonly name: string;
  /** Newest first, as the engine orders them. */
  readonly versions: readonly string[];
}

export interface EdgeShape {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

/** What there is to draw, without figures: changes only when something comes or goes. Sorted by name. */
export interface TopologyShape {
  readonly services: readonly ServiceShape[];
  readonly edges: readonly EdgeShape[];
}

export const EMPTY_SHAPE: TopologyShape = { services: [], edges: [] };

/** The shape of the picture; `previous` itself where nothing came or went. */
export function nextShape(
  previous: TopologyShape,
  services: ReadonlyMap<string, LiveService>,
  edges: ReadonlyMap<string, ServiceEdge>,
): TopologyShape {
  if (isUnchanged(previous, services, edges)) return previous;
  const byName = new Map(previous.services.map((service) => [service.name, service]));
  return {
    services: [...services.values()]
      .map((service) => keepShape(byName.get(service.name), service))
      .sort((left, right) => (left.name < right.name ? -1 : 1)),
    edges: [...edges.values()]
      .filter((edge) => services.has(edge.to) && (edge.from === INGRESS || services.has(edge.from)))
      .map(({ key, from, to }) => ({ key, from, to }))
      .sort((left, right) => (left.key < right.key ? -1 : 1)),
  };
}

function keepShape(previous: ServiceShape | undefined, service: LiveService): ServiceShape {
  return previous && hasVersions(previous, service)
    ? previous
    : { name: service.name, versions: service.versions.map((lane) => lane.version) };
}

function hasVersions(shape: ServiceShape, service: LiveService): boolean {
  return (
    shape.versions.length === service.versions.length && service.versions.every((lane, index) => lane.version === shape.versions[index])
  );
}

function isUnchanged(
  previous: TopologyShape,
  services: ReadonlyMap<string, LiveService>,
  edges: ReadonlyMap<string, ServiceEdge>,
): boolean {
  if (previous.services.length !== services.size) return false;
  const drawn = [...edges.values()].filter((edge) => services.has(edge.to) && (edge.from === INGRESS || services.has(edge.from)));
  if (drawn.length !== previous.edges.length) return false;
  if (!previous.edges.every((edge) => edges.has(edge.key))) return false;
  return previous.services.every((shape) => {
    const service = services.get(shape.name);
    return service !== undefined && hasVersions(shape, service);
  });
}
