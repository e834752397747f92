import { z } from "zod";
import { EVIDENCE_SOURCES } from "../../model/index.ts";
import {
  constraintSchema,
  dryRunQuery,
  listOf,
  nameSchema,
  pageQuery,
  timeSchema,
  trafficProofSchema,
  versionRefSchema,
} from "./general.ts";
import type { RouteTable } from "./route.ts";
import { writeSchema } from "./write.ts";

/** A version as a body names it. */
const versionRefInput = z.strictObject({ service: nameSchema, version: z.string().max(64) });
const timeInput = z.string().max(64);
const reasonInput = z.string().max(4000);

/** One recorded fact about a pair. */
export const evidenceFactSchema = z
  .object({
    id: z.string(),
    source: z.enum(EVIDENCE_SOURCES).exclude(["declared"]),
    consumer: versionRefSchema,
    provider: versionRefSchema,
    constraint: constraintSchema,
    verdict: z.enum(["compatible", "incompatible"]),
    at: timeSchema,
    author: z.string(),
    reason: z.string(),
    /** The fact in a sentence. */
    sentence: z.string(),
    expiresAt: z.string().optional(),
    contractHash: z.string().optional(),
    verifier: z.string().optional(),
    traffic: trafficProofSchema.optional(),
  })
  .meta({ id: "EvidenceFact" });

/** `fact`: as it stands now; null only where it was taken back meanwhile. */
const recordedSchema = writeSchema.extend({ fact: evidenceFactSchema.nullable() });

export const evidenceRoutes = {
  "GET /api/v1/evidence": {
    summary: "Recorded facts about pairs that are in force, newest first; consumer and provider as service or service@version",
    tag: "compatibility",
    query: pageQuery.extend({ consumer: nameSchema.optional(), provider: nameSchema.optional() }),
    response: listOf(evidenceFactSchema),
  },
  "POST /api/v1/evidence": {
    summary: "An operator's veto (incompatible) or allowance (compatible) of a pair",
    tag: "compatibility",
    query: dryRunQuery,
    body: z.strictObject({
      consumer: versionRefInput,
      provider: versionRefInput,
      constraint: constraintSchema.optional(),
      verdict: z.enum(["compatible", "incompatible"]),
      reason: reasonInput,
      expiresAt: timeInput.optional(),
    }),
    response: recordedSchema,
    write: true,
    successStatus: 201,
  },
  "DELETE /api/v1/evidence/{id}": {
    summary: "Take a fact back",
    tag: "compatibility",
    params: z.object({ id: nameSchema }),
    query: dryRunQuery.extend({ reason: z.string().max(2000).optional() }),
    response: writeSchema,
    write: true,
  },
  "POST /api/v1/verifications": {
    summary: "Publish what a verification of the consumer's contract against a provider's version found",
    tag: "compatibility",
    query: dryRunQuery,
    body: z.strictObject({
      consumer: versionRefInput,
      provider: versionRefInput,
      /** Digest of the contract's content: versions with the same contract share results. */
      contractHash: z.string().max(400),
      result: z.enum(["passed", "failed"]),
      at: timeInput.optional(),
      /** Who verified: a build, a pipeline. */
      source: z.string().max(400).optional(),
      reason: z.string().max(2000).optional(),
    }),
    response: recordedSchema,
    write: true,
    successStatus: 201,
  },
} as const satisfies RouteTable;
