import type { MeshEngine } from "../../engine/index.ts";
import type { AuthorizationPolicy, Service, ServiceName } from "../../model/index.ts";
import { ok } from "../../std/index.ts";
import type { Call, Done, Handlers, ResponseOf } from "../operation.ts";
import { findService } from "./lookup.ts";

type Read = "GET /api/v1/services/{service}/authorization";
type Remove = "DELETE /api/v1/services/{service}/authorization";
type Key = Read | "PUT /api/v1/services/{service}/authorization" | Remove;
type AuthorizationView = ResponseOf<Read>;

/** Who may call a service: read, replace, remove. */
export function createAuthorizationRoutes(engine: MeshEngine): Handlers<Key> {
  const current = ({ params }: Pick<Call<Remove>, "params">) => {
    const service = engine.state().services.get(params.service as ServiceName);
    return service && authorizationView(service);
  };
  const fields = ({ state }: Done, { params }: Pick<Call<Remove>, "params">) => ({
    authorization: shown(state.services.get(params.service as ServiceName)?.authorization ?? null),
  });
  return {
    "GET /api/v1/services/{service}/authorization": {
      kind: "direct",
      answer({ params }) {
        const service = findService(engine.state(), params.service);
        return service.ok ? ok({ body: authorizationView(service.value), rev: service.value.rev }) : service;
      },
    },
    "PUT /api/v1/services/{service}/authorization": {
      kind: "command",
      command({ params, body, rev }) {
        const { reason: _, ...authorization } = body;
        const service = params.service as ServiceName;
        return ok({ kind: "authorization.set", service, rev, authorization: authorization as AuthorizationPolicy });
      },
      service: ({ params }) => params.service,
      fields,
      current,
    },
    "DELETE /api/v1/services/{service}/authorization": {
      kind: "command",
      command: ({ params, rev }) => ok({ kind: "authorization.set", service: params.service as ServiceName, rev, authorization: null }),
      service: ({ params }) => params.service,
      fields,
      current,
    },
  };
}

function authorizationView({ name, rev, authorization }: Service): AuthorizationView {
  return { service: name, rev, authorization: shown(authorization) };
}

/** In the mutable shape that the contract gives out. */
function shown(authorization: AuthorizationPolicy | null): AuthorizationView["authorization"] {
  return structuredClone(authorization) as AuthorizationView["authorization"];
}
