import { z } from "zod";
import { RELEASE_STATES, RELEASE_VERBS } from "../../model/index.ts";
import { dryRunQuery, listOf, nameSchema, timeSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { splitPhaseSchema, weightsSchema } from "./splits.ts";
import { curvePointSchema, strategySchema, strategyStepSchema } from "./strategies.ts";
import { writeSchema } from "./write.ts";

const stateSchema = z.enum(RELEASE_STATES);
const verdictSchema = z.enum(["pass", "fail", "inconclusive"]);
const levels = {
  tolerance: z.number().optional(),
  margin: z.number().optional(),
  alpha: z.number().optional(),
  beta: z.number().optional(),
};

/** What is left out has its default; ranges are the engine's to judge. */
const judgeInputSchema = z.strictObject({
  mode: z.enum(["sequential", "mann-whitney"]).optional(),
  metrics: z
    .array(
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("errors"), ...levels }),
        z.strictObject({ kind: z.literal("latency"), boundaryMs: z.number(), ...levels }),
        z.strictObject({
          kind: z.literal("threshold"),
          query: z.string().max(500),
          above: z.number().optional(),
          below: z.number().optional(),
          forMs: z.number().optional(),
        }),
      ]),
    )
    .max(16)
    .optional(),
  minRequests: z.number().optional(),
  deadlineMs: z.number().nullable().optional(),
});

const armSchema = z.object({ n: z.number(), bad: z.number() });

/** How long until the judge decides, at the traffic of now. Null: it cannot be said. */
const forecastSchema = z
  .object({
    /** Of the new version until it passes, if it is as good as the baseline. */
    requests: z.number().nullable(),
    ms: z.number().nullable(),
    /** How fast harm of some size would be shown, and what it would cost until then. */
    catches: z.array(
      z.object({ metric: z.string(), harm: z.enum(["doubling", "tenth"]), ms: z.number(), requests: z.number(), bad: z.number() }),
    ),
    sentence: z.string(),
  })
  .meta({ id: "ReleaseForecast" });

/** One thing that is judged. E-values and bounds are natural logarithms, null where nothing is tested: it fails at `harmBound` and passes at `safeBound`. */
const judgedMetricSchema = z
  .object({
    kind: z.enum(["errors", "latency", "threshold"]),
    metric: z.string(),
    /** Of latency. */
    boundaryMs: z.number().nullable(),
    /** Of a threshold. */
    above: z.number().nullable(),
    below: z.number().nullable(),
    forMs: z.number().nullable(),
    /** Its part of the chance of a false alarm in the whole release; null where nothing is tested. */
    level: z.number().nullable(),
    verdict: verdictSchema,
    sentence: z.string(),
    harmE: z.number().nullable(),
    harmBound: z.number().nullable(),
    safeE: z.number().nullable(),
    safeBound: z.number().nullable(),
    candidate: armSchema,
    baseline: armSchema,
    /** Of the new version until it passes; 0 once it has, null where that cannot be said. */
    needsRequests: z.number().nullable(),
    /** The latest figure of a threshold, and how long it has been beyond its bound. */
    value: z.number().nullable(),
    beyondMs: z.number().nullable(),
    /** For drawing: ms since the judge began, requests and bad ones of the new version, of the baseline; each since the point before. */
    trail: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()])),
  })
  .meta({ id: "JudgedMetric" });

const guardSchema = z
  .object({
    kind: z.enum(["split", "calibration", "overdispersion", "missing"]),
    state: z.enum(["ok", "warning", "unknown"]),
    value: z.number().nullable(),
    sentence: z.string(),
  })
  .meta({ id: "JudgeGuard" });

const judgeViewSchema = z
  .object({
    mode: z.enum(["sequential", "mann-whitney"]),
    verdict: verdictSchema,
    /** Why, in a sentence. */
    sentence: z.string(),
    /** Requests to the new version in the present step, and how many a step needs. */
    stepRequests: z.number(),
    minRequests: z.number(),
    deadlineMs: z.number().nullable(),
    blocks: z.number().int(),
    /** The largest e-value for harm relative to its bound, of any metric: 1 and more is a FAIL. */
    harmPart: z.number().nullable(),
    metrics: z.array(judgedMetricSchema),
    guards: z.array(guardSchema),
    forecast: forecastSchema.nullable(),
    /** Verdicts that differed from the one before, the newest last. */
    verdicts: z.array(z.object({ at: timeSchema, verdict: verdictSchema, sentence: z.string() })),
  })
  .meta({ id: "ReleaseJudge" });

const historyEntrySchema = z.object({
  at: timeSchema,
  seq: z.number().int(),
  state: stateSchema,
  step: z.number().int(),
  weightBp: z.number().int(),
  sentence: z.string(),
});

const confoundSchema = z.object({ release: z.string(), service: z.string(), because: z.string() });

const summaryShape = {
  id: z.string(),
  service: z.string(),
  version: z.string(),
  baseline: z.string().nullable(),
  strategyName: z.string().nullable(),
  strategy: strategySchema,
  state: stateSchema,
  /** Index into `steps`; −1 before the first. */
  step: z.number().int(),
  weightBp: z.number().int(),
  /** The phase of the present step that is open; null where all are done. */
  phase: z.enum(["ready", "acknowledged", "weight", "drain"]).nullable(),
  held: z.boolean(),
  because: z.string().nullable(),
  movedBy: z.enum(["operator", "strategy", "judge", "policy", "alert", "engine"]),
  attempt: z.number().int(),
  verdict: verdictSchema.nullable(),
  /** The largest e-value for harm, of any metric; null before the first block. */
  e: z.number().nullable(),
  forecast: forecastSchema.nullable(),
  /** What it waits for, in a sentence; null where it waits for nothing. */
  waitingFor: z.string().nullable(),
  /** When the next step is due at the earliest, by its pause; null where time does not decide. */
  nextStepAt: timeSchema.nullable(),
  confounds: z.array(confoundSchema),
  steps: z.array(strategyStepSchema.extend({ state: z.enum(["done", "current", "waiting"]) })),
  /** As planned, from the start of the release. */
  curve: z.array(curvePointSchema),
  author: z.string(),
  reason: z.string(),
  createdAt: timeSchema,
  movedAt: timeSchema,
  stepSince: timeSchema,
  plan: z.string().nullable(),
  history: z.array(historyEntrySchema),
};

const releaseSummarySchema = z.object(summaryShape).meta({ id: "ReleaseSummary" });

export const releaseSchema = z
  .object({
    ...summaryShape,
    /** The service's weights before it: where a way back ends. */
    start: weightsSchema,
    phases: z.array(splitPhaseSchema),
    judge: judgeViewSchema,
    /** Every verb, and why it is not to be had now. */
    verbs: z.array(z.object({ verb: z.enum(RELEASE_VERBS), allowed: z.boolean(), why: z.string().nullable() })),
    /** How long a rollback takes until no new request goes to the version, as last measured; null where there is no figure. */
    rollbackMs: z.number().nullable(),
  })
  .meta({ id: "Release" });

const writtenRelease = writeSchema.extend(releaseSchema.shape);

export const releaseRoutes = {
  "GET /api/v1/releases": {
    summary: "Releases: those under way first, then the newest",
    tag: "releases",
    query: z.object({
      service: nameSchema.optional(),
      active: z.enum(["true", "false"]).optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(200),
      cursor: z.string().max(64).optional(),
    }),
    response: listOf(releaseSummarySchema),
  },
  "POST /api/v1/releases": {
    summary:
      "Release a version through a strategy, or a plan wave by wave; created and started. A dry run says what it would do and how long",
    tag: "releases",
    query: dryRunQuery,
    body: z.strictObject({
      /** Both, unless a plan is given. */
      service: nameSchema.optional(),
      version: z.string().max(64).optional(),
      /** Instead: each wave of this plan as releases of its services, the next wave when all of them succeeded. The answer is the first. */
      plan: nameSchema.optional(),
      /** The name of one, or one inline. */
      strategy: z.union([nameSchema, strategySchema]),
      /** A gate for every step that has none, the last apart. */
      gates: z.enum(["manual", "pass"]).optional(),
      judge: judgeInputSchema.optional(),
      /** False: it is created, and waits for the verb `start`. */
      start: z.boolean().optional(),
      reason: z.string().max(2000).optional(),
    }),
    response: writtenRelease,
    successStatus: 201,
    write: true,
  },
  "GET /api/v1/releases/{id}": {
    summary: "One release with its judge, its phases and every verb",
    tag: "releases",
    params: z.object({ id: nameSchema }),
    response: releaseSchema,
  },
  "POST /api/v1/releases/{id}/{verb}": {
    summary: "Move a release; `weightBp` is for jump",
    tag: "releases",
    params: z.object({ id: nameSchema, verb: z.enum(RELEASE_VERBS) }),
    query: dryRunQuery,
    body: z.strictObject({ reason: z.string().max(2000).optional(), weightBp: z.number().optional() }).optional(),
    response: writtenRelease,
    write: true,
  },
} as const satisfies RouteTable;
