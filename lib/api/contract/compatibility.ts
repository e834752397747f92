import { z } from "zod";
import {
  constraintSchema,
  evidenceSchema,
  exposureChangeSchema,
  nameSchema,
  pairReasonSchema,
  verdictSchema,
  versionRefSchema,
} from "./general.ts";
import type { RouteTable } from "./route.ts";
import { weightsInputSchema } from "./splits.ts";

export const compatibilityCellSchema = z
  .object({
    consumerVersion: z.string(),
    providerVersion: z.string(),
    verdict: verdictSchema,
    evidence: z.array(evidenceSchema),
    /** What the decided pairs suggest of an unknown one; the verdict stays unknown, for the gate too. */
    inferred: z.enum(["compatible", "incompatible"]).nullable(),
    traffic: z.object({ rps: z.number(), requests: z.number().int(), errorRate: z.number().nullable(), live: z.boolean() }),
  })
  .meta({ id: "CompatibilityCell" });

const versionPairFields = { consumerVersion: z.string(), providerVersion: z.string() };
/** Further unknown pairs that a test decides: at least, and at most, by how it ends. */
const settlesSchema = z.object({ least: z.number().int(), most: z.number().int() });

/** What the decided pairs of an edge say about the others. Boundaries: inferred pairs included; null where there is none. */
const learnedFields = {
  model: z.enum(["staircase", "majors"]),
  regions: z.array(
    z.object({
      consumerVersion: z.string(),
      lowestProven: z.string().nullable(),
      highestProven: z.string().nullable(),
      lowestPossible: z.string().nullable(),
      highestPossible: z.string().nullable(),
    }),
  ),
  exceptions: z.array(z.object(versionPairFields)),
  misfits: z.array(z.object({ cells: z.array(z.object({ ...versionPairFields, verdict: verdictSchema })), sentence: z.string() })),
  nextTest: z.object({ ...versionPairFields, settles: settlesSchema, remaining: z.number().int() }).nullable(),
};

/** A pair that nothing decides, what finding out would be worth, and how. */
export const unknownSchema = z
  .object({
    consumer: versionRefSchema,
    provider: versionRefSchema,
    inferred: z.enum(["compatible", "incompatible"]).nullable(),
    live: z.boolean(),
    rps: z.number(),
    settles: settlesSchema,
    isNextTest: z.boolean(),
    remaining: z.number().int(),
    minutes: z.number().nullable(),
    how: z.string(),
  })
  .meta({ id: "Unknown" });

/** Two facts about one pair that cannot both be right: the one that decides, and the one that says the opposite. */
export const contradictionSchema = z
  .object({
    consumer: versionRefSchema,
    provider: versionRefSchema,
    constraint: constraintSchema,
    stands: evidenceSchema,
    against: evidenceSchema,
    sentence: z.string(),
  })
  .meta({ id: "Contradiction" });

export const compatibilityMatrixSchema = z
  .object({
    consumer: z.string(),
    provider: z.string(),
    consumerVersions: z.array(z.string()),
    providerVersions: z.array(z.string()),
    cells: z.array(compatibilityCellSchema),
    contradictions: z.array(contradictionSchema),
    ...learnedFields,
  })
  .meta({ id: "CompatibilityMatrix" });

export const shiftVerdictSchema = z
  .object({ verdict: verdictSchema, reasons: z.array(pairReasonSchema), exposure: exposureChangeSchema })
  .meta({ id: "ShiftVerdict" });

/** `proven`: the pairs that are known to work. `notes`: what no pair says. */
export const deployVerdictSchema = shiftVerdictSchema
  .extend({ proven: z.array(pairReasonSchema), notes: z.array(z.string()) })
  .meta({ id: "DeployVerdict" });

export const compatibilityRoutes = {
  "GET /api/v1/compatibility": {
    summary: "Consumer versions × provider versions: verdict, evidence, present traffic",
    tag: "compatibility",
    query: z.object({ consumer: nameSchema, provider: nameSchema }),
    response: compatibilityMatrixSchema,
  },
  "GET /api/v1/unknowns": {
    summary: "Pairs that nothing decides, those first that are most worth knowing, and how to find out",
    tag: "compatibility",
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    response: z.object({ items: z.array(unknownSchema), total: z.number().int() }),
  },
  "GET /api/v1/contradictions": {
    summary: "Facts in the whole mesh that cannot both be right, those with the newest fact first",
    tag: "compatibility",
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    response: z.object({ items: z.array(contradictionSchema), total: z.number().int() }),
  },
  "POST /api/v1/can-i-shift": {
    summary: "Would these weights be safe? Judged on the state after all of them",
    tag: "compatibility",
    body: z.strictObject({ changes: z.array(z.strictObject({ service: nameSchema, weights: weightsInputSchema })).max(200) }),
    response: shiftVerdictSchema,
  },
  "POST /api/v1/can-i-deploy": {
    summary: "Would this version be safe beside everything that is live now? Exposure as if it got all traffic of its service",
    tag: "compatibility",
    body: z.strictObject({ service: nameSchema, version: z.string().max(64) }),
    response: deployVerdictSchema,
  },
} as const satisfies RouteTable;
