import { z } from "zod";
import { dryRunQuery, serviceParams } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { writeSchema } from "./write.ts";

const loadBalancingKinds = ["roundRobin", "weighted", "random", "leastRequest", "peakEwma", "ringHash", "maglev"] as const;

const hashOnSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["header", "cookie", "query"]), name: z.string().max(256) }),
  z.strictObject({ kind: z.literal("source") }),
]);

const checkFigures = {
  intervalMs: z.number().optional(),
  timeoutMs: z.number().optional(),
  unhealthyAfter: z.number().optional(),
  healthyAfter: z.number().optional(),
};

const healthChecksSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("off") }),
  z.strictObject({ kind: z.literal("http"), path: z.string().max(2048).optional(), ...checkFigures }),
  z.strictObject({ kind: z.literal("tcp"), ...checkFigures }),
]);

const outlierShape = {
  consecutive5xx: z.number(),
  consecutiveGatewayFailures: z.number(),
  intervalMs: z.number(),
  baseEjectionMs: z.number(),
  maxEjectionMs: z.number(),
  maxEjectionPercent: z.number(),
};
const breakerShape = { maxConnections: z.number(), maxPending: z.number(), maxRequests: z.number(), maxRetries: z.number() };
const adaptiveShape = { enabled: z.boolean(), minLimit: z.number(), maxLimit: z.number() };
const retryShape = { attempts: z.number(), codes: z.array(z.number()).max(32), backoffMs: z.number(), budgetPercent: z.number() };
const timeoutShape = { requestMs: z.number(), perTryMs: z.number().nullable(), idleMs: z.number(), connectMs: z.number() };

const failoverSchema = z
  .array(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("zone"), zone: z.string().max(253) }),
      z.strictObject({ kind: z.literal("version"), version: z.string().max(64) }),
    ]),
  )
  .max(16);

const tlsSchema = z.strictObject({ mode: z.enum(["strict", "permissive"]) });
/** `follow`: a request from outside may ask for ranges in `x-interlock-range`; `ignore`: the header is taken off. */
const rangesSchema = z.strictObject({ fromOutside: z.enum(["follow", "ignore"]) });

/** As set: what is left out has its default. Figures are only typed here; the engine says what is wrong with each. */
export const trafficPolicySchema = z
  .strictObject({
    loadBalancing: z
      .strictObject({
        kind: z.enum(loadBalancingKinds).optional(),
        hashOn: hashOnSchema.optional(),
        zonePreference: z.boolean().optional(),
      })
      .optional(),
    healthChecks: healthChecksSchema.optional(),
    outlierDetection: z.strictObject(outlierShape).partial().optional(),
    circuitBreakers: z.strictObject(breakerShape).partial().optional(),
    adaptiveConcurrency: z.strictObject(adaptiveShape).partial().optional(),
    retries: z.strictObject(retryShape).partial().optional(),
    timeouts: z.strictObject(timeoutShape).partial().optional(),
    slowStartMs: z.number().optional(),
    panicThresholdPercent: z.number().optional(),
    failover: failoverSchema.optional(),
    tls: tlsSchema.partial().optional(),
    ranges: rangesSchema.partial().optional(),
  })
  .meta({ id: "TrafficPolicy" });

/** What holds: every part present. */
export const effectivePolicySchema = z
  .object({
    loadBalancing: z.object({ kind: z.enum(loadBalancingKinds), hashOn: hashOnSchema, zonePreference: z.boolean() }),
    healthChecks: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("off") }),
      z.object({
        kind: z.enum(["http", "tcp"]),
        path: z.string(),
        intervalMs: z.number(),
        timeoutMs: z.number(),
        unhealthyAfter: z.number(),
        healthyAfter: z.number(),
      }),
    ]),
    outlierDetection: z.object(outlierShape),
    circuitBreakers: z.object(breakerShape),
    adaptiveConcurrency: z.object(adaptiveShape),
    retries: z.object(retryShape),
    timeouts: z.object(timeoutShape),
    slowStartMs: z.number(),
    panicThresholdPercent: z.number(),
    failover: failoverSchema,
    tls: tlsSchema,
    ranges: rangesSchema,
  })
  .meta({ id: "EffectiveTrafficPolicy" });

export const trafficPolicyRoutes = {
  "GET /api/v1/services/{service}/traffic-policy": {
    summary: "How traffic to a service is balanced, protected and secured: as set, as it holds, and the defaults",
    tag: "traffic",
    params: serviceParams,
    response: z
      .object({
        service: z.string(),
        rev: z.number().int(),
        policy: trafficPolicySchema,
        effective: effectivePolicySchema,
        defaults: effectivePolicySchema,
      })
      .meta({ id: "ServiceTrafficPolicy" }),
  },
  "PUT /api/v1/services/{service}/traffic-policy": {
    summary: "Replace the traffic policy of a service; what is left out has its default",
    tag: "traffic",
    params: serviceParams,
    query: dryRunQuery,
    body: trafficPolicySchema.extend({ reason: z.string().max(2000).optional() }),
    response: writeSchema.extend({ policy: trafficPolicySchema, effective: effectivePolicySchema }),
    write: true,
    precondition: true,
  },
} as const satisfies RouteTable;
