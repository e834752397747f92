import type { MeshEngine } from "../../engine/index.ts";
import type { ManifestService, MeshState, Service } from "../../model/index.ts";
import { ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";
import { revsOf } from "./lookup.ts";

type Key = "GET /api/v1/manifest" | "POST /api/v1/manifest";
type Manifest = ResponseOf<"GET /api/v1/manifest">;

/** The mesh as one document: export it, apply one. */
export function createManifestRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/manifest": { kind: "direct", answer: () => ok({ body: manifestOf(engine.state()) }) },
    "POST /api/v1/manifest": {
      kind: "command",
      command: ({ body, query }) =>
        ok({
          kind: "manifest.apply",
          services: body.services as Readonly<Record<string, ManifestService>>,
          prune: query.prune === "true",
        }),
      fields: ({ state }, { body }) => ({ revs: revsOf(state, Object.keys(body.services)) }),
    },
  };
}

/** What applied to an empty mesh gives this one; leases are not part of it. */
function manifestOf(state: MeshState): Manifest {
  const services = [...state.services.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  return { services: Object.fromEntries(services.map((service) => [service.name, manifestService(service)])) };
}

function manifestService(service: Service): Manifest["services"][string] {
  const versions = [...service.versions.values()].map(({ version, requirements, capacityRps, build }) => {
    const instances = [...service.staticInstances.values()]
      .filter((instance) => instance.version === version)
      .map(({ address, port, node, zone, weight }) => ({
        address,
        port,
        ...(node !== undefined && { node }),
        ...(zone !== undefined && { zone }),
        ...(weight !== undefined && { weight }),
      }));
    const entry = {
      ...(Object.keys(requirements).length > 0 && { requirements: { ...requirements } }),
      ...(capacityRps !== undefined && { capacityRps }),
      ...(build !== undefined && { build }),
      ...(instances.length > 0 && { instances }),
    };
    return [version, entry] as const;
  });
  return {
    ...(service.hosts.length > 0 && { hosts: [...service.hosts] }),
    versions: Object.fromEntries(versions),
    ...(Object.keys(service.weights).length > 0 && { split: { weights: { ...service.weights } } }),
    ...(service.rules.length > 0 && { routes: { rules: structuredClone(service.rules) as never } }),
    ...(Object.keys(service.policy).length > 0 && { trafficPolicy: structuredClone(service.policy) as never }),
    ...(service.authorization !== null && { authorization: structuredClone(service.authorization) as never }),
  };
}
