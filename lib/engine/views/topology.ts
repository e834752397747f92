import { livePairs, verdictOfEdge } from "../../compatibility/index.ts";
import { compareVersions, type EdgeEnd, type MeshState, type Service, type ServiceName, type Version } from "../../model/index.ts";
import type { EdgeFigures, Figures, TelemetryStore } from "../../telemetry/index.ts";
import type { InstanceView, TopologyEdgeView, TopologyServiceView, TopologyVersionView, TopologyView } from "../views.ts";
import { INGRESS, LIVE_WINDOW_MS, liveEdges } from "./figures.ts";
import { renormalisedViews } from "./renormalised.ts";

export interface TopologyInput {
  readonly state: MeshState;
  readonly telemetry: TelemetryStore;
  readonly instances: readonly InstanceView[];
  readonly at: string;
}

/** The live picture: services by name, versions lowest first, measured edges and live pairs without traffic. */
export function topologyView({ state, telemetry, instances, at }: TopologyInput): TopologyView {
  const figures = telemetry.versions(LIVE_WINDOW_MS);
  const byService = Map.groupBy(instances, (instance) => instance.service);
  const services = [...state.services.values()]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((service) => {
      const renormalised = renormalisedViews(state, service, at);
      const view = serviceView(service, figures.get(service.name) ?? new Map(), byService.get(service.name) ?? []);
      return renormalised.length === 0 ? view : { ...view, renormalised };
    });
  return {
    at,
    windowMs: LIVE_WINDOW_MS,
    services,
    edges: edgeViews({ state, at }, liveEdges(telemetry), telemetry.mirrors(LIVE_WINDOW_MS)),
  };
}

function serviceView(service: Service, figures: ReadonlyMap<string, Figures>, instances: readonly InstanceView[]): TopologyServiceView {
  const versions = [...service.versions.keys()].sort(compareVersions).map((version): TopologyVersionView => {
    const measured = figures.get(version);
    const own = instances.filter((instance) => instance.version === version);
    return {
      version,
      weightBp: service.weights[version] ?? 0,
      rps: measured?.rps ?? 0,
      errorRate: measured?.errorRate ?? null,
      p50Ms: measured?.p50Ms ?? null,
      p99Ms: measured?.p99Ms ?? null,
      requests: measured?.requests ?? 0,
      instances: own.length,
      ready: own.filter(({ health }) => health === "ready").length,
      ejected: own.filter(({ health }) => health === "ejected" || health === "unhealthy").length,
    };
  });
  return { name: service.name, versions };
}

type Known = Pick<TopologyInput, "state" | "at">;

/** Edges of services that are gone are left out, so that every end is a node (or the ingress). */
function edgeViews(known: Known, measured: readonly EdgeFigures[], mirrored: readonly EdgeFigures[]): readonly TopologyEdgeView[] {
  const { state, at } = known;
  const edges = new Map<string, TopologyEdgeView>();
  for (const figures of measured) {
    const { caller, callee, denied, encrypted, errorRate, failovers, p99Ms, plain, requests, retries, rps } = figures;
    if (requests === 0 || !isKnown(state, caller) || !isKnown(state, callee)) continue;
    const sent = encrypted + plain;
    const counts = { requests, denied, retries, failovers, encrypted: sent === 0 ? null : encrypted / sent };
    edges.set(edgeKey(caller, callee), { ...idleEdge(known, caller, callee), rps, errorRate, p99Ms, ...counts });
  }
  for (const { consumer, provider } of livePairs(state, at)) {
    const key = edgeKey(consumer, provider);
    if (!edges.has(key)) edges.set(key, idleEdge(known, consumer, provider));
  }
  for (const { caller, callee, rps } of mirrored) {
    if (!isKnown(state, caller) || !isKnown(state, callee)) continue;
    const key = edgeKey(caller, callee);
    edges.set(key, { ...(edges.get(key) ?? idleEdge(known, caller, callee)), mirrored: rps });
  }
  return [...edges].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, edge]) => edge);
}

/** An edge without requests. */
function idleEdge({ state, at }: Known, from: EdgeEnd, to: EdgeEnd): TopologyEdgeView {
  const verdict = verdictOfEdge(state, from, to, at);
  const measured = { rps: 0, errorRate: null, p99Ms: null, requests: 0 };
  return { from, to, ...measured, verdict, denied: 0, retries: 0, failovers: 0, encrypted: null, mirrored: 0 };
}

function isKnown(state: MeshState, { service, version }: EdgeEnd): boolean {
  if (service === INGRESS) return true;
  const known = state.services.get(service as ServiceName);
  return known !== undefined && (version === null || known.versions.has(version as Version));
}

function edgeKey(from: EdgeEnd, to: EdgeEnd): string {
  return `${from.service}@${from.version ?? ""}>${to.service}@${to.version ?? ""}`;
}
