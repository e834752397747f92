import type { Health } from "./health.ts";
import { countFailed, type LiveLane, type LiveService } from "./live-service.ts";

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

/**
 * Adds versions up. A version that fails makes its service degraded at least, because an average hides a canary; failing is a service only
 * where it fails as a whole (`whole`), or has weight on a version of which nothing is ready.
 */
export function sumFigures({ versions, whole }: Pick<LiveService, "versions" | "whole">): ServiceFigures {
  const { requests, failed } = countFailed(versions);
  const quantiles = versions.flatMap((lane) => (lane.p99Ms === null ? [] : [lane.p99Ms]));
  return {
    rps: versions.reduce((sum, lane) => sum + lane.rps, 0),
    requests,
    failed,
    errorRate: requests === 0 ? null : failed / requests,
    p99Ms: quantiles.length === 0 ? null : Math.max(...quantiles),
    instances: versions.reduce((sum, lane) => sum + lane.instances, 0),
    ready: versions.reduce((sum, lane) => sum + lane.ready, 0),
    health: serviceHealth(versions, whole),
  };
}

function serviceHealth(versions: readonly LiveLane[], whole: Health): Health {
  if (versions.some((lane) => lane.weightBp > 0 && lane.ready === 0)) return "bad";
  if (whole === "bad") return "bad";
  return versions.some((lane) => lane.health === "warn" || lane.health === "bad") ? "warn" : whole;
}
