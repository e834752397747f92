import type { MeshEngine } from "../../engine/index.ts";
import type { ServiceName, Version, Weights } from "../../model/index.ts";
import { err, ok } from "../../std/index.ts";
import type { Done, Handlers, ResponseOf } from "../operation.ts";
import { findService } from "./lookup.ts";

type Key = "GET /api/v1/services/{service}/split" | "PUT /api/v1/services/{service}/split" | "POST /api/v1/services/{service}/rollback";

/** The split of a service: read with what is accepted and observed, set, roll back. */
export function createSplitRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/services/{service}/split": {
      kind: "direct",
      answer({ params }) {
        const split = showSplit(engine, params.service);
        if (split !== undefined) return ok({ body: split, rev: split.rev });
        const service = findService(engine.state(), params.service);
        return err(service.ok ? { code: "engine.not-ready", detail: "The split is not known yet.", problems: [] } : service.error);
      },
    },
    "PUT /api/v1/services/{service}/split": {
      kind: "command",
      command: ({ params, body, rev }) =>
        ok({
          kind: "split.set",
          service: params.service as ServiceName,
          rev,
          weights: body.weights,
          ...(body.override !== undefined && { override: body.override }),
        }),
      service: ({ params }) => params.service,
      fields: () => ({}),
      current: ({ params }) => showSplit(engine, params.service),
    },
    "POST /api/v1/services/{service}/rollback": {
      kind: "command",
      command: ({ params, body, rev }) =>
        ok({ kind: "rollback", service: params.service as ServiceName, rev, ...(body.to !== undefined && { to: body.to as Version }) }),
      service: ({ params }) => params.service,
      fields: async (done, { body, params }) => ({
        ...rollbackFields(engine, done, params.service),
        ...(done.dryRun && (await closureFields(engine, params.service, body.to))),
      }),
      current: ({ params }) => showSplit(engine, params.service),
    },
  };
}

/** In the mutable shape that the contract gives out. */
function showSplit(engine: MeshEngine, service: string): ResponseOf<"GET /api/v1/services/{service}/split"> | undefined {
  const split = engine.split(service as ServiceName);
  return split && (structuredClone(split) as unknown as ResponseOf<"GET /api/v1/services/{service}/split">);
}

/** What must move with a rollback; nothing where no safe way is known, as the rollback's own answer says why. */
async function closureFields(engine: MeshEngine, service: string, to: string | undefined) {
  const closure = await engine.plans.closure(service as ServiceName, to as Version | undefined);
  return closure.ok
    ? { closure: structuredClone(closure.value) as unknown as ResponseOf<"POST /api/v1/services/{service}/rollback">["closure"] }
    : {};
}

/** Weights before and after. The engine's state has the new ones already, so the old ones come from the change's place in the history. */
function rollbackFields(engine: MeshEngine, done: Done, name: string): { from: Weights; to: Weights } {
  const service = done.state.services.get(name as ServiceName);
  const to = service?.weights ?? {};
  const step = service?.weightsHistory.findLast((entry) => entry.changeId === done.change?.id);
  const from = step?.before ?? (done.dryRun ? engine.state().services.get(name as ServiceName)?.weights : undefined) ?? to;
  return { from: { ...from }, to: { ...(step?.after ?? to) } };
}
