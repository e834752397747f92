import { z } from "zod";
import { authorizationPolicySchema } from "./authorization.ts";
import { dryRunQuery } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { rulesSchema } from "./routes.ts";
import { weightsInputSchema } from "./splits.ts";
import { trafficPolicySchema } from "./traffic-policy.ts";
import { writeSchema } from "./write.ts";

const manifestInstanceSchema = z.strictObject({
  address: z.string().max(253),
  port: z.number(),
  node: z.string().max(253).optional(),
  zone: z.string().max(253).optional(),
  weight: z.number().optional(),
});

const manifestVersionSchema = z.strictObject({
  requirements: z.record(z.string().max(253), z.string().max(256)).optional(),
  capacityRps: z.number().optional(),
  build: z.number().optional(),
  instances: z.array(manifestInstanceSchema).max(1000).optional(),
});

const manifestServiceSchema = z.strictObject({
  hosts: z.array(z.string().max(253)).max(64).optional(),
  versions: z
    .record(
      z.string().max(64),
      manifestVersionSchema.nullable().transform((version) => version ?? {}),
    )
    .optional(),
  split: z.strictObject({ weights: weightsInputSchema }).optional(),
  routes: z.strictObject({ rules: rulesSchema }).optional(),
  trafficPolicy: trafficPolicySchema.optional(),
  authorization: authorizationPolicySchema.optional(),
});

/** `mesh.yaml`: idempotent; what it leaves out stays, `?prune=true` removes it within the services it names. */
export const manifestSchema = z.strictObject({ services: z.record(z.string().max(253), manifestServiceSchema) }).meta({ id: "Manifest" });

export const manifestRoutes = {
  "GET /api/v1/manifest": { summary: "The whole mesh as a manifest", tag: "manifest", response: manifestSchema },
  "POST /api/v1/manifest": {
    summary: "Apply a manifest, all or none",
    tag: "manifest",
    query: dryRunQuery.extend({ prune: z.enum(["true", "false"]).optional(), reason: z.string().max(2000).optional() }),
    body: manifestSchema,
    bodyTypes: ["application/json", "application/yaml"],
    response: writeSchema.extend({ revs: z.record(z.string(), z.number().int()) }),
    write: true,
  },
} as const satisfies RouteTable;
