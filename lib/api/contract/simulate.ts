import { z } from "zod";
import { nameSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { ruleSchema, rulesSchema } from "./routes.ts";

/** Where a request would go, decided by the code that decides in the proxies. */
export const simulationSchema = z
  .object({
    /** The rule that takes the request; null: it follows the service's split. */
    rule: ruleSchema.nullable(),
    /** Where it may end, with the share of each; empty where it is refused or redirected. */
    versions: z.array(z.object({ version: z.string(), share: z.number().min(0).max(1) })),
    steps: z.array(z.object({ stage: z.string(), decision: z.string(), why: z.string() })),
    /** Of the refusal, when it ends in one. */
    code: z.string().optional(),
  })
  .meta({ id: "Simulation" });

const claimSchema = z.union([z.string().max(2048), z.number(), z.boolean()]);

export const simulateRoutes = {
  "POST /api/v1/simulate": {
    summary: "Where would this request go, and why; nothing is sent and nothing is written",
    tag: "traffic",
    body: z.strictObject({
      service: nameSchema,
      /** Absent: it comes from outside, through the ingress. */
      caller: z.strictObject({ service: nameSchema, version: nameSchema }).optional(),
      method: z.string().max(32).default("GET"),
      /** With its query, as a client sends it. */
      path: z.string().max(8192).default("/"),
      headers: z.record(z.string().max(256), z.string().max(8192)).default({}),
      /** Of a token that its issuer's keys verify, as authorization looks at them; absent: it has none. No token is read or verified here. */
      claims: z.record(z.string().max(253), z.union([claimSchema, z.array(claimSchema).max(64)])).optional(),
      /** A draft: what would be decided if the service had these rules instead of its own. Checked as those of a write; nothing is written. */
      rules: rulesSchema.optional(),
    }),
    response: simulationSchema,
  },
} as const satisfies RouteTable;
