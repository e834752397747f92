import type { MeshEngine, TopologyEdgeView } from "../../engine/index.ts";
import type { EdgeEnd } from "../../model/index.ts";
import { EntityTable, type FigureSource } from "./figure-source.ts";

/** The live picture. A delta has changed services and edges whole, and the names of those that are gone. */
export function createTopologySource(engine: Pick<MeshEngine, "topology">): FigureSource {
  const services = new EntityTable();
  const edges = new EntityTable();
  let head = "";

  return {
    refresh() {
      const view = engine.topology();
      head = `{"topic":"topology","at":${JSON.stringify(view.at)},"windowMs":${view.windowMs}`;
      const changedServices = services.update(view.services.map((service) => entity(service.name, service)));
      const changedEdges = edges.update(view.edges.map((edge) => entity(edgeKey(edge), edge)));
      const removed = list("removedServices", changedServices.removed) + list("removedEdges", changedEdges.removed);
      if (changedServices.changed.length === 0 && changedEdges.changed.length === 0 && removed === "") return null;
      return `${head},"services":[${changedServices.changed.join(",")}],"edges":[${changedEdges.changed.join(",")}]${removed}}`;
    },
    snapshot: () => `${head},"services":${services.all()},"edges":${edges.all()}}`,
  };
}

function entity(key: string, value: unknown): readonly [string, string, () => string] {
  const json = JSON.stringify(value);
  return [key, json, () => json];
}

function list(name: string, keys: readonly string[]): string {
  return keys.length === 0 ? "" : `,"${name}":${JSON.stringify(keys)}`;
}

/** As the wire names edges: `from@v>to@v`, an end without a version by its service alone. */
function edgeKey(edge: Pick<TopologyEdgeView, "from" | "to">): string {
  return `${endKey(edge.from)}>${endKey(edge.to)}`;
}

function endKey(end: EdgeEnd): string {
  return end.version === null ? end.service : `${end.service}@${end.version}`;
}
