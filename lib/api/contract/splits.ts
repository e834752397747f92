import { z } from "zod";
import { dryRunQuery, rollbackClosureSchema, serviceParams, timeSchema, versionRefSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { acceptedSchema, writeSchema } from "./write.ts";

/** Weights by version in basis points. Any number passes here; the engine says what is wrong with each. */
export const weightsInputSchema = z.record(z.string().max(64), z.number());

export const weightsSchema = z.record(z.string(), z.number().int().min(0).max(10_000)).meta({ id: "Weights" });

export const overrideSchema = z.strictObject({ reason: z.string().max(2000), expiresAt: z.string().max(64) });

const observedShareSchema = z.object({
  requests: z.number().int(),
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

export const observedSchema = z
  .object({ windowMs: z.number(), requests: z.number().int(), versions: z.record(z.string(), observedShareSchema) })
  .meta({ id: "Observed" });

/** Callers that do not follow the split as it is: some of its versions are known not to work with them and taken out, the others share their weight. */
export const renormalisedSchema = z
  .object({
    caller: versionRefSchema,
    /** The versions that are kept from it. */
    versions: z.array(z.string()),
    /** Where its requests go instead, in basis points; empty: every request of it is refused. */
    weights: weightsSchema,
    reason: z.string(),
  })
  .meta({ id: "Renormalised" });

/** One phase of the last change of weights, with what proves it. `at`: when it began to hold; null until it does. */
export const splitPhaseSchema = z
  .object({
    phase: z.enum(["ready", "acknowledged", "weight", "drain"]),
    state: z.enum(["waiting", "running", "done", "failed"]),
    at: timeSchema.nullable(),
    proof: z.string(),
  })
  .meta({ id: "SplitPhase" });

/** The three figures of every weight: intended, accepted by proxies, observed with its 95 % Wilson interval. */
export const splitSchema = z
  .object({
    service: z.string(),
    rev: z.number().int(),
    weights: weightsSchema,
    accepted: acceptedSchema,
    observed: observedSchema,
    since: z.object({ at: timeSchema, author: z.string(), changeId: z.string(), cause: z.string() }).nullable(),
    /** ready → acknowledged → weight → drain of the last change of weights; empty when there was none. After a restart of the engine they are proven anew. */
    phases: z.array(splitPhaseSchema),
    renormalised: z.array(renormalisedSchema),
  })
  .meta({ id: "Split" });

export const splitRoutes = {
  "GET /api/v1/services/{service}/split": {
    summary: "Intended, accepted and observed split",
    tag: "traffic",
    params: serviceParams,
    response: splitSchema,
  },
  "PUT /api/v1/services/{service}/split": {
    summary: "Set all weights of a service at once",
    tag: "traffic",
    params: serviceParams,
    query: dryRunQuery,
    body: z.strictObject({ weights: weightsInputSchema, reason: z.string().max(2000).optional(), override: overrideSchema.optional() }),
    response: writeSchema,
    write: true,
    precondition: true,
  },
  "POST /api/v1/services/{service}/rollback": {
    summary: "Send all traffic back: to one version, or to the split before the last change of weights",
    tag: "traffic",
    params: serviceParams,
    query: dryRunQuery,
    body: z.strictObject({ to: z.string().max(64).optional(), reason: z.string().max(2000) }),
    /** `closure`: on a dry run, what must move with the service; only the service itself where it can go alone. */
    response: writeSchema.extend({ from: weightsSchema, to: weightsSchema, closure: rollbackClosureSchema.optional() }),
    write: true,
    precondition: true,
  },
} as const satisfies RouteTable;
