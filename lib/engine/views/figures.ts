import type { FlowEdge, ServiceCall } from "../../compatibility/index.ts";
import type { InstanceId, ServiceName } from "../../model/index.ts";
import type { EdgeFigures, EdgeFlow, TelemetryStore } from "../../telemetry/index.ts";

/** The window of every live figure. */
export const LIVE_WINDOW_MS = 10_000;
/** How far back the observed split reaches. */
export const OBSERVED_WINDOW_MS_MAX = 300_000;

/** Name of traffic from outside, as telemetry has it. */
export const INGRESS = "ingress";

export function liveEdges(telemetry: Pick<TelemetryStore, "edges">): readonly EdgeFigures[] {
  return telemetry.edges(LIVE_WINDOW_MS);
}

/** What goes where, where nothing but the rates is asked for. */
export function liveFlows(telemetry: Pick<TelemetryStore, "flows">): readonly EdgeFlow[] {
  return telemetry.flows(LIVE_WINDOW_MS);
}

/** Edges as exposure reads them. */
export function flowEdges(edges: readonly EdgeFlow[]): readonly FlowEdge[] {
  return edges.map(({ caller, callee, rps }) => ({ from: caller, to: callee, rps }));
}

/** Which services were seen calling which. */
export function serviceCalls(edges: readonly EdgeFlow[]): readonly ServiceCall[] {
  return edges
    .filter(({ caller }) => caller.service !== INGRESS)
    .map(({ caller, callee }) => ({ consumer: caller.service as ServiceName, provider: callee.service as ServiceName }));
}

/** Instances that refused connections within the live window and answered nothing well. */
export function failingInstances(telemetry: TelemetryStore): ReadonlySet<InstanceId> {
  const failing = new Set<InstanceId>();
  for (const [id, { requests, failed, connectFailures }] of telemetry.instances(LIVE_WINDOW_MS)) {
    if (connectFailures > 0 && requests <= failed) failing.add(id as InstanceId);
  }
  return failing;
}
