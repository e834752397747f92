import { z } from "zod";
import { LIFECYCLE_STAGES, SECOND_PERSON_FROM } from "../../model/index.ts";
import { dryRunQuery, nameSchema, timeSchema, versionParams } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { versionSchema } from "./services.ts";
import { riskSchema, writeSchema } from "./write.ts";

const timeInput = z.string().max(64);
const reason = z.string().max(2000).optional();
const reasonQuery = dryRunQuery.extend({ reason });
const spanSchema = z.object({ from: timeSchema, until: timeSchema });

/** A time in which weights do not grow towards new versions. */
const freezeSchema = z
  .object({
    id: z.string(),
    rev: z.number().int(),
    name: z.string(),
    from: timeSchema,
    until: timeSchema,
    /** It comes again each week. */
    weekly: z.boolean(),
    /** Empty: all services. */
    services: z.array(z.string()),
    reason: z.string(),
    updatedAt: timeSchema,
    updatedBy: z.string(),
    /** The span in which it holds now; null where it does not. */
    active: spanSchema.nullable(),
    /** The next span to come; null where none will. */
    next: spanSchema.nullable(),
  })
  .meta({ id: "Freeze" });

const requestSchema = z.object({ method: z.string(), path: z.string(), ifMatch: z.number().int().nullable(), body: z.unknown() });

/** A change that waits for a second person. Names are as their clients gave them, until sign-in exists. */
const approvalSchema = z
  .object({
    id: z.string(),
    /** SHA-256, hex, of the change and of the revs of the services that it touches. */
    diffHash: z.string(),
    summary: z.string(),
    request: requestSchema,
    risk: riskSchema,
    before: z.unknown(),
    after: z.unknown(),
    services: z.array(z.string()),
    requestedBy: z.string(),
    requestedAt: timeSchema,
    expiresAt: timeSchema,
    reason: z.string(),
    state: z.enum(["waiting", "approved", "rejected", "used", "void"]),
    decidedBy: z.string().nullable(),
    decidedAt: timeSchema.nullable(),
    because: z.string(),
    /** Who requester and approver are is what their clients say. */
    names: z.literal("as-given"),
  })
  .meta({ id: "Approval" });

const governanceSchema = z
  .object({
    rev: z.number().int(),
    secondPersonFrom: z.enum(SECOND_PERSON_FROM),
    updatedAt: timeSchema.nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: "Governance" });

const approvalVerb = (summary: string) =>
  ({
    summary,
    tag: "governance",
    params: z.object({ id: nameSchema }),
    query: dryRunQuery,
    body: z.strictObject({ reason }).optional(),
    response: writeSchema.extend(approvalSchema.shape),
    write: true,
  }) as const;

export const governanceRoutes = {
  "PUT /api/v1/services/{service}/versions/{version}/lifecycle": {
    summary: "Move a version to a stage of its life, now or at a time; retired is the end",
    tag: "governance",
    params: versionParams,
    query: dryRunQuery,
    body: z.strictObject({
      stage: z.enum(LIFECYCLE_STAGES),
      /** When it is to move there; now where left out. With the stage that it has, what is scheduled stays; null takes that away. */
      at: timeInput.nullable().optional(),
      /** When it stops to be served; null takes the date away. */
      sunset: timeInput.nullable().optional(),
      reason,
    }),
    response: versionSchema.extend(writeSchema.shape),
    write: true,
    precondition: true,
  },
  "GET /api/v1/freezes": {
    summary: "Freezes: those that hold first, then those to come, then those that are over",
    tag: "governance",
    response: z.object({ items: z.array(freezeSchema) }),
  },
  "GET /api/v1/freezes/{id}": {
    summary: "One freeze",
    tag: "governance",
    params: z.object({ id: nameSchema }),
    response: freezeSchema,
  },
  "PUT /api/v1/freezes/{id}": {
    summary: "Add or change a freeze; If-Match: 0 for a new one",
    tag: "governance",
    params: z.object({ id: nameSchema }),
    query: dryRunQuery,
    body: z.strictObject({
      name: z.string().max(200),
      from: timeInput,
      until: timeInput,
      weekly: z.boolean().default(false),
      services: z.array(nameSchema).max(1000).default([]),
      reason,
    }),
    response: writeSchema.extend(freezeSchema.shape),
    write: true,
    precondition: true,
  },
  "DELETE /api/v1/freezes/{id}": {
    summary: "End a freeze",
    tag: "governance",
    params: z.object({ id: nameSchema }),
    query: reasonQuery,
    response: writeSchema,
    write: true,
    precondition: true,
  },
  "GET /api/v1/approvals": {
    summary: "Approvals: those that are open first, then the newest",
    tag: "governance",
    response: z.object({ items: z.array(approvalSchema) }),
  },
  "POST /api/v1/approvals": {
    summary: "Ask a second person to approve a request, bound to exactly what it does",
    tag: "governance",
    query: dryRunQuery,
    body: z.strictObject({
      request: z.strictObject({
        method: z.enum(["POST", "PUT", "PATCH", "DELETE"]),
        path: z.string().max(2000),
        /** The rev that its author saw; null where it needs none. */
        ifMatch: z.number().int().min(0).nullable().default(null),
        body: z.unknown().optional(),
      }),
      /** How long it holds: a minute to a day, an hour where left out. */
      expiresInMs: z.number().int().optional(),
      reason,
    }),
    response: writeSchema.extend(approvalSchema.shape),
    successStatus: 201,
    write: true,
  },
  "GET /api/v1/approvals/{id}": {
    summary: "One approval",
    tag: "governance",
    params: z.object({ id: nameSchema }),
    response: approvalSchema,
  },
  "POST /api/v1/approvals/{id}/approve": approvalVerb("Agree to it, as somebody else than who asked"),
  "POST /api/v1/approvals/{id}/reject": approvalVerb("Say no to it"),
  "POST /api/v1/approvals/{id}/withdraw": approvalVerb("Take it back, as who asked"),
  "GET /api/v1/governance": {
    summary: "From which risk on a change needs a second person",
    tag: "governance",
    response: governanceSchema,
  },
  "PUT /api/v1/governance": {
    summary: "Say from which risk on a change needs a second person; asking for less needs one too",
    tag: "governance",
    query: dryRunQuery,
    body: z.strictObject({ secondPersonFrom: z.enum(SECOND_PERSON_FROM), reason }),
    response: writeSchema.extend(governanceSchema.shape),
    write: true,
    precondition: true,
  },
} as const satisfies RouteTable;
