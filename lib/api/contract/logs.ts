import { z } from "zod";
import { nameSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";

/** Lines that one answer can have. */
export const LOG_LINES_MAX = 2_000;

/** What a process printed: standard output and standard error in one. */
export const logSchema = z
  .object({
    assignment: z.string(),
    node: z.string(),
    /** Oldest first. */
    lines: z.array(z.string()),
    /** There were earlier lines. */
    isCut: z.boolean(),
  })
  .meta({ id: "Log" });

/** Data of the log's `lines` events. `skipped`: bytes that were printed faster than they are passed on, before these lines. */
export const logLinesSchema = z.object({ lines: z.array(z.string()), skipped: z.number().int() }).meta({ id: "LogLines" });

export const logRoutes = {
  "GET /api/v1/instances/{id}/logs": {
    summary:
      "The last lines of a process of a deployment; with follow=true a stream of server-sent events: `lines`, first those, then as they are printed",
    tag: "workloads",
    /** An instance, or an assignment; of a process that has ended, its assignment. */
    params: z.object({ id: nameSchema }),
    query: z.object({
      lines: z.coerce.number().int().min(0).max(LOG_LINES_MAX).optional(),
      follow: z.enum(["true", "false"]).optional(),
    }),
    response: logSchema,
  },
} as const satisfies RouteTable;
