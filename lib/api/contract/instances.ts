import { z } from "zod";
import { dryRunQuery, listOf, nameSchema, partQuery, serviceParams, timeSchema, verdictSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { writeSchema } from "./write.ts";

export const instanceSchema = z
  .object({
    id: z.string(),
    service: z.string(),
    version: z.string(),
    address: z.string(),
    port: z.number().int(),
    node: z.string().optional(),
    /** Failure domain; absent: its node is its zone. */
    zone: z.string().optional(),
    /** Share among the instances of its version, for every kind of balancing but `roundRobin` and `random`; 1 when absent. */
    weight: z.number().optional(),
    kind: z.enum(["static", "lease"]),
    ttlMs: z.number().int(),
    registeredAt: timeSchema,
    /** `standby`: it starts or leaves, and gets no requests. */
    health: z.enum(["ready", "standby", "failing", "ejected", "unhealthy"]),
    /** When the last proxy that took it out lets it back; null when it is not out, or nobody knows. */
    ejectedUntil: timeSchema.nullable(),
    /** The last decisions of proxies about it, newest first. */
    history: z.array(z.object({ at: timeSchema, kind: z.string(), proxy: z.string(), reason: z.string(), until: timeSchema.nullable() })),
    expiresInMs: z.number().nullable(),
    /** Where the program's HTTP_PROXY should point; null while no proxy serves its node. */
    outbound: z.object({ address: z.string(), port: z.number().int() }).nullable(),
  })
  .meta({ id: "Instance" });

export const discoveredSchema = instanceSchema.extend({ verdict: verdictSchema.nullable() }).meta({ id: "DiscoveredInstance" });

export const instanceRoutes = {
  "GET /api/v1/services/{service}/instances": {
    summary: "Instances of a service, by id",
    tag: "registry",
    params: serviceParams,
    query: partQuery,
    response: listOf(instanceSchema),
  },
  "POST /api/v1/services/{service}/instances": {
    summary: "Register an instance: static (ttlMs 0, durable) or a lease that lives by heartbeats",
    tag: "registry",
    params: serviceParams,
    query: dryRunQuery,
    body: z.strictObject({
      version: nameSchema,
      address: z.string().max(253),
      port: z.number(),
      node: z.string().max(253).optional(),
      zone: z.string().max(253).optional(),
      weight: z.number().optional(),
      ttlMs: z.number().default(0),
      /** Leases only: no requests until a heartbeat with `standby=false`. It has its proxy meanwhile. */
      standby: z.boolean().optional(),
    }),
    response: instanceSchema.extend(writeSchema.shape),
    successStatus: 201,
    write: true,
  },
  "PUT /api/v1/instances/{id}/heartbeat": {
    summary: "Prolong a lease by its TTL",
    tag: "registry",
    params: z.object({ id: nameSchema }),
    /** `true` takes it out of traffic, `false` puts it in; absent: as it is. */
    query: z.object({ standby: z.enum(["true", "false"]).optional() }),
    response: instanceSchema,
    write: true,
  },
  "DELETE /api/v1/instances/{id}": {
    summary: "Remove an instance",
    tag: "registry",
    params: z.object({ id: nameSchema }),
    query: dryRunQuery,
    response: writeSchema,
    write: true,
  },
  "GET /api/v1/discovery/{service}": {
    summary: "Instances by exact version, range, or as far as the caller may meet them; by a key, the one that it finds first",
    tag: "registry",
    params: serviceParams,
    query: partQuery.extend({
      version: nameSchema.optional(),
      range: z.string().max(256).optional(),
      /** `checkout@1.4.0` */
      caller: z.string().max(400).optional(),
      /** Anything, such as a customer's number. Ready instances come first, in the order in which the key prefers them. */
      key: z.string().min(1).max(256).optional(),
    }),
    /** `chosen`: with a key, the instance that it finds; null when there is none. It changes only when that instance goes or fails. */
    response: listOf(discoveredSchema).extend({ chosen: z.string().nullable().optional() }),
  },
} as const satisfies RouteTable;
