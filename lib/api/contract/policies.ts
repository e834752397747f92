import { z } from "zod";
import { POLICY_KINDS, SEVERITIES } from "../../model/index.ts";
import { dryRunQuery, nameSchema, timeSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { writeSchema } from "./write.ts";

const severitySchema = z.enum(SEVERITIES);
const boundFields = { above: z.number().optional(), below: z.number().optional() };
const metricText = z.string().max(512);

const growthSchema = z.union([
  z.strictObject({ maxStepBp: z.number() }),
  z.strictObject({ minReady: z.number() }),
  z.strictObject({ metric: metricText, ...boundFields }),
]);

/** Exactly one of the four forms; `forMs`, `resolveForMs`: how long it has to hold, and to be clear. */
const triggerSchema = z
  .union([
    z.strictObject({ metric: metricText, ...boundFields, forMs: z.number(), resolveForMs: z.number().optional() }),
    z.strictObject({ event: z.string().max(64), subject: nameSchema.optional(), resolveForMs: z.number().optional() }),
    z.strictObject({ schedule: z.string().max(128) }),
    z.strictObject({ growth: growthSchema, service: nameSchema.optional() }),
  ])
  .meta({ id: "PolicyTrigger" });

const guardSchema = z
  .strictObject({ metric: metricText.optional(), ...boundFields, cooldownMs: z.number().optional(), maxPerHour: z.number().optional() })
  .meta({ id: "PolicyGuard" });

const service = { service: nameSchema.optional() };

const actionSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("alert"), severity: severitySchema, summary: z.string().max(500).optional() }),
    z.strictObject({ kind: z.literal("shift"), ...service, weights: z.record(z.string().max(64), z.number()) }),
    z.strictObject({ kind: z.literal("drain"), ...service, version: z.string().max(64).optional() }),
    z.strictObject({ kind: z.literal("restore"), ...service }),
    z.strictObject({ kind: z.literal("rollback"), ...service }),
    z.strictObject({ kind: z.literal("pause"), ...service }),
    z.strictObject({ kind: z.literal("restart"), ...service, instance: nameSchema.optional() }),
    z.strictObject({
      kind: z.literal("scale"),
      ...service,
      version: z.string().max(64).optional(),
      replicas: z.number().optional(),
      by: z.number().optional(),
    }),
    z.strictObject({ kind: z.literal("eject"), instance: nameSchema.optional(), forMs: z.number() }),
    z.strictObject({ kind: z.literal("readmit"), instance: nameSchema.optional() }),
    z.strictObject({ kind: z.literal("notify"), channels: z.array(nameSchema).max(32) }),
    z.strictObject({ kind: z.literal("refuse") }),
  ])
  .meta({ id: "PolicyAction" });

const ruleFields = {
  name: z.string().max(200),
  kind: z.enum(POLICY_KINDS),
  enabled: z.boolean(),
  trigger: triggerSchema,
  guard: guardSchema.optional(),
  actions: z.array(actionSchema).max(32),
};

const ruleBody = z.strictObject({ ...ruleFields, enabled: z.boolean().default(true) });
const reason = { reason: z.string().max(2000).optional() };

const policySchema = z
  .object({
    ...ruleFields,
    id: z.string(),
    rev: z.number().int(),
    /** Interlock's own: it can be switched off and changed, not removed. */
    builtIn: z.boolean(),
    updatedAt: timeSchema,
    updatedBy: z.string(),
    /** The rule in a sentence. */
    sentence: z.string(),
    /** What it would do now, in a sentence. */
    now: z.string(),
    state: z.enum(["off", "idle", "pending", "firing"]),
    /** What it reads; those that fire or are pending first, at most 20. */
    readings: z.array(
      z.object({
        subject: z.string(),
        value: z.number().nullable(),
        guarded: z.boolean().nullable(),
        phase: z.enum(["idle", "pending", "firing"]),
      }),
    ),
    lastActedAt: timeSchema.nullable(),
    nextRunAt: timeSchema.nullable(),
  })
  .meta({ id: "Policy" });

const policyWriteSchema = writeSchema.extend(policySchema.shape).extend({ rev: z.number().int() });
const params = z.object({ id: nameSchema });

const replaySchema = z
  .object({
    fromMs: z.number(),
    toMs: z.number(),
    stepMs: z.number(),
    sentence: z.string(),
    now: z.string(),
    firings: z.array(
      z.object({
        subject: z.string(),
        sinceMs: z.number(),
        firedMs: z.number(),
        /** Null: it would still fire. */
        resolvedMs: z.number().nullable(),
        peak: z.number().nullable(),
        sentence: z.string(),
      }),
    ),
    /** What it would have done; `heldBy`: what would have held it back. */
    acts: z.array(
      z.object({ atMs: z.number(), subject: z.string(), does: z.string(), heldBy: z.enum(["cooldown", "per-hour"]).nullable() }),
    ),
    /** Of the subject that came nearest: `[time, figure or null]`. */
    line: z
      .object({ subject: z.string(), bound: z.number().nullable(), points: z.array(z.tuple([z.number(), z.number().nullable()])) })
      .nullable(),
    /** Metrics that are not stored: the replay had no data of them. */
    notStored: z.array(z.string()),
  })
  .meta({ id: "PolicyDryRun" });

export const policyRoutes = {
  "GET /api/v1/policies": {
    summary: "Policies, Interlock's own first, each with what it would do now",
    tag: "policies",
    response: z.object({ items: z.array(policySchema) }),
  },
  "POST /api/v1/policies": {
    summary: "Add a policy",
    tag: "policies",
    query: dryRunQuery,
    body: ruleBody.extend(reason),
    response: policyWriteSchema,
    successStatus: 201,
    write: true,
    localToken: "sometimes",
  },
  "GET /api/v1/policies/{id}": { summary: "One policy", tag: "policies", params, response: policySchema },
  "PUT /api/v1/policies/{id}": {
    summary: "Change a policy, or switch it on or off",
    tag: "policies",
    params,
    query: dryRunQuery,
    body: ruleBody.extend(reason),
    response: policyWriteSchema,
    write: true,
    precondition: true,
    localToken: "sometimes",
  },
  "DELETE /api/v1/policies/{id}": {
    summary: "Remove a policy of your own",
    tag: "policies",
    params,
    query: dryRunQuery.extend(reason),
    response: writeSchema,
    write: true,
    precondition: true,
  },
  "POST /api/v1/policies/{id}/dry-run": {
    summary: "What a policy, or the rule in the body in its place, would have done in the last hour; `draft` as id for a new one",
    tag: "policies",
    params,
    body: z.strictObject({ policy: ruleBody.optional() }).optional(),
    response: replaySchema,
  },
} as const satisfies RouteTable;

const alertSchema = z
  .object({
    id: z.string(),
    policy: z.string(),
    policyName: z.string(),
    subject: z.string(),
    service: z.string().nullable(),
    severity: severitySchema,
    state: z.enum(["firing", "resolved"]),
    summary: z.string(),
    value: z.number().nullable(),
    bound: z.number().nullable(),
    since: timeSchema,
    firedAt: timeSchema,
    resolvedAt: timeSchema.nullable(),
    acknowledged: z.object({ by: z.string(), at: timeSchema, reason: z.string() }).nullable(),
    silencedUntil: timeSchema.nullable(),
    channels: z.array(z.string()),
  })
  .meta({ id: "Alert" });

const alertWriteSchema = writeSchema.extend(alertSchema.shape);

const diagnosisSchema = z
  .object({
    alert: z.string(),
    onset: timeSchema,
    sentence: z.string(),
    causes: z.array(
      z.object({
        change: z.string(),
        at: timeSchema,
        kind: z.string(),
        subject: z.string(),
        author: z.string(),
        reason: z.string(),
        /** Share of all scores, 0 to 1. */
        likelihood: z.number(),
        parts: z.array(z.object({ name: z.enum(["time", "place", "evidence"]), score: z.number(), sentence: z.string() })),
        /** What takes it back, as a request; `rev` goes into If-Match. */
        reverse: z
          .object({
            kind: z.enum(["undo", "release-rollback", "rollback"]),
            target: z.string(),
            method: z.literal("POST"),
            path: z.string(),
            rev: z.number().int().nullable(),
          })
          .nullable(),
      }),
    ),
  })
  .meta({ id: "Diagnosis" });

export const alertRoutes = {
  "GET /api/v1/alerts": {
    summary: "Alerts: those that fire first, the worst first, then the newest that are over",
    tag: "alerts",
    query: z.object({
      state: z.enum(["firing", "resolved"]).optional(),
      service: nameSchema.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(200),
      cursor: z.string().max(64).optional(),
    }),
    response: z.object({
      items: z.array(alertSchema),
      /** Where the next page begins; absent on the last one. */
      nextCursor: z.string().optional(),
      /** Those that fire, by policy and service. */
      groups: z.array(
        z.object({
          policy: z.string(),
          policyName: z.string(),
          service: z.string().nullable(),
          severity: severitySchema,
          alerts: z.array(z.string()),
        }),
      ),
      firing: z.number().int(),
    }),
  },
  "GET /api/v1/alerts/{id}": { summary: "One alert", tag: "alerts", params, response: alertSchema },
  "POST /api/v1/alerts/{id}/ack": {
    summary: "Say that somebody is on it, with a reason",
    tag: "alerts",
    params,
    query: dryRunQuery,
    body: z.strictObject({ reason: z.string().max(2000) }),
    response: alertWriteSchema,
    write: true,
  },
  "POST /api/v1/alerts/{id}/silence": {
    summary: "Tell nobody until a time; null ends the silence",
    tag: "alerts",
    params,
    query: dryRunQuery,
    body: z.strictObject({ until: timeSchema.nullable(), ...reason }),
    response: alertWriteSchema,
    write: true,
  },
  "GET /api/v1/alerts/{id}/diagnosis": {
    summary: "Changes that the alert may come from, the likeliest first, each with what takes it back",
    tag: "alerts",
    params,
    response: diagnosisSchema,
  },
} as const satisfies RouteTable;
