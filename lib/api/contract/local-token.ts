import { z } from "zod";
import type { RouteTable } from "./route.ts";

/** Whether the request came with the local token, so that what starts processes would be answered. */
export const unlockedSchema = z.object({ unlocked: z.boolean() }).meta({ id: "Unlocked" });

export const localTokenRoutes = {
  "GET /api/v1/local-token": { summary: "Whether this client may start processes", tag: "access", response: unlockedSchema },
  "POST /api/v1/local-token/codes": {
    summary: "A one-time code for a browser: /unlock?code=… on the console",
    tag: "access",
    response: z.object({ code: z.string(), validMs: z.number().int() }),
    successStatus: 201,
    localToken: true,
  },
  "POST /api/v1/local-token/redeem": {
    summary: "The local token for a one-time code; the console puts it into a cookie that no script can read",
    tag: "access",
    body: z.strictObject({ code: z.string().min(1).max(128) }),
    response: z.object({ token: z.string() }),
  },
} as const satisfies RouteTable;
