import { z } from "zod";
import { authorizationPolicySchema } from "./authorization.ts";
import { dryRunQuery, listOf, nameSchema, pageQuery } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { rulesSchema } from "./routes.ts";
import { overrideSchema, weightsInputSchema } from "./splits.ts";
import { trafficPolicySchema } from "./traffic-policy.ts";
import { changeSchema, writeSchema } from "./write.ts";

const changeSetItemSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("split"),
    service: nameSchema,
    rev: z.number().int(),
    weights: weightsInputSchema,
    override: overrideSchema.optional(),
  }),
  z.strictObject({ kind: z.literal("routes"), service: nameSchema, rev: z.number().int(), rules: rulesSchema }),
  z.strictObject({ kind: z.literal("traffic-policy"), service: nameSchema, rev: z.number().int(), policy: trafficPolicySchema }),
  z.strictObject({
    kind: z.literal("authorization"),
    service: nameSchema,
    rev: z.number().int(),
    /** Null: everybody may call. */
    authorization: authorizationPolicySchema.nullable(),
  }),
]);

export const changeRoutes = {
  "GET /api/v1/changes": {
    summary: "Changes, newest first",
    tag: "changes",
    query: pageQuery.extend({ service: z.string().optional() }),
    response: listOf(changeSchema),
  },
  "POST /api/v1/changes": {
    summary: "Apply several changes at once, all or none; judged on the final state",
    tag: "changes",
    query: dryRunQuery,
    body: z.strictObject({ changes: z.array(changeSetItemSchema).max(200), reason: z.string().max(2000).default("") }),
    response: writeSchema.extend({ revs: z.record(z.string(), z.number().int()) }),
    write: true,
  },
  "GET /api/v1/changes/{id}": { summary: "One change", tag: "changes", params: z.object({ id: nameSchema }), response: changeSchema },
  "POST /api/v1/changes/{id}/undo": {
    summary: "Take one change back; refused where a later change stands in its way",
    tag: "changes",
    params: z.object({ id: nameSchema }),
    query: dryRunQuery,
    body: z.strictObject({ reason: z.string().max(2000).optional() }).optional(),
    response: writeSchema,
    write: true,
    localToken: "sometimes",
  },
} as const satisfies RouteTable;
