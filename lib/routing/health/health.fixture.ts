import { DEFAULT_TRAFFIC_POLICY, type OutlierDetection, type ServiceName, type SnapshotEndpoint } from "../../model/index.ts";
import { endpoint } from "../balance/members.fixture.ts";
import type { HealthNote, Moment } from "./health-note.ts";
import { type HealthPolicy, ServiceHealth } from "./service-health.ts";

const WALL_MS = Date.UTC(2026, 0, 1);

/** `ms` after the start, on both clocks. */
export function at(ms: number): Moment {
  return { monotonicMs: ms, wallMs: WALL_MS + ms };
}

export function policyOf(outlier: Partial<OutlierDetection> = {}, more: Partial<HealthPolicy> = {}): HealthPolicy {
  const { healthChecks, outlierDetection, slowStartMs } = DEFAULT_TRAFFIC_POLICY;
  return { healthChecks, slowStartMs, outlierDetection: { ...outlierDetection, ...outlier }, ...more };
}

/** The health of `shop` with instances `shop-1.0.0-0`, `-1`, …, or those given, and what it noted. */
export function healthOf(instances: number | readonly SnapshotEndpoint[], policy: HealthPolicy = policyOf()) {
  const notes: HealthNote[] = [];
  const health = new ServiceHealth("shop" as ServiceName, policy, (note) => notes.push(note));
  const endpoints = typeof instances === "number" ? Array.from({ length: instances }, (_, index) => endpoint(index)) : instances;
  health.update(endpoints, policy, at(0));
  const idOf = (index: number) => endpoints[index]?.id ?? endpoint("none").id;
  return {
    health,
    endpoints,
    notes,
    idOf,
    fail(index: number, times: number, nowMs: number, kind: "server-error" | "gateway" = "server-error") {
      for (let time = 0; time < times; time++) health.failed(idOf(index), kind, "status 500", nowMs);
    },
    /** Instances that are healthy, by position. */
    healthy: () => endpoints.flatMap(({ id }, index) => (health.member(id)?.isHealthy ? [index] : [])),
    kinds: () => notes.map(({ kind }) => kind),
  };
}
