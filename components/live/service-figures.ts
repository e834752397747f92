import type { TopologyVersion } from "@/lib/client/index.ts";
import { type Health, judgeHealth } from "./health.ts";

/** A service's versions taken together. */
export interface ServiceFigures {
  readonly rps: number;
  readonly requests: number;
  readonly failed: number;
  /** null without requests. */
  readonly errorRate: number | null;
  /** The slowest version's that carries requests; null without requests. */
  readonly p99Ms: number | null;
  readonly instances: number;
  readonly ready: number;
  readonly health: Health;
}

/** Adds versions up; the health is that of the worst version, because an average hides a canary. */
export function sumFigures(versions: readonly TopologyVersion[]): ServiceFigures {
  const requests = versions.reduce((sum, lane) => sum + lane.requests, 0);
  const failed = Math.round(versions.reduce((sum, lane) => sum + (lane.errorRate ?? 0) * lane.requests, 0));
  const quantiles = versions.flatMap((lane) => (lane.p99Ms === null ? [] : [lane.p99Ms]));
  return {
    rps: versions.reduce((sum, lane) => sum + lane.rps, 0),
    requests,
    failed,
    errorRate: requests === 0 ? null : failed / requests,
    p99Ms: quantiles.length === 0 ? null : Math.max(...quantiles),
    instances: versions.reduce((sum, lane) => sum + lane.instances, 0),
    ready: versions.reduce((sum, lane) => sum + lane.ready, 0),
    health: worstHealth(versions.map(laneHealth)),
  };
}

/** Health of one version: its errors, and whether anything is ready to serve the weight it has. */
export function laneHealth(lane: TopologyVersion): Health {
  if (lane.weightBp > 0 && lane.ready === 0) return "bad";
  return judgeHealth((lane.errorRate ?? 0) * lane.requests, lane.requests);
}

const ORDER: readonly Health[] = ["unknown", "ok", "warn", "bad"];

function worstHealth(parts: readonly Health[]): Health {
  return parts.reduce<Health>((worst, part) => (ORDER.indexOf(part) > ORDER.indexOf(worst) ? part : worst), "unknown");
}
