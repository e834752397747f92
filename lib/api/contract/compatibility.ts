import { z } from "zod";
import { evidenceSchema, exposureChangeSchema, nameSchema, pairReasonSchema, verdictSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { weightsInputSchema } from "./splits.ts";

export const compatibilityCellSchema = z
  .object({
    consumerVersion: z.string(),
    providerVersion: z.string(),
    verdict: verdictSchema,
    evidence: z.array(evidenceSchema),
    traffic: z.object({ rps: z.number(), requests: z.number().int(), errorRate: z.number().nullable(), live: z.boolean() }),
  })
  .meta({ id: "CompatibilityCell" });

export const compatibilityMatrixSchema = z
  .object({
    consumer: z.string(),
    provider: z.string(),
    consumerVersions: z.array(z.string()),
    providerVersions: z.array(z.string()),
    cells: z.array(compatibilityCellSchema),
  })
  .meta({ id: "CompatibilityMatrix" });

export const shiftVerdictSchema = z
  .object({ verdict: verdictSchema, reasons: z.array(pairReasonSchema), exposure: exposureChangeSchema })
  .meta({ id: "ShiftVerdict" });

export const compatibilityRoutes = {
  "GET /api/v1/compatibility": {
    summary: "Consumer versions × provider versions: verdict, evidence, present traffic",
    tag: "compatibility",
    query: z.object({ consumer: nameSchema, provider: nameSchema }),
    response: compatibilityMatrixSchema,
  },
  "POST /api/v1/can-i-shift": {
    summary: "Would these weights be safe? Judged on the state after all of them",
    tag: "compatibility",
    body: z.strictObject({ changes: z.array(z.strictObject({ service: nameSchema, weights: weightsInputSchema })).max(200) }),
    response: shiftVerdictSchema,
  },
} as const satisfies RouteTable;
