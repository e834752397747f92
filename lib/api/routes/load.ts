import type { ErrorCode, Refusal } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import type { Handlers, Outcome, ResponseOf } from "../operation.ts";

type Key = "GET /api/v1/load" | "PUT /api/v1/load";

/** Figures and setting of the demo's load generator. */
export type LoadView = Omit<ResponseOf<"GET /api/v1/load">, "attached">;

const NO_LOAD = { attached: false, targetRps: 0, actualRps: 0, sent: 0, failed: 0, running: false } as const;

/** A load generator somewhere else; `undefined` while none is there. */
export interface LoadPort {
  get(): Promise<LoadView | undefined>;
  set(targetRps: number): Promise<Result<LoadView, { readonly detail: string }> | undefined>;
}

/** The load of the demo mesh. Reading says so where there is none; setting it is 404 then. */
export function createLoadRoutes(load: LoadPort | undefined): Handlers<Key> {
  return {
    "GET /api/v1/load": {
      kind: "direct",
      async answer(): Promise<Outcome<"GET /api/v1/load">> {
        const view = await load?.get();
        return ok({ body: view === undefined ? NO_LOAD : { ...view, attached: true } });
      },
    },
    "PUT /api/v1/load": {
      kind: "direct",
      async answer({ body }): Promise<Outcome<"PUT /api/v1/load">> {
        const result = await load?.set(body.targetRps);
        if (result === undefined) return err(noLoad());
        if (result.ok) return ok({ body: { ...result.value, attached: true } });
        return err(
          loadRefusal("input.invalid", "targetRps", result.error.detail, "Give a number of requests per second within these limits."),
        );
      },
    },
  };
}

function noLoad(): Refusal {
  return loadRefusal("route.unknown", "", "No demo load runs on this mesh.", "Start with the demo, or send requests through the ingress.");
}

function loadRefusal(code: ErrorCode, path: string, detail: string, fix: string): Refusal {
  return { code, detail, problems: [{ path, code, detail, fix }] };
}
