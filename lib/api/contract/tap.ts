import { z } from "zod";
import { timeSchema } from "./general.ts";

const tapEndSchema = z.object({ service: z.string(), version: z.string().nullable() });

/** One request that ended: a line of the access log. */
export const tapEntrySchema = z
  .object({
    atMs: z.number(),
    proxy: z.string(),
    side: z.enum(["caller", "callee"]),
    caller: tapEndSchema,
    callee: tapEndSchema,
    instance: z.string().nullable(),
    method: z.string(),
    host: z.string(),
    /** Without query. */
    path: z.string(),
    /** 0: the caller went away before an answer. */
    status: z.number().int(),
    code: z.string().nullable(),
    rule: z.string().nullable(),
    durationMs: z.number(),
    bytesIn: z.number(),
    bytesOut: z.number(),
    attempts: z.number().int(),
    encrypted: z.boolean(),
    mirror: z.boolean(),
    traceId: z.string().nullable(),
  })
  .meta({ id: "TapEntry" });

/** Data of the tap's `entries` events. `dropped`: requests that fit and are not shown, since the last event: more than proxies or reader take. */
export const tapDataSchema = z
  .object({ at: timeSchema, entries: z.array(tapEntrySchema), dropped: z.number().int() })
  .meta({ id: "TapData" });

/** Data of the tap's `heartbeat` events, sent each second. `proxies`: how many are asked. */
export const tapHeartbeatSchema = z.object({ at: timeSchema, proxies: z.number().int() });

const statusText = z
  .string()
  .regex(/^([1-5]xx|\d{3}|\d{3}-\d{3})$/, "Write a status such as 503, a class such as 5xx, or a range such as 500-599");

/** The filter of a tap: all parts that are given must fit. */
export const tapQuerySchema = z.strictObject({
  /** Callee. */
  service: z.string().min(1).max(253).optional(),
  version: z.string().min(1).max(64).optional(),
  /** `ingress` for traffic from outside. */
  caller: z.string().min(1).max(253).optional(),
  callerVersion: z.string().min(1).max(64).optional(),
  method: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/, "Write a method such as GET")
    .optional(),
  /** Beginning of the path. */
  path: z.string().max(2_048).regex(/^\//, "Begin the path with /").optional(),
  status: statusText.optional(),
  code: z.string().min(1).max(80).optional(),
  minDurationMs: z.coerce.number().min(0).max(86_400_000).optional(),
});
