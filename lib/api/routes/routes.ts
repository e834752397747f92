import type { MeshEngine } from "../../engine/index.ts";
import type { RouteRule, Service, ServiceName } from "../../model/index.ts";
import { ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";
import { findService } from "./lookup.ts";

type Key = "GET /api/v1/services/{service}/routes" | "PUT /api/v1/services/{service}/routes";
type RoutesView = ResponseOf<"GET /api/v1/services/{service}/routes">;

/** Route rules of a service: read in order of precedence, replace all at once. */
export function createRouteRoutes(engine: MeshEngine): Handlers<Key> {
  const find = (name: string) => engine.state().services.get(name as ServiceName);
  return {
    "GET /api/v1/services/{service}/routes": {
      kind: "direct",
      answer({ params }) {
        const service = findService(engine.state(), params.service);
        return service.ok ? ok({ body: routesView(service.value), rev: service.value.rev }) : service;
      },
    },
    "PUT /api/v1/services/{service}/routes": {
      kind: "command",
      command: ({ params, body, rev }) =>
        ok({ kind: "routes.set", service: params.service as ServiceName, rev, rules: body.rules as RouteRule[] }),
      service: ({ params }) => params.service,
      fields: ({ state }, { params }) => ({ rules: ruleViews(state.services.get(params.service as ServiceName)?.rules ?? []) }),
      current({ params }) {
        const service = find(params.service);
        return service && routesView(service);
      },
    },
  };
}

function routesView(service: Service): RoutesView {
  return { service: service.name, rev: service.rev, rules: ruleViews(service.rules) };
}

/** The same rules in the mutable shape that the contract gives out. */
function ruleViews(rules: readonly RouteRule[]): RoutesView["rules"] {
  return structuredClone(rules) as RoutesView["rules"];
}
