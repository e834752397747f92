import type { MeshEngine } from "../../engine/index.ts";
import { ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";

/** What may run together. */
export function createVersionSpaceRoutes(engine: Pick<MeshEngine, "versionSpace">): Handlers<"GET /api/v1/version-space"> {
  return {
    "GET /api/v1/version-space": {
      kind: "direct",
      async answer({ query }) {
        const space = await engine.versionSpace({ pins: query.pin ?? [], live: query.live === "true" });
        return space.ok ? ok({ body: structuredClone(space.value) as unknown as ResponseOf<"GET /api/v1/version-space"> }) : space;
      },
    },
  };
}
