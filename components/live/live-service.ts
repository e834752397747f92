import type { TopologyService, TopologyVersion } from "@/lib/client/index.ts";
import { type Health, judgeHealth } from "./health.ts";
import { keepEqual } from "./keep-identity.ts";

/** One version as measured, with what its errors prove. */
export interface LiveLane extends TopologyVersion {
  readonly health: Health;
}

/** A service as measured. */
export interface LiveService extends Omit<TopologyService, "versions"> {
  readonly versions: readonly LiveLane[];
  /** What the errors of all versions together prove. */
  readonly whole: Health;
}

/** Judges the lanes of a service that was just measured; lanes that did not change stay the same objects. */
export function judgeService(service: TopologyService, previous: LiveService | undefined): LiveService {
  const known = new Map(previous?.versions.map((lane) => [lane.version, lane]));
  return {
    ...service,
    versions: service.versions.map((lane) => {
      const before = known.get(lane.version);
      return keepEqual(before, { ...lane, health: judgeLane(lane, before?.health) });
    }),
    whole: judgeWhole(service.versions, previous?.whole),
  };
}

/** Health of one version: its errors, and whether anything is ready to serve the weight it has. */
export function judgeLane(lane: TopologyVersion, previous?: Health): Health {
  if (lane.weightBp > 0 && lane.ready === 0) return "bad";
  return judgeHealth((lane.errorRate ?? 0) * lane.requests, lane.requests, previous);
}

/** What the errors of some versions together prove. */
export function judgeWhole(versions: Parameters<typeof countFailed>[0], previous?: Health): Health {
  const { failed, requests } = countFailed(versions);
  return judgeHealth(failed, requests, previous);
}

/** Requests of some versions together, and how many of them failed as far as the rates tell. */
export function countFailed(versions: readonly Pick<TopologyVersion, "requests" | "errorRate">[]): { requests: number; failed: number } {
  return {
    requests: versions.reduce((sum, lane) => sum + lane.requests, 0),
    failed: Math.round(versions.reduce((sum, lane) => sum + (lane.errorRate ?? 0) * lane.requests, 0)),
  };
}
