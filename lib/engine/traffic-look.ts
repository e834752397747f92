import type { VersionRef } from "../model/index.ts";
import type { TelemetryStore } from "../telemetry/index.ts";
import type { TrafficLook } from "./decide/context.ts";
import { LIVE_WINDOW_MS } from "./views/figures.ts";

/** How far back a caller is remembered: one that calls every now and then is one too. */
export const CALLERS_WINDOW_MS = 60_000;

/** What decisions ask of the figures; read when asked. */
export function trafficLook(telemetry: Pick<TelemetryStore, "edges" | "versions">): TrafficLook {
  return {
    rps: (service) => [...(telemetry.versions(LIVE_WINDOW_MS).get(service)?.values() ?? [])].reduce((sum, { rps }) => sum + rps, 0),
    callersOf: (ref) => callersOf(telemetry, ref),
  };
}

function callersOf(telemetry: Pick<TelemetryStore, "edges">, { service, version }: VersionRef): ReturnType<TrafficLook["callersOf"]> {
  return telemetry
    .edges(CALLERS_WINDOW_MS)
    .filter(({ callee, requests }) => callee.service === service && callee.version === version && requests > 0)
    .map(({ caller, rps }) => ({ service: caller.service, version: caller.version, rps }))
    .sort((left, right) => right.rps - left.rps);
}
