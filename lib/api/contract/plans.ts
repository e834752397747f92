import { z } from "zod";
import { dryRunQuery, nameSchema, timeSchema, versionRefSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { splitPhaseSchema, weightsSchema } from "./splits.ts";
import { writeSchema } from "./write.ts";

const waveKindSchema = z.enum(["shift", "bridge", "lane"]);

/** A pair of versions that may meet during a step and did not before. */
const pairProofSchema = z
  .object({ consumer: versionRefSchema, provider: versionRefSchema, verdict: z.enum(["compatible", "unknown"]), sentence: z.string() })
  .meta({ id: "PairProof" });

const plannedStepSchema = z
  .object({
    service: z.string(),
    from: z.string(),
    to: z.string(),
    proof: z.array(pairProofSchema),
    /** False: once taken, the way back is closed; `irreversible` says why. */
    reversible: z.boolean(),
    irreversible: z.string().optional(),
  })
  .meta({ id: "PlannedStep" });

const plannedWaveSchema = z.object({ kind: waveKindSchema, steps: z.array(plannedStepSchema) }).meta({ id: "PlannedWave" });

const planWaveSchema = z
  .object({
    kind: waveKindSchema,
    state: z.enum(["waiting", "running", "done"]),
    /** `ready`: instances of the new version that take requests; `capacityRps`: what that version can carry, null where not known. */
    steps: z.array(plannedStepSchema.extend({ ready: z.number().int(), capacityRps: z.number().nullable() })),
  })
  .meta({ id: "PlanWave" });

/** `risk`: different unproven pairs that meet on the way. */
const planCostSchema = z.object({ steps: z.number().int(), waves: z.number().int(), risk: z.number().int() }).meta({ id: "PlanCost" });

/** All that a checker needs beside what is known of pairs: where the mesh stands at the start, and the moves. */
const planCertificateSchema = z
  .object({
    start: z.record(z.string(), z.array(z.string())),
    target: z.record(z.string(), z.string()),
    waves: z.array(z.object({ kind: waveKindSchema, moves: z.array(z.object({ service: z.string(), from: z.string(), to: z.string() })) })),
  })
  .meta({ id: "PlanCertificate" });

const planStateSchema = z.enum(["ready", "running", "paused", "reversing", "done", "reversed"]);

const planPlaceSchema = z.object({
  id: z.string(),
  state: planStateSchema,
  /** Where a paused plan goes on to. */
  direction: z.enum(["forward", "back"]),
  target: z.record(z.string(), z.string()),
  wavesDone: z.number().int(),
  cost: planCostSchema,
  pausedBecause: z.string().nullable(),
  /** What it waits for, in a sentence; null where it waits for nothing. */
  waitingFor: z.string().nullable(),
  createdAt: timeSchema,
  movedAt: timeSchema,
  author: z.string(),
  reason: z.string(),
});

const planSummarySchema = planPlaceSchema.extend({ waves: z.number().int() }).meta({ id: "PlanSummary" });

export const planSchema = planPlaceSchema
  .extend({
    waves: z.array(planWaveSchema),
    certificate: planCertificateSchema,
    alternatives: z.array(z.object({ cost: planCostSchema, waves: z.array(plannedWaveSchema) })),
    /** Of a lane wave under way: 1 with its rules in place, 2 with its splits set too. */
    laneStage: z.number().int(),
    /** Weights of the services that it moves, as they were: where the way back ends. */
    start: z.record(z.string(), weightsSchema),
    /** Of the wave that was moved last. */
    phases: z.array(z.object({ service: z.string(), phases: z.array(splitPhaseSchema) })),
    /** Whether the certificate of what is left holds on what is known now; null where nothing is left. */
    check: z.object({ holds: z.boolean(), sentence: z.string() }).nullable(),
  })
  .meta({ id: "Plan" });

const planWriteSchema = writeSchema.extend(planSchema.shape);
const verbBody = z.strictObject({ reason: z.string().max(2000).optional() }).optional();
const verb = (summary: string) =>
  ({
    summary,
    tag: "plans",
    params: z.object({ id: nameSchema }),
    query: dryRunQuery,
    body: verbBody,
    response: planWriteSchema,
    write: true,
  }) as const;

export const planRoutes = {
  "GET /api/v1/plans": {
    summary: "Plans: the one under way first, then the newest",
    tag: "plans",
    response: z.object({ items: z.array(planSummarySchema) }),
  },
  "POST /api/v1/plans": {
    summary: "Find a safe way from the live configuration to a target, or to where a rollback leads",
    tag: "plans",
    query: dryRunQuery,
    body: z.strictObject({
      target: z.record(z.string().max(253), z.string().max(64)).optional(),
      /** Instead of a target: everything that must move for the rollback of a service. */
      rollback: z.strictObject({ service: nameSchema, to: z.string().max(64).optional() }).optional(),
      /** Versions that the way must not pass through. */
      avoid: z
        .array(z.strictObject({ service: nameSchema, version: z.string().max(64) }))
        .max(200)
        .optional(),
      prefer: z.enum(["steps", "waves", "risk"]).optional(),
      reason: z.string().max(2000).optional(),
    }),
    response: planWriteSchema,
    successStatus: 201,
    write: true,
  },
  "GET /api/v1/plans/{id}": {
    summary: "One plan, with the phases of the wave under way and what the checker says now",
    tag: "plans",
    params: z.object({ id: nameSchema }),
    response: planSchema,
  },
  "POST /api/v1/plans/{id}/execute": verb("Walk a plan: wave by wave, each after the last has drained"),
  "POST /api/v1/plans/{id}/pause": verb("Stop after the move under way"),
  "POST /api/v1/plans/{id}/resume": verb("Go on with a paused plan"),
  "POST /api/v1/plans/{id}/reverse": verb("Walk a plan back, the last wave first"),
} as const satisfies RouteTable;
