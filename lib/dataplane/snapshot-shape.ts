/**
 * The shape of a snapshot as it comes in from outside this process: over the engine's socket, or from disk. What the fields mean (sums, expressions,
 * names of headers) is checked by `lib/routing` when the snapshot is compiled.
 *
 * Invariant: unknown fields pass where leaving them out changes nothing that is decided, so that a newer engine can say more. In rules and
 * authorization they do not: a condition that is not understood would let more in than was meant, so the snapshot is refused and the old one stays.
 */
import { z } from "zod";
import { DEFAULT_TRAFFIC_POLICY } from "../model/index.ts";

const durationMs = z.number().nonnegative();
const count = z.number().int().nonnegative();
const percent = z.number().min(0).max(100);
const status = z.number().int().min(100).max(599);
const weights = z.record(z.string(), z.number().int());

const valueMatch = z.strictObject({ type: z.enum(["Exact", "RegularExpression"]).optional(), name: z.string(), value: z.string() });
const routeMatch = z.strictObject({
  path: z.strictObject({ type: z.enum(["Exact", "PathPrefix", "RegularExpression"]), value: z.string() }).optional(),
  method: z.string().optional(),
  headers: z.array(valueMatch).optional(),
  queryParams: z.array(valueMatch).optional(),
  caller: z.strictObject({ service: z.string(), range: z.string().optional() }).optional(),
});

const headerValue = z.strictObject({ name: z.string(), value: z.string() });
const headerEdits = z.strictObject({
  set: z.array(headerValue).optional(),
  add: z.array(headerValue).optional(),
  remove: z.array(z.string()).optional(),
});
const pathRewrite = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ReplaceFullPath"), replaceFullPath: z.string() }),
  z.strictObject({ type: z.literal("ReplacePrefixMatch"), replacePrefixMatch: z.string() }),
]);
const redirect = z.strictObject({
  scheme: z.enum(["http", "https"]).optional(),
  hostname: z.string().optional(),
  port: z.number().int().optional(),
  path: pathRewrite.optional(),
  statusCode: status.optional(),
});
const mirror = z.strictObject({
  backendRef: z.strictObject({ service: z.string().optional(), version: z.string() }),
  percent: percent.optional(),
});
const routeFilter = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("RequestHeaderModifier"), requestHeaderModifier: headerEdits }),
  z.strictObject({ type: z.literal("ResponseHeaderModifier"), responseHeaderModifier: headerEdits }),
  z.strictObject({
    type: z.literal("URLRewrite"),
    urlRewrite: z.strictObject({ hostname: z.string().optional(), path: pathRewrite.optional() }),
  }),
  z.strictObject({ type: z.literal("RequestRedirect"), requestRedirect: redirect }),
  z.strictObject({ type: z.literal("RequestMirror"), requestMirror: mirror }),
]);
const routeRule = z.strictObject({
  name: z.string().optional(),
  matches: z.array(routeMatch),
  split: z.strictObject({ weights }).optional(),
  filters: z.array(routeFilter).optional(),
  timeouts: z.strictObject({ requestMs: durationMs.optional(), perTryMs: durationMs.optional(), idleMs: durationMs.optional() }).optional(),
  retry: z.strictObject({ attempts: count.optional(), codes: z.array(status).optional(), backoffMs: durationMs.optional() }).optional(),
  fault: z.strictObject({ delayMs: durationMs.optional(), abortStatus: status.optional(), percent }).optional(),
  stickiness: z.strictObject({ by: z.enum(["cookie", "header"]), name: z.string() }).optional(),
  lane: z.string().optional(),
});

const hashOn = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["header", "cookie", "query"]), name: z.string() }),
  z.object({ kind: z.literal("source") }),
]);
const healthChecks = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("off") }),
  z.object({
    kind: z.enum(["http", "tcp"]),
    path: z.string(),
    intervalMs: z.number().positive(),
    timeoutMs: z.number().positive(),
    unhealthyAfter: z.number().int().positive(),
    healthyAfter: z.number().int().positive(),
  }),
]);
const failoverStep = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("zone"), zone: z.string() }),
  z.object({ kind: z.literal("version"), version: z.string() }),
]);
const trafficPolicy = z.object({
  loadBalancing: z.object({
    kind: z.enum(["roundRobin", "weighted", "random", "leastRequest", "peakEwma", "ringHash", "maglev"]),
    hashOn,
    zonePreference: z.boolean(),
  }),
  healthChecks,
  outlierDetection: z.object({
    consecutive5xx: count,
    consecutiveGatewayFailures: count,
    intervalMs: z.number().positive(),
    baseEjectionMs: durationMs,
    maxEjectionMs: durationMs,
    maxEjectionPercent: percent,
  }),
  circuitBreakers: z.object({ maxConnections: count, maxPending: count, maxRequests: count, maxRetries: count }),
  adaptiveConcurrency: z.object({ enabled: z.boolean(), minLimit: count, maxLimit: count }),
  retries: z.object({ attempts: count, codes: z.array(status), backoffMs: durationMs, budgetPercent: percent }),
  timeouts: z.object({ requestMs: durationMs, perTryMs: durationMs.nullable(), idleMs: durationMs, connectMs: durationMs }),
  slowStartMs: durationMs,
  panicThresholdPercent: percent,
  failover: z.array(failoverStep),
  tls: z.object({ mode: z.enum(["strict", "permissive"]) }),
  // A snapshot on disk may be older than the setting.
  ranges: z.object({ fromOutside: z.enum(["follow", "ignore"]) }).default({ fromOutside: "follow" }),
});

const action = z.enum(["allow", "deny"]);
const texts = z.array(z.string());
const authorizationRule = z.strictObject({
  name: z.string().optional(),
  action: action.optional(),
  from: z
    .strictObject({ services: texts.optional(), identities: texts.optional(), jwt: z.record(z.string(), texts).optional() })
    .optional(),
  to: z.strictObject({ methods: texts.optional(), paths: texts.optional() }).optional(),
});
const jwtProvider = z.strictObject({
  issuer: z.string(),
  audiences: texts.optional(),
  jwksUri: z.string().optional(),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).optional(),
});
const authorizationPolicy = z.strictObject({
  action,
  rules: z.array(authorizationRule),
  jwtProviders: z.array(jwtProvider).optional(),
});

const endpoint = z.object({
  id: z.string().min(1),
  service: z.string(),
  version: z.string(),
  address: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  node: z.string().optional(),
  zone: z.string().optional(),
  weight: z.number().optional(),
  inbound: z.object({ address: z.string().min(1), port: z.number().int().min(1).max(65_535) }).optional(),
  sinceMs: z.number().optional(),
  standby: z.literal(true).optional(),
});
const service = z.object({
  name: z.string().min(1),
  hosts: z.array(z.string()),
  rev: z.number().int(),
  splitEpoch: z.number().int(),
  weights,
  rules: z.array(routeRule),
  endpoints: z.array(endpoint),
  // A snapshot on disk may be of an older proxy, which knew no policies.
  policy: trafficPolicy.default(() => structuredClone(DEFAULT_TRAFFIC_POLICY) as z.infer<typeof trafficPolicy>),
  authorization: authorizationPolicy.nullable().default(null),
  incompatible: z.record(z.string(), z.array(z.string())).default({}),
});

/** A whole snapshot. */
export const snapshotShape = z.object({
  version: z.number().int().nonnegative(),
  at: z.string(),
  services: z.record(z.string(), service),
  egress: z.array(z.string()),
  reservedPorts: z.array(z.number().int()),
});

/** What turns one snapshot into the next. */
export const deltaShape = z.object({
  base: z.number().int(),
  version: z.number().int(),
  at: z.string(),
  upserts: z.array(service),
  removed: z.array(z.string()),
});
