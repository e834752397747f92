import { z } from "zod";
import { LIFECYCLE_STAGES } from "../../model/index.ts";
import { dryRunQuery, listOf, nameSchema, pageQuery, partQuery, serviceParams, timeSchema, versionParams } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { weightsSchema } from "./splits.ts";
import { writeSchema } from "./write.ts";

const requirementsInputSchema = z.record(z.string().max(253), z.string().max(256));

/** Where a version is in its life, and what is to come. */
const lifecycleSchema = z
  .object({
    stage: z.enum(LIFECYCLE_STAGES),
    since: timeSchema,
    by: z.string(),
    cause: z.enum(["operator", "schedule", "event"]),
    next: z.object({ stage: z.enum(LIFECYCLE_STAGES), at: timeSchema }).optional(),
    sunset: timeSchema.optional(),
  })
  .meta({ id: "Lifecycle" });

/** One version as shown: what it needs, what meets it, whether it is live. */
export const versionSchema = z
  .object({
    service: z.string(),
    version: z.string(),
    rev: z.number().int(),
    requirements: z.record(z.string(), z.string()),
    /** Requirements on services that do not exist yet. */
    openRequirements: z.array(z.string()),
    capacityRps: z.number().optional(),
    /** Which build it is; unique within the service. */
    build: z.number().int().optional(),
    lifecycle: lifecycleSchema,
    /** Of a version that is on its way out: who called it in the last minute, those that call most first. */
    calledBy: z.array(z.object({ service: z.string(), version: z.string().nullable(), rps: z.number() })).optional(),
    registeredAt: timeSchema,
    registeredBy: z.string(),
    weightBp: z.number().int(),
    /** Weight above 0 in the split or in a rule. */
    live: z.boolean(),
    instances: z.number().int(),
    ready: z.number().int(),
  })
  .meta({ id: "Version" });

export const serviceSchema = z
  .object({
    name: z.string(),
    hosts: z.array(z.string()),
    rev: z.number().int(),
    registeredAt: timeSchema,
    weights: weightsSchema,
    versions: z.array(versionSchema),
    rules: z.number().int(),
  })
  .meta({ id: "Service" });

const hostsSchema = z.array(z.string().max(253)).max(64);

export const serviceRoutes = {
  "GET /api/v1/services": { summary: "Services by name", tag: "registry", query: pageQuery, response: listOf(serviceSchema) },
  "POST /api/v1/services": {
    summary: "Register a service",
    tag: "registry",
    query: dryRunQuery,
    body: z.strictObject({ name: nameSchema, hosts: hostsSchema.default([]), reason: z.string().max(2000).optional() }),
    response: serviceSchema.extend(writeSchema.shape),
    successStatus: 201,
    write: true,
  },
  "GET /api/v1/services/{service}": { summary: "One service", tag: "registry", params: serviceParams, response: serviceSchema },
  "PATCH /api/v1/services/{service}": {
    summary: "Change the hosts of a service",
    tag: "registry",
    params: serviceParams,
    query: dryRunQuery,
    body: z.strictObject({ hosts: hostsSchema.optional(), reason: z.string().max(2000).optional() }),
    response: serviceSchema.extend(writeSchema.shape),
    write: true,
    precondition: true,
  },
  "DELETE /api/v1/services/{service}": {
    summary: "Remove a service with its versions and static instances; refused while a live version requires it",
    tag: "registry",
    params: serviceParams,
    query: dryRunQuery.extend({ reason: z.string().max(2000).optional() }),
    response: writeSchema,
    write: true,
    precondition: true,
  },
  "GET /api/v1/services/{service}/versions": {
    summary: "Versions, newest first",
    tag: "registry",
    params: serviceParams,
    query: partQuery,
    response: listOf(versionSchema),
  },
  "POST /api/v1/services/{service}/versions": {
    summary: "Register a version",
    tag: "registry",
    params: serviceParams,
    query: dryRunQuery,
    body: z.strictObject({
      version: nameSchema,
      requirements: requirementsInputSchema.default({}),
      capacityRps: z.number().optional(),
      build: z.number().optional(),
      reason: z.string().max(2000).optional(),
    }),
    response: versionSchema.extend(writeSchema.shape),
    successStatus: 201,
    write: true,
  },
  "GET /api/v1/services/{service}/versions/{version}": {
    summary: "One version",
    tag: "registry",
    params: versionParams,
    response: versionSchema,
  },
  "PATCH /api/v1/services/{service}/versions/{version}": {
    summary: "Change requirements or capacity of a version",
    tag: "registry",
    params: versionParams,
    query: dryRunQuery,
    body: z.strictObject({
      requirements: requirementsInputSchema.optional(),
      capacityRps: z.number().nullable().optional(),
      build: z.number().nullable().optional(),
      reason: z.string().max(2000).optional(),
    }),
    response: versionSchema.extend(writeSchema.shape),
    write: true,
    precondition: true,
  },
  "DELETE /api/v1/services/{service}/versions/{version}": {
    summary: "Remove a version; refused while it is live or has instances",
    tag: "registry",
    params: versionParams,
    query: dryRunQuery.extend({ reason: z.string().max(2000).optional() }),
    response: writeSchema,
    write: true,
    precondition: true,
  },
} as const satisfies RouteTable;
