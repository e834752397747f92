import { z } from "zod";
import { dryRunQuery, nameSchema, timeSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { matchSchema } from "./routes.ts";
import { writeSchema } from "./write.ts";

export const strategyStepSchema = z.strictObject({
  /** Of the new version, in basis points. */
  weightBp: z.number(),
  pauseMs: z.number().optional(),
  /** `manual`: somebody promotes. `pass`: the judge says PASS. `event`: a change of kind `event` about the service was recorded. */
  gate: z.enum(["manual", "pass", "event"]).optional(),
  event: z.string().max(64).optional(),
});

/** How a version takes over. Figures are only typed here; the engine says what is wrong with each. */
export const strategySchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("canary"), steps: z.array(strategyStepSchema).max(200) }),
    z.strictObject({ kind: z.literal("linear"), fromBp: z.number(), stepBp: z.number(), everyMs: z.number() }),
    z.strictObject({ kind: z.literal("exponential"), gamma: z.number(), everyMs: z.number() }),
    z.strictObject({ kind: z.literal("blue-green"), previewHost: z.string().max(253) }),
    z.strictObject({ kind: z.literal("ab"), match: matchSchema }),
    z.strictObject({ kind: z.literal("shadow"), percent: z.number() }),
    z.strictObject({ kind: z.literal("harm-budget"), excessErrors: z.number() }),
  ])
  .meta({ id: "Strategy" });

/** A point of the planned curve: from then on this weight. `gate`: it stays there until the gate opens, however long that takes. */
export const curvePointSchema = z
  .object({ atMs: z.number(), weightBp: z.number().int(), gate: z.enum(["manual", "pass", "event"]).nullable() })
  .meta({ id: "CurvePoint" });

export const namedStrategySchema = z
  .object({
    name: z.string(),
    /** 0: as Interlock has it from the start. */
    rev: z.number().int(),
    builtIn: z.boolean(),
    strategy: strategySchema,
    /** In a sentence what it does. */
    sentence: z.string(),
    steps: z.array(strategyStepSchema),
    curve: z.array(curvePointSchema),
    updatedAt: timeSchema.nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: "NamedStrategy" });

export const strategyRoutes = {
  "GET /api/v1/strategies": {
    summary: "Strategies by name: those there from the start, and those that were added",
    tag: "releases",
    response: z.object({ items: z.array(namedStrategySchema) }),
  },
  "GET /api/v1/strategies/{name}": {
    summary: "One strategy with its steps and its curve",
    tag: "releases",
    params: z.object({ name: nameSchema }),
    response: namedStrategySchema,
  },
  "PUT /api/v1/strategies/{name}": {
    summary: "Add or change a strategy; If-Match: 0 for a new name. Releases under way keep theirs",
    tag: "releases",
    params: z.object({ name: nameSchema }),
    query: dryRunQuery,
    body: z.strictObject({ strategy: strategySchema, reason: z.string().max(2000).optional() }),
    response: writeSchema.extend(namedStrategySchema.shape),
    write: true,
    precondition: true,
  },
  "DELETE /api/v1/strategies/{name}": {
    summary: "Remove a strategy; one that is there from the start is as it was at first again. Releases under way keep theirs",
    tag: "releases",
    params: z.object({ name: nameSchema }),
    query: dryRunQuery.extend({ reason: z.string().max(2000).optional() }),
    response: writeSchema,
    write: true,
    precondition: true,
  },
} as const satisfies RouteTable;
