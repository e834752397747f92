import { z } from "zod";
import type { RouteTable } from "./route.ts";

/** The demo's load generator: user journeys per second through the ingress. `attached`: whether one runs; its figures are 0 otherwise. */
export const loadSchema = z
  .object({
    attached: z.boolean(),
    targetRps: z.number().min(0).max(2000),
    actualRps: z.number(),
    sent: z.number().int(),
    failed: z.number().int(),
    running: z.boolean(),
  })
  .meta({ id: "Load" });

/** Without a demo there is nothing to set: 404 `route.unknown`. */
export const loadRoutes = {
  "GET /api/v1/load": { summary: "Load of the demo mesh", tag: "demo", response: loadSchema },
  "PUT /api/v1/load": {
    summary: "Set the load of the demo mesh",
    tag: "demo",
    body: z.strictObject({ targetRps: z.number() }),
    response: loadSchema,
    write: true,
  },
} as const satisfies RouteTable;
