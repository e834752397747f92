import { z } from "zod";
import { dryRunQuery, serviceParams } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { weightsInputSchema } from "./splits.ts";
import { writeSchema } from "./write.ts";

const valueMatchSchema = z.strictObject({
  type: z.enum(["Exact", "RegularExpression"]).optional(),
  name: z.string().max(256),
  value: z.string().max(4096),
});

/** Names as in Gateway API's HTTPRouteMatch. */
export const matchSchema = z
  .strictObject({
    path: z.strictObject({ type: z.enum(["Exact", "PathPrefix", "RegularExpression"]), value: z.string().max(2048) }).optional(),
    method: z.string().max(32).optional(),
    headers: z.array(valueMatchSchema).max(16).optional(),
    queryParams: z.array(valueMatchSchema).max(16).optional(),
  })
  .meta({ id: "RouteMatch" });

export const ruleSchema = z
  .strictObject({
    name: z.string().max(128).optional(),
    matches: z.array(matchSchema).min(1).max(16),
    split: z.strictObject({ weights: weightsInputSchema }).optional(),
  })
  .meta({ id: "RouteRule" });

export const rulesSchema = z.array(ruleSchema).max(128);

export const routesSchema = z.object({ service: z.string(), rev: z.number().int(), rules: z.array(ruleSchema) }).meta({ id: "Routes" });

export const routeRoutes = {
  "GET /api/v1/services/{service}/routes": {
    summary: "Rules in order of precedence; none: everything follows the split",
    tag: "traffic",
    params: serviceParams,
    response: routesSchema,
  },
  "PUT /api/v1/services/{service}/routes": {
    summary: "Replace all rules of a service at once",
    tag: "traffic",
    params: serviceParams,
    query: dryRunQuery,
    body: z.strictObject({ rules: rulesSchema, reason: z.string().max(2000).optional() }),
    response: writeSchema.extend({ rules: z.array(ruleSchema) }),
    write: true,
    precondition: true,
  },
} as const satisfies RouteTable;
