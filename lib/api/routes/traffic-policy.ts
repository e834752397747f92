import type { MeshEngine } from "../../engine/index.ts";
import { DEFAULT_TRAFFIC_POLICY, effectivePolicy, type Service, type ServiceName, type TrafficPolicy } from "../../model/index.ts";
import { ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";
import { findService } from "./lookup.ts";

type Read = "GET /api/v1/services/{service}/traffic-policy";
type Key = Read | "PUT /api/v1/services/{service}/traffic-policy";
type PolicyView = ResponseOf<Read>;

/** The traffic policy of a service: as set and as it holds; replaced at once. */
export function createTrafficPolicyRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/services/{service}/traffic-policy": {
      kind: "direct",
      answer({ params }) {
        const service = findService(engine.state(), params.service);
        return service.ok ? ok({ body: policyView(service.value), rev: service.value.rev }) : service;
      },
    },
    "PUT /api/v1/services/{service}/traffic-policy": {
      kind: "command",
      command({ params, body, rev }) {
        const { reason: _, ...policy } = body;
        return ok({ kind: "policy.set", service: params.service as ServiceName, rev, policy: policy as TrafficPolicy });
      },
      service: ({ params }) => params.service,
      fields({ state }, { params }) {
        const { policy, effective } = shown(state.services.get(params.service as ServiceName)?.policy ?? {});
        return { policy, effective };
      },
      current({ params }) {
        const service = engine.state().services.get(params.service as ServiceName);
        return service && policyView(service);
      },
    },
  };
}

function policyView({ name, rev, policy }: Service): PolicyView {
  return { service: name, rev, ...shown(policy), defaults: structuredClone(DEFAULT_TRAFFIC_POLICY) as PolicyView["defaults"] };
}

/** In the mutable shapes that the contract gives out. */
function shown(policy: TrafficPolicy): Pick<PolicyView, "policy" | "effective"> {
  return {
    policy: structuredClone(policy) as PolicyView["policy"],
    effective: structuredClone(effectivePolicy(policy)) as PolicyView["effective"],
  };
}
