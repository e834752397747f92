import type { MeshEngine, ShiftVerdict } from "../../engine/index.ts";
import type { Refusal } from "../../model/index.ts";
import { err, ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";
import { findService } from "./lookup.ts";

type Key = "GET /api/v1/compatibility" | "GET /api/v1/unknowns" | "POST /api/v1/can-i-shift" | "POST /api/v1/can-i-deploy";

/** What is known about pairs of versions, and whether a shift would be safe. */
export function createCompatibilityRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/compatibility": {
      kind: "direct",
      answer({ query }) {
        const consumer = findService(engine.state(), query.consumer, "query.consumer");
        const provider = findService(engine.state(), query.provider, "query.provider");
        if (!consumer.ok || !provider.ok)
          return err(bothRefusals([consumer, provider].flatMap((found) => (found.ok ? [] : [found.error]))));
        const matrix = engine.matrix(consumer.value.name, provider.value.name);
        return ok({ body: structuredClone(matrix) as unknown as ResponseOf<"GET /api/v1/compatibility"> });
      },
    },
    "GET /api/v1/unknowns": {
      kind: "direct",
      async answer({ query }) {
        const unknowns = await engine.unknowns(query.limit);
        return ok({ body: structuredClone(unknowns) as unknown as ResponseOf<"GET /api/v1/unknowns"> });
      },
    },
    "POST /api/v1/can-i-shift": {
      kind: "direct",
      answer({ body }) {
        const verdict = engine.canIShift(body.changes);
        return verdict.ok ? ok({ body: verdictView(verdict.value) }) : verdict;
      },
    },
    "POST /api/v1/can-i-deploy": {
      kind: "direct",
      answer({ body }) {
        const judged = engine.canIDeploy(body.service, body.version);
        return judged.ok ? ok({ body: structuredClone(judged.value) as unknown as ResponseOf<"POST /api/v1/can-i-deploy"> }) : judged;
      },
    },
  };
}

function bothRefusals(refusals: readonly Refusal[]): Refusal {
  const problems = refusals.flatMap((refusal) => refusal.problems);
  return { code: "service.unknown", detail: refusals.map((refusal) => refusal.detail).join(" "), problems };
}

function verdictView({ verdict, reasons, exposure }: ShiftVerdict): ResponseOf<"POST /api/v1/can-i-shift"> {
  return structuredClone({ verdict, reasons, exposure }) as unknown as ResponseOf<"POST /api/v1/can-i-shift">;
}
