import type { MeshEngine } from "../../engine/index.ts";
import type { MeshState, ServiceName } from "../../model/index.ts";
import { invariant, ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";
import { serviceView } from "../views/service-view.ts";
import { findService } from "./lookup.ts";
import { byName, pageOf } from "./page.ts";

type Key =
  | "GET /api/v1/services"
  | "POST /api/v1/services"
  | "GET /api/v1/services/{service}"
  | "PATCH /api/v1/services/{service}"
  | "DELETE /api/v1/services/{service}";

const BY_NAME = byName((name: string) => name);

/** Services: list, register, read, change hosts, remove. */
export function createServiceRoutes(engine: MeshEngine): Handlers<Key> {
  const show = (state: MeshState, name: string): ResponseOf<"GET /api/v1/services/{service}"> => {
    const service = state.services.get(name as ServiceName);
    invariant(service !== undefined, "a service that was just written exists");
    return serviceView(engine, state, service);
  };
  const current = (name: string) => {
    const service = engine.state().services.get(name as ServiceName);
    return service && serviceView(engine, engine.state(), service);
  };

  return {
    "GET /api/v1/services": {
      kind: "direct",
      answer({ query }) {
        const state = engine.state();
        const page = pageOf([...state.services.keys()].sort(), query, BY_NAME);
        return ok({ body: { ...page, items: page.items.map((name) => show(state, name)) } });
      },
    },
    "POST /api/v1/services": {
      kind: "command",
      command: ({ body }) => ok({ kind: "service.register", service: body.name as ServiceName, hosts: body.hosts }),
      service: ({ body }) => body.name,
      fields: ({ state }, { body }) => show(state, body.name),
    },
    "GET /api/v1/services/{service}": {
      kind: "direct",
      answer({ params }) {
        const service = findService(engine.state(), params.service);
        return service.ok ? ok({ body: serviceView(engine, engine.state(), service.value), rev: service.value.rev }) : service;
      },
    },
    "PATCH /api/v1/services/{service}": {
      kind: "command",
      command({ params, body, rev }) {
        const service = findService(engine.state(), params.service);
        if (!service.ok) return service;
        return ok({ kind: "service.update", service: service.value.name, rev, hosts: body.hosts ?? service.value.hosts });
      },
      service: ({ params }) => params.service,
      fields: ({ state }, { params }) => show(state, params.service),
      current: ({ params }) => current(params.service),
    },
    "DELETE /api/v1/services/{service}": {
      kind: "command",
      command: ({ params, rev }) => ok({ kind: "service.remove", service: params.service as ServiceName, rev }),
      service: ({ params }) => params.service,
      fields: () => ({}),
      current: ({ params }) => current(params.service),
    },
  };
}
