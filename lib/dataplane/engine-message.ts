import { z } from "zod";
import type { EngineMessage, Snapshot } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { deltaShape, snapshotShape } from "./snapshot-shape.ts";

/** Messages of the engine. Unknown fields pass, so that a newer engine can say more; for snapshots see `snapshot-shape`. */
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
  z.object({ kind: z.literal("snapshot"), snapshot: snapshotShape }),
  z.object({ kind: z.literal("delta"), delta: deltaShape }),
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
  const parsed = snapshotShape.safeParse(input);
  return parsed.success ? ok(parsed.data as unknown as Snapshot) : err(reasons(parsed.error));
}

function reasons(error: z.ZodError): string {
  return error.issues.map(({ message: text, path }) => `${path.join(".")}: ${text}`).join("; ");
}
