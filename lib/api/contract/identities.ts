import { z } from "zod";
import { dryRunQuery, partQuery, timeSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { writeSchema } from "./write.ts";

const rootStepSchema = z.enum(["trust-new", "issue-new", "drop-old"]);

/** SHA-256, hex. */
const fingerprintSchema = z.string();

export const rootChangeSchema = z
  .object({
    /** The last step taken; null: there was never a change. */
    step: rootStepSchema.nullable(),
    next: rootStepSchema,
    /** Of the root that the next step is about. */
    fingerprint: fingerprintSchema,
    /** What the next step has to wait for, a sentence each. */
    waitingFor: z.array(z.string()),
  })
  .meta({ id: "RootChange" });

export const rootSchema = z
  .object({ fingerprint: fingerprintSchema, state: z.enum(["issuing", "trusted"]), notBefore: timeSchema, notAfter: timeSchema })
  .meta({ id: "TrustRoot" });

export const certificateSchema = z
  .object({
    /** SPIFFE id. */
    identity: z.string(),
    /** Instance id, or `ingress`. */
    instance: z.string(),
    serial: z.string(),
    notBefore: timeSchema,
    notAfter: timeSchema,
    proxy: z.string(),
    connected: z.boolean(),
    fingerprint: fingerprintSchema,
    rootFingerprint: fingerprintSchema,
    /** It should have been renewed by now. */
    overdue: z.boolean(),
  })
  .meta({ id: "IssuedCertificate" });

export const identityRoutes = {
  "GET /api/v1/identities": {
    summary: "Certificates that proxies hold for instances, the roots they come from, and how far a root change is",
    tag: "identities",
    query: partQuery,
    response: z
      .object({
        trustDomain: z.string(),
        ttlMs: z.number().int(),
        roots: z.array(rootSchema),
        rootChange: rootChangeSchema,
        /** In order of instance, then proxy. */
        items: z.array(certificateSchema),
        nextCursor: z.string().optional(),
      })
      .meta({ id: "Identities" }),
  },
  "POST /api/v1/identities/rotate-root": {
    summary: "Take the next step of a root change: trust the new root, issue from it, drop the old one",
    tag: "identities",
    query: dryRunQuery,
    /** The step is named, so that what is sent twice does not take two: `rootChange.next` of the identities. */
    body: z.strictObject({ step: rootStepSchema, reason: z.string().max(2000).optional() }),
    response: writeSchema.extend({ roots: z.array(rootSchema), rootChange: rootChangeSchema }),
    write: true,
  },
} as const satisfies RouteTable;
