import { z } from "zod";
import { INSTANCE_HEALTH_KINDS } from "../../model/index.ts";
import { exposureSchema, timeSchema, verdictSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { renormalisedSchema, splitSchema } from "./splits.ts";
import { changeSchema } from "./write.ts";

export const topologyVersionSchema = z.object({
  version: z.string(),
  weightBp: z.number().int(),
  rps: z.number(),
  errorRate: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  requests: z.number().int(),
  instances: z.number().int(),
  ready: z.number().int(),
  /** Instances that a proxy has taken out, or that fail their checks. */
  ejected: z.number().int(),
});

export const topologyServiceSchema = z
  .object({
    name: z.string(),
    versions: z.array(topologyVersionSchema),
    /** Callers that are kept from some of its versions; absent: none. */
    renormalised: z.array(renormalisedSchema).optional(),
  })
  .meta({ id: "TopologyService" });

const edgeEndSchema = z.object({ service: z.string(), version: z.string().nullable() });

export const topologyEdgeSchema = z
  .object({
    from: edgeEndSchema,
    to: edgeEndSchema,
    rps: z.number(),
    errorRate: z.number().nullable(),
    p99Ms: z.number().nullable(),
    requests: z.number().int(),
    verdict: verdictSchema,
    /** Requests in the window that authorization refused. */
    denied: z.number().int(),
    /** Attempts beyond the first in the window. */
    retries: z.number().int(),
    /** Requests in the window that left their zone or version. */
    failovers: z.number().int(),
    /** Share of the requests that were sent to an instance which went over mTLS; null where none was sent. */
    encrypted: z.number().nullable(),
    /** Copies per second made by mirrors, in no other figure. */
    mirrored: z.number(),
  })
  .meta({ id: "TopologyEdge" });

export const topologySchema = z
  .object({ at: timeSchema, windowMs: z.number(), services: z.array(topologyServiceSchema), edges: z.array(topologyEdgeSchema) })
  .meta({ id: "Topology" });

export const proxySchema = z
  .object({
    id: z.string(),
    node: z.string(),
    connected: z.boolean(),
    snapshotVersion: z.number().int().nullable(),
    ingressPort: z.number().int().nullable(),
    nack: z.object({ version: z.number().int(), code: z.string(), detail: z.string(), at: timeSchema }).nullable(),
    lastSeenAt: timeSchema,
    /** Loopback port of the proxy's own /metrics; null when it has none. */
    adminPort: z.number().int().nullable(),
  })
  .meta({ id: "Proxy" });

export const healthEventSchema = z
  .object({
    at: timeSchema,
    kind: z.enum([
      "lease-expired",
      "instance-joined",
      "instance-left",
      "proxy-connected",
      "proxy-lost",
      "proxy-nack",
      "limit-reached",
      "certificate-refused",
      "certificate-overdue",
      "token-keys-stale",
      "release-worse",
      "notification-failing",
      "notification-recovered",
      "notification-lost",
      "policy-acted",
      "policy-failed",
      "workload-crashed",
      "workload-recovered",
      "workload-problem",
      "workload-asked",
      "agent-lost",
      "agent-gone",
      "agent-back",
      "node-empty",
      "sunset-near",
      "sunset-passed",
      "lifecycle-held",
      ...INSTANCE_HEALTH_KINDS,
    ]),
    subject: z.string(),
    sentence: z.string(),
    /** Why, as the proxy that decided it says. */
    reason: z.string().optional(),
    /** When it ends by itself. */
    until: timeSchema.optional(),
    service: z.string().optional(),
    version: z.string().optional(),
    instance: z.string().optional(),
    /** The proxy that decided it. */
    proxy: z.string().optional(),
  })
  .meta({ id: "HealthEvent" });

export const meshSchema = z
  .object({
    at: timeSchema,
    services: z.number().int(),
    versions: z.number().int(),
    instances: z.object({ total: z.number().int(), ready: z.number().int() }),
    proxies: z.array(proxySchema),
    health: z.object({ state: z.enum(["healthy", "degraded", "unknown"]), degraded: z.array(z.string()) }),
    exposure: exposureSchema,
    rps: z.number(),
    errorRate: z.number().nullable(),
    seq: z.number().int(),
    data: z.object({ bytes: z.number(), limitBytes: z.number() }),
    version: z.string(),
  })
  .meta({ id: "Mesh" });

export const seriesSchema = z.object({ points: z.array(z.tuple([z.number(), z.number().nullable(), z.number()])) }).meta({ id: "Series" });

/**
 * Data of the stream's events. `snapshot` carries a topic whole; `delta` only what changed since the event before it.
 * `activity`: every change once, in order of seq, gapless across restarts. Figures (the others) may coalesce.
 */
export const streamTopics = ["topology", "splits", "activity", "health"] as const;

const removed = z.array(z.string()).optional();

/** One SSE `data:` line. A topology delta lists changed services and edges whole; `removed*` name those gone (edge key: `from@v>to@v`). */
export const streamDataSchema = z.discriminatedUnion("topic", [
  z.object({
    topic: z.literal("topology"),
    at: timeSchema,
    windowMs: z.number(),
    services: z.array(topologyServiceSchema),
    edges: z.array(topologyEdgeSchema),
    removedServices: removed,
    removedEdges: removed,
  }),
  z.object({ topic: z.literal("splits"), at: timeSchema, splits: z.array(splitSchema), removed }),
  z.object({ topic: z.literal("activity"), at: timeSchema, changes: z.array(changeSchema) }),
  z.object({
    topic: z.literal("health"),
    at: timeSchema,
    mesh: meshSchema.optional(),
    events: z.array(healthEventSchema),
    instancesChanged: z.boolean().optional(),
  }),
]);

/** `reset`: what a reader holds of this topic cannot be continued (too old, or from before a restart); a snapshot follows. */
export const streamResetSchema = z.object({ topic: z.enum(streamTopics), at: timeSchema, detail: z.string() });

/** `heartbeat`: sent each second in which nothing else was. */
export const streamHeartbeatSchema = z.object({ at: timeSchema });

export const liveRoutes = {
  "GET /api/v1/mesh": { summary: "Summary: services, versions, proxies, health, exposure", tag: "live", response: meshSchema },
  "GET /api/v1/topology": { summary: "The live picture, as measured by the proxies", tag: "live", response: topologySchema },
  "GET /api/v1/series": {
    summary: "One figure over time; kept 1 h at 2 s, 24 h at 15 s, 30 d at 5 min",
    tag: "live",
    query: z.object({
      service: z.string().max(253).optional(),
      version: z.string().max(64).optional(),
      edge: z.string().max(700).optional(),
      metric: z.enum(["rps", "errorRate", "p50Ms", "p90Ms", "p99Ms", "share"]),
      from: z.string().max(64).optional(),
      to: z.string().max(64).optional(),
      stepMs: z.coerce.number().int().min(2000).max(86_400_000).optional(),
    }),
    response: seriesSchema,
  },
} as const satisfies RouteTable;
