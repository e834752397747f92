import { z } from "zod";
import { dryRunQuery, serviceParams } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { writeSchema } from "./write.ts";

const actionSchema = z.enum(["allow", "deny"]);
const textsSchema = z.array(z.string().max(2048)).max(64);

const authorizationRuleSchema = z.strictObject({
  name: z.string().max(128).optional(),
  /** The action of the policy when absent. */
  action: actionSchema.optional(),
  /** Everybody when absent. */
  from: z
    .strictObject({
      services: textsSchema.optional(),
      identities: textsSchema.optional(),
      jwt: z.record(z.string().max(253), textsSchema).optional(),
    })
    .optional(),
  /** Every request when absent. */
  to: z.strictObject({ methods: textsSchema.optional(), paths: textsSchema.optional() }).optional(),
});

const jwtProviderSchema = z.strictObject({
  issuer: z.string().max(2048),
  audiences: textsSchema.optional(),
  jwksUri: z.string().max(2048).optional(),
  jwks: z.strictObject({ keys: z.array(z.record(z.string().max(253), z.unknown())).max(64) }).optional(),
});

export const authorizationPolicySchema = z
  .strictObject({
    action: actionSchema,
    rules: z.array(authorizationRuleSchema).max(128),
    jwtProviders: z.array(jwtProviderSchema).max(16).optional(),
  })
  .meta({ id: "AuthorizationPolicy" });

const authorizationOrNone = authorizationPolicySchema.nullable();

export const authorizationRoutes = {
  "GET /api/v1/services/{service}/authorization": {
    summary: "Who may call a service; null: everybody",
    tag: "traffic",
    params: serviceParams,
    response: z
      .object({ service: z.string(), rev: z.number().int(), authorization: authorizationOrNone })
      .meta({ id: "ServiceAuthorization" }),
  },
  "PUT /api/v1/services/{service}/authorization": {
    summary: "Replace who may call a service",
    tag: "traffic",
    params: serviceParams,
    query: dryRunQuery,
    body: authorizationPolicySchema.extend({ reason: z.string().max(2000).optional() }),
    response: writeSchema.extend({ authorization: authorizationOrNone }),
    write: true,
    precondition: true,
  },
  "DELETE /api/v1/services/{service}/authorization": {
    summary: "Let everybody call a service",
    tag: "traffic",
    params: serviceParams,
    query: dryRunQuery.extend({ reason: z.string().max(2000).optional() }),
    response: writeSchema.extend({ authorization: authorizationOrNone }),
    write: true,
    precondition: true,
  },
} as const satisfies RouteTable;
