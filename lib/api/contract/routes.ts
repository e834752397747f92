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

/** Names as in Gateway API's HTTPRouteMatch; `caller` is ours. */
export const matchSchema = z
  .strictObject({
    path: z.strictObject({ type: z.enum(["Exact", "PathPrefix", "RegularExpression"]), value: z.string().max(2048) }).optional(),
    method: z.string().max(32).optional(),
    headers: z.array(valueMatchSchema).max(16).optional(),
    queryParams: z.array(valueMatchSchema).max(16).optional(),
    caller: z.strictObject({ service: z.string().max(253), range: z.string().max(256).optional() }).optional(),
  })
  .meta({ id: "RouteMatch" });

const headerValueSchema = z.strictObject({ name: z.string().max(256), value: z.string().max(4096) });

const headerEditsSchema = z.strictObject({
  set: z.array(headerValueSchema).max(16).optional(),
  add: z.array(headerValueSchema).max(16).optional(),
  remove: z.array(z.string().max(256)).max(16).optional(),
});

const pathRewriteSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ReplaceFullPath"), replaceFullPath: z.string().max(2048) }),
  z.strictObject({ type: z.literal("ReplacePrefixMatch"), replacePrefixMatch: z.string().max(2048) }),
]);

/** Names and shapes as in Gateway API's HTTPRouteFilter. */
export const filterSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("RequestHeaderModifier"), requestHeaderModifier: headerEditsSchema }),
    z.strictObject({ type: z.literal("ResponseHeaderModifier"), responseHeaderModifier: headerEditsSchema }),
    z.strictObject({
      type: z.literal("URLRewrite"),
      urlRewrite: z.strictObject({ hostname: z.string().max(253).optional(), path: pathRewriteSchema.optional() }),
    }),
    z.strictObject({
      type: z.literal("RequestRedirect"),
      requestRedirect: z.strictObject({
        scheme: z.enum(["http", "https"]).optional(),
        hostname: z.string().max(253).optional(),
        port: z.number().optional(),
        path: pathRewriteSchema.optional(),
        statusCode: z.literal([301, 302, 303, 307, 308]).optional(),
      }),
    }),
    z.strictObject({
      type: z.literal("RequestMirror"),
      requestMirror: z.strictObject({
        backendRef: z.strictObject({ service: z.string().max(253).optional(), version: z.string().max(64) }),
        percent: z.number().optional(),
      }),
    }),
  ])
  .meta({ id: "RouteFilter" });

/** Figures are only typed here; the engine says what is wrong with each. */
export const ruleSchema = z
  .strictObject({
    name: z.string().max(128).optional(),
    /** Empty only in a rule with a `lane`: it then takes only requests that are in the lane. */
    matches: z.array(matchSchema).max(16),
    split: z.strictObject({ weights: weightsInputSchema }).optional(),
    filters: z.array(filterSchema).max(16).optional(),
    timeouts: z
      .strictObject({ requestMs: z.number().optional(), perTryMs: z.number().optional(), idleMs: z.number().optional() })
      .optional(),
    retry: z
      .strictObject({ attempts: z.number().optional(), codes: z.array(z.number()).max(32).optional(), backoffMs: z.number().optional() })
      .optional(),
    fault: z.strictObject({ delayMs: z.number().optional(), abortStatus: z.number().optional(), percent: z.number() }).optional(),
    stickiness: z.strictObject({ by: z.enum(["cookie", "header"]), name: z.string().max(256) }).optional(),
    lane: z.string().max(63).optional(),
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
