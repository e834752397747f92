import { z } from "zod";
import { DEFAULT_TRAFFIC_POLICY, type EngineMessage, type Snapshot } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";

/**
 * The shapes that come in from outside this process: messages of the engine, the snapshot on disk. Unknown fields pass, so that a newer engine can say more;
 * what the fields mean (sums, expressions) is checked by `lib/routing` when the snapshot is compiled.
 */
const weights = z.record(z.string(), z.number().int());
const valueMatch = z.object({ type: z.enum(["Exact", "RegularExpression"]).optional(), name: z.string(), value: z.string() });
const routeMatch = z.object({
  path: z.object({ type: z.enum(["Exact", "PathPrefix", "RegularExpression"]), value: z.string() }).optional(),
  method: z.string().optional(),
  headers: z.array(valueMatch).optional(),
  queryParams: z.array(valueMatch).optional(),
  caller: z.object({ service: z.string(), range: z.string().optional() }).optional(),
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
  inbound: z.object({ address: z.string(), port: z.number().int() }).optional(),
  sinceMs: z.number().optional(),
  standby: z.literal(true).optional(),
});
const service = z.object({
  name: z.string().min(1),
  hosts: z.array(z.string()),
  rev: z.number().int(),
  splitEpoch: z.number().int(),
  weights,
  rules: z.array(z.looseObject({ name: z.string().optional(), matches: z.array(routeMatch), split: z.object({ weights }).optional() })),
  endpoints: z.array(endpoint),
  // A snapshot on disk may be of an older proxy, which knew no policies.
  policy: z.looseObject({}).default(() => structuredClone(DEFAULT_TRAFFIC_POLICY) as never),
  authorization: z
    .looseObject({ action: z.enum(["allow", "deny"]), rules: z.array(z.looseObject({})) })
    .nullable()
    .default(null),
  incompatible: z.record(z.string(), z.array(z.string())).default({}),
});
const snapshot = z.object({
  version: z.number().int().nonnegative(),
  at: z.string(),
  services: z.record(z.string(), service),
  egress: z.array(z.string()),
  reservedPorts: z.array(z.number().int()),
});
const delta = z.object({
  base: z.number().int(),
  version: z.number().int(),
  at: z.string(),
  upserts: z.array(service),
  removed: z.array(z.string()),
});
const tapFilter = z.object({
  service: z.string().optional(),
  version: z.string().optional(),
  caller: z.string().optional(),
  callerVersion: z.string().optional(),
  method: z.string().optional(),
  pathPrefix: z.string().optional(),
  statusMin: z.number().optional(),
  statusMax: z.number().optional(),
  code: z.string().optional(),
  minDurationMs: z.number().optional(),
});
const message = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("snapshot"), snapshot }),
  z.object({ kind: z.literal("delta"), delta }),
  z.object({ kind: z.literal("telemetry-ack"), bootId: z.string(), seq: z.number().int() }),
  z.object({ kind: z.literal("tap-start"), tapId: z.string().max(80), filter: tapFilter }),
  z.object({
    kind: z.literal("trust"),
    bundle: z.object({ trustDomain: z.string(), rootsPem: z.array(z.string()).min(1), version: z.number().int() }),
  }),
  z.object({ kind: z.literal("certificate"), subject: z.string(), chainPem: z.string(), notAfterMs: z.number() }),
  z.object({ kind: z.literal("certificate-refused"), subject: z.string(), code: z.string(), detail: z.string() }),
  z.object({ kind: z.literal("tap-stop"), tapId: z.string().max(80) }),
]);

/** Reads a message of the engine; the reason is one line that names every field at fault. */
export function parseEngineMessage(input: unknown): Result<EngineMessage, string> {
  const parsed = message.safeParse(input);
  // The names inside were parsed by the engine, which alone may write to this socket.
  return parsed.success ? ok(parsed.data as unknown as EngineMessage) : err(reasons(parsed.error));
}

/** Reads a snapshot, such as the one on disk. */
export function parseSnapshot(input: unknown): Result<Snapshot, string> {
  const parsed = snapshot.safeParse(input);
  return parsed.success ? ok(parsed.data as unknown as Snapshot) : err(reasons(parsed.error));
}

function reasons(error: z.ZodError): string {
  return error.issues.map(({ message: text, path }) => `${path.join(".")}: ${text}`).join("; ");
}
