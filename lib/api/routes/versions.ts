import type { MeshEngine } from "../../engine/index.ts";
import {
  compareVersions,
  type MeshState,
  parseVersion,
  type RequirementsInput,
  type ServiceName,
  type Version,
} from "../../model/index.ts";
import { err, invariant, ok } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Handlers } from "../operation.ts";
import { versionViews } from "../views/service-view.ts";
import { badCursor, findService } from "./lookup.ts";
import { pageOf } from "./page.ts";

type Key =
  | "GET /api/v1/services/{service}/versions"
  | "POST /api/v1/services/{service}/versions"
  | "GET /api/v1/services/{service}/versions/{version}"
  | "PATCH /api/v1/services/{service}/versions/{version}"
  | "DELETE /api/v1/services/{service}/versions/{version}";

const NEWEST_FIRST = {
  cursorOf: ({ version }: { readonly version: string }) => version,
  isAfter: ({ version }: { readonly version: string }, cursor: string) => compareVersions(version as Version, cursor as Version) < 0,
};

/** Versions of a service: list, register, read, change, remove. */
export function createVersionRoutes(engine: MeshEngine): Handlers<Key> {
  const find = (state: MeshState, name: string, version: string) => {
    const service = state.services.get(name as ServiceName);
    return service && versionViews(engine, state, service).find((view) => view.version === version);
  };
  const show = (state: MeshState, service: string, version: string) => {
    const view = find(state, service, version);
    invariant(view !== undefined, "a version that was just written exists");
    return view;
  };

  return {
    "GET /api/v1/services/{service}/versions": {
      kind: "direct",
      answer({ params, query }) {
        const service = findService(engine.state(), params.service);
        if (!service.ok) return service;
        if (query.cursor !== undefined && !parseVersion(query.cursor).ok) return err(badCursor(query.cursor));
        const page = pageOf(versionViews(engine, engine.state(), service.value), query, NEWEST_FIRST);
        return ok({ body: page, rev: service.value.rev });
      },
    },
    "POST /api/v1/services/{service}/versions": {
      kind: "command",
      command: ({ params, body }) =>
        ok({
          kind: "version.register",
          service: params.service as ServiceName,
          version: body.version as Version,
          requirements: body.requirements as RequirementsInput,
          ...(body.capacityRps !== undefined && { capacityRps: body.capacityRps }),
          ...(body.build !== undefined && { build: body.build }),
        }),
      service: ({ params }) => params.service,
      fields: ({ state }, { params, body }) => show(state, params.service, body.version),
    },
    "GET /api/v1/services/{service}/versions/{version}": {
      kind: "direct",
      answer({ params }) {
        const service = findService(engine.state(), params.service);
        if (!service.ok) return service;
        const view = find(engine.state(), params.service, params.version);
        if (view !== undefined) return ok({ body: view, rev: view.rev });
        const detail = `${params.service} has no version "${params.version}".`;
        return err(refusal({ path: "version", code: "version.unknown", detail, fix: "Look at the versions of the service." }));
      },
    },
    "PATCH /api/v1/services/{service}/versions/{version}": {
      kind: "command",
      command: ({ params, body, rev }) =>
        ok({
          kind: "version.update",
          service: params.service as ServiceName,
          rev,
          version: params.version as Version,
          ...(body.requirements !== undefined && { requirements: body.requirements as RequirementsInput }),
          ...(body.capacityRps !== undefined && { capacityRps: body.capacityRps }),
          ...(body.build !== undefined && { build: body.build }),
        }),
      service: ({ params }) => params.service,
      fields: ({ state }, { params }) => show(state, params.service, params.version),
      current: ({ params }) => find(engine.state(), params.service, params.version),
    },
    "DELETE /api/v1/services/{service}/versions/{version}": {
      kind: "command",
      command: ({ params, rev }) =>
        ok({ kind: "version.remove", service: params.service as ServiceName, rev, version: params.version as Version }),
      service: ({ params }) => params.service,
      fields: () => ({}),
      current: ({ params }) => find(engine.state(), params.service, params.version),
    },
  };
}
