import type { EdgeDelta, TelemetryBatch } from "../model/index.ts";
import { bucketOf } from "./histogram.ts";

/** An edge's counts for tests: `ok` answers of 200 and `failed` of 500, all of `us` microseconds. */
export function testEdge(
  edge: { readonly caller?: string; readonly callee?: string; readonly epoch?: number | null; readonly mirror?: boolean },
  counts: {
    readonly ok: number;
    readonly failed?: number;
    readonly us?: number;
    readonly retries?: number;
    readonly denied?: number;
    readonly failovers?: number;
    readonly encrypted?: number;
    readonly plain?: number;
  },
): EdgeDelta {
  const { ok, failed = 0, us = 1_000, retries = 0, denied = 0, failovers = 0, encrypted = 0, plain = 0 } = counts;
  return {
    caller: endOf(edge.caller ?? "ingress"),
    callee: endOf(edge.callee ?? "payments@1.0.0"),
    splitEpoch: edge.epoch ?? null,
    statusClasses: [0, ok, 0, 0, failed],
    aborted: 0,
    failed,
    mirror: edge.mirror ?? false,
    retries,
    denied,
    failovers,
    encrypted,
    plain,
    bytesIn: 10 * ok,
    bytesOut: 20 * ok,
    latencyUsSum: us * (ok + failed),
    latency: ok + failed === 0 ? [] : [bucketOf(us), ok + failed],
  };
}

/** A batch for tests. */
export function testBatch(
  place: { readonly boot?: string; readonly seq: number; readonly atMs: number },
  edges: readonly EdgeDelta[],
): TelemetryBatch {
  const { boot = "boot-1", seq, atMs } = place;
  return { proxyId: "node-a", bootId: boot, seq, atMs, edges, instances: [], codes: {} };
}

function endOf(text: string): EdgeDelta["caller"] {
  const [service, version] = text.split("@");
  return { service: service as string, version: version ?? null };
}
