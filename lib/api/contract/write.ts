import { z } from "zod";
import { RISK_LEVELS } from "../../model/index.ts";
import { exposureChangeSchema, timeSchema } from "./general.ts";

/** Who did what, before and after. */
export const changeSchema = z
  .object({
    id: z.string(),
    seq: z.number().int(),
    at: timeSchema,
    /** The engine's wall clock was set by so much since the change before; negative: back. Times before and from here on cannot be compared. */
    clockStepMs: z.number().int().optional(),
    author: z.string(),
    via: z.enum(["api", "console", "cli", "manifest", "engine"]),
    reason: z.string(),
    kind: z.string(),
    subject: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    /** Whether the kind can be undone at all and no later change stands in its way at the time of the answer. */
    undoable: z.boolean(),
    services: z.array(z.string()),
    undoes: z.string().optional(),
  })
  .meta({ id: "Change" });

export const acceptedSchema = z
  .object({ rev: z.number().int(), acknowledged: z.number().int(), proxies: z.number().int() })
  .meta({ id: "Accepted" });

/** How a change has to be confirmed, and why. */
export const riskSchema = z.object({ level: z.enum(RISK_LEVELS), reasons: z.array(z.string()) }).meta({ id: "Risk" });

/** Fields that every answer to a write has. 202 instead of 200 when connected proxies did not acknowledge within 500 ms. */
export const writeSchema = z
  .object({
    change: changeSchema.nullable(),
    rev: z.number().int().optional(),
    accepted: acceptedSchema.optional(),
    exposure: exposureChangeSchema.optional(),
    notes: z.array(z.string()).optional(),
    dryRun: z.literal(true).optional(),
    /** Of a dry run that would move traffic. */
    risk: riskSchema.optional(),
  })
  .meta({ id: "Write" });
