import { z } from "zod";
import { CONSTRAINT_KINDS, EVIDENCE_SOURCES } from "../../model/index.ts";

/** ISO 8601 UTC. */
export const timeSchema = z.iso.datetime();

/** `?limit=&cursor=` of lists. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(256).optional(),
});

/** `?limit=&cursor=` of the lists within one service: everything at once unless a limit is given. */
export const partQuery = pageQuery.extend({ limit: z.coerce.number().int().min(1).max(500).optional() });

/** `?dryRun=true` of writes. */
export const dryRunQuery = z.object({ dryRun: z.enum(["true", "false"]).optional() });

/** A list answer. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}

export const exposureSchema = z.object({ broken: z.number().min(0).max(1), unproven: z.number().min(0).max(1) }).meta({ id: "Exposure" });

export const exposureChangeSchema = z.object({ before: exposureSchema, after: exposureSchema });

export const verdictSchema = z.enum(["compatible", "incompatible", "unknown"]);

export const versionRefSchema = z.object({ service: z.string(), version: z.string() });

/** What a fact about two versions is about. */
export const constraintSchema = z.enum(CONSTRAINT_KINDS);

const failureCountSchema = z.object({ requests: z.number(), failures: z.number() });

/** What live traffic showed of a pair. */
export const trafficProofSchema = z.object({
  pair: failureCountSchema,
  others: failureCountSchema.nullable(),
  e: z.number(),
  level: z.number(),
});

export const evidenceSchema = z
  .object({
    kind: z.enum([...EVIDENCE_SOURCES, "override"]),
    verdict: verdictSchema,
    at: z.string(),
    author: z.string(),
    sentence: z.string(),
    range: z.string().optional(),
    expiresAt: z.string().optional(),
    id: z.string().optional(),
    constraint: constraintSchema.optional(),
    contractHash: z.string().optional(),
    verifier: z.string().optional(),
    inheritedFrom: versionRefSchema.optional(),
    traffic: trafficProofSchema.optional(),
  })
  .meta({ id: "Evidence" });

export const pairReasonSchema = z
  .object({
    consumer: versionRefSchema,
    provider: versionRefSchema,
    verdict: verdictSchema,
    evidence: z.array(evidenceSchema),
    sentence: z.string(),
    fix: z.string(),
  })
  .meta({ id: "PairReason" });

export const problemItemSchema = z
  .object({ path: z.string(), code: z.string(), detail: z.string(), fix: z.string() })
  .meta({ id: "ProblemItem" });

/** What must move when one service goes back, in order; steps of one wave may be under way at the same time. */
export const rollbackClosureSchema = z
  .object({
    service: z.string(),
    to: z.string(),
    steps: z.array(
      z.object({
        wave: z.number().int(),
        kind: z.enum(["shift", "bridge", "lane"]),
        service: z.string(),
        from: z.string(),
        to: z.string(),
        reversible: z.boolean(),
        irreversible: z.string().optional(),
      }),
    ),
    /** Why the start cannot be come back to: the first step past the point of no return. */
    irreversible: z.string().optional(),
    /** A newer version that could be gone to instead, and how many steps that takes. */
    forward: z.object({ service: z.string(), to: z.string(), steps: z.number().int() }).optional(),
  })
  .meta({ id: "RollbackClosure" });

/** application/problem+json of every refusal. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(problemItemSchema),
    reasons: z.array(pairReasonSchema).optional(),
    /** Of a rollback that cannot be made alone: what must move with it. `POST /api/v1/plans` with `rollback` makes a plan of it. */
    closure: rollbackClosureSchema.optional(),
    /** 412 only: the state as it is now. */
    current: z.object({ rev: z.number().int(), state: z.unknown() }).optional(),
  })
  .meta({ id: "Problem" });

/** Names are checked by the engine, which reports every problem at once; the wire only bounds their length. */
export const nameSchema = z.string().max(253);

export const serviceParams = z.object({ service: nameSchema });
export const versionParams = z.object({ service: nameSchema, version: nameSchema });
