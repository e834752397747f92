import type { MeshEngine, SimulationQuery } from "../../engine/index.ts";
import { ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";

/** "Where would this request go, and why." */
export function createSimulateRoutes(engine: Pick<MeshEngine, "simulate">): Handlers<"POST /api/v1/simulate"> {
  return {
    "POST /api/v1/simulate": {
      kind: "direct",
      answer({ body }) {
        const { caller, ...request } = body;
        const query = { ...request, ...(caller !== undefined && { caller: caller as SimulationQuery["caller"] }) };
        const simulated = engine.simulate(query as SimulationQuery);
        return simulated.ok ? ok({ body: structuredClone(simulated.value) as ResponseOf<"POST /api/v1/simulate"> }) : simulated;
      },
    },
  };
}
