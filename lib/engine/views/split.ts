import type { MeshState, Service } from "../../model/index.ts";
import { type SplitCounts, type TelemetryStore, wilsonInterval } from "../../telemetry/index.ts";
import type { ProxyHub } from "../proxies/proxy-hub.ts";
import type { ObservedShare, ObservedView, SplitPhaseView, SplitView } from "../views.ts";
import { OBSERVED_WINDOW_MS_MAX } from "./figures.ts";
import { renormalisedViews } from "./renormalised.ts";

export interface SplitViewInput {
  readonly state: MeshState;
  readonly hub: Pick<ProxyHub, "acceptance">;
  readonly telemetry: TelemetryStore;
  readonly nowMs: number;
  readonly phases: readonly SplitPhaseView[];
}

/** Intended, accepted, observed. The observed window starts with the last change of the split, however late the first request came after it. */
export function splitView(service: Service, { state, hub, telemetry, nowMs, phases }: SplitViewInput): SplitView {
  const last = service.weightsHistory.at(-1);
  const sinceMs = Math.max(0, nowMs - Date.parse(last?.at ?? service.registeredAt));
  const counts = telemetry.splitCounts(service.name, service.splitEpoch, OBSERVED_WINDOW_MS_MAX);
  return {
    service: service.name,
    rev: service.rev,
    weights: service.weights,
    accepted: { rev: service.rev, ...hub.acceptance(service.name, service.rev) },
    observed: observedView(service, { ...counts, windowMs: Math.min(counts.windowMs, sinceMs) }),
    since: last === undefined ? null : { at: last.at, author: last.author, changeId: last.changeId, cause: last.cause },
    phases,
    renormalised: renormalisedViews(state, service, new Date(nowMs).toISOString()),
  };
}

function observedView(service: Service, { windowMs, requests: counts }: SplitCounts): ObservedView {
  const requests = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const versions = [...new Set([...Object.keys(service.weights), ...counts.keys()])].sort();
  return {
    windowMs,
    requests,
    versions: Object.fromEntries(versions.map((version) => [version, observedShare(counts.get(version) ?? 0, requests)])),
  };
}

function observedShare(part: number, whole: number): ObservedShare {
  const interval = wilsonInterval(part, whole);
  return { requests: part, share: interval?.share ?? null, low: interval?.low ?? null, high: interval?.high ?? null };
}
