import { exposure, liveVersions } from "../../compatibility/index.ts";
import type { MeshState } from "../../model/index.ts";
import { type EdgeFigures, type Figures, type TelemetryStore, wilsonInterval } from "../../telemetry/index.ts";
import type { InstanceView, MeshView, ProxyView } from "../views.ts";
import { flowEdges, INGRESS, LIVE_WINDOW_MS, liveEdges } from "./figures.ts";

/** A version fails from this error rate on, when it is no accident: enough requests, and the interval's lower bound above its half. */
const ERROR_RATE_MIN = 0.01;
const ERROR_RATE_LOW_MIN = 0.005;
const REQUESTS_MIN = 20;

export interface MeshInput {
  readonly state: MeshState;
  readonly telemetry: TelemetryStore;
  readonly instances: readonly InstanceView[];
  readonly proxies: readonly ProxyView[];
  readonly data: MeshView["data"];
  readonly version: string;
  readonly at: string;
}

/** The summary of the mesh. `rps` and `errorRate` are those of requests from outside. */
export function meshView(input: MeshInput): MeshView {
  const { state, telemetry, instances, proxies, data, version, at } = input;
  const edges = liveEdges(telemetry);
  const outside = edges.filter(({ caller }) => caller.service === INGRESS);
  return {
    at,
    services: state.services.size,
    versions: [...state.services.values()].reduce((sum, service) => sum + service.versions.size, 0),
    instances: { total: instances.length, ready: instances.filter(({ health }) => health === "ready").length },
    proxies,
    health: healthOf(input),
    exposure: exposure(state, flowEdges(edges), at),
    rps: outside.reduce((sum, { rps }) => sum + rps, 0),
    errorRate: errorRateOf(outside),
    seq: state.seq,
    data,
    version,
  };
}

/**
 * Unknown while no proxy is connected: without figures nobody can say that all is well. A service is degraded as soon as one of its versions fails:
 * an average over versions would hide a canary.
 */
function healthOf({ state, telemetry, instances, proxies }: MeshInput): MeshView["health"] {
  const figures = telemetry.versions(LIVE_WINDOW_MS);
  const unserved = unservedServices(state, instances);
  const services = [...state.services.keys()].filter(
    (name) => unserved.has(name) || [...(figures.get(name)?.values() ?? [])].some(isFailing),
  );
  const lost = proxies.filter(({ connected }) => !connected).map(({ id }) => `proxy ${id}`);
  const degraded = [...services.sort(), ...lost];
  if (!proxies.some(({ connected }) => connected)) return { state: "unknown", degraded };
  return { state: degraded.length > 0 ? "degraded" : "healthy", degraded };
}

/** Services with a live version that no ready instance serves. */
function unservedServices(state: MeshState, instances: readonly InstanceView[]): ReadonlySet<string> {
  const ready = new Set(instances.filter(({ health }) => health === "ready").map(({ service, version }) => `${service}@${version}`));
  const unserved = [...state.services.values()].filter((service) =>
    [...liveVersions(service)].some((version) => !ready.has(`${service.name}@${version}`)),
  );
  return new Set(unserved.map(({ name }) => name));
}

function isFailing({ requests, failed }: Figures): boolean {
  if (requests < REQUESTS_MIN || failed / requests < ERROR_RATE_MIN) return false;
  return (wilsonInterval(failed, requests)?.low ?? 0) > ERROR_RATE_LOW_MIN;
}

function errorRateOf(edges: readonly EdgeFigures[]): number | null {
  const requests = edges.reduce((sum, edge) => sum + edge.requests, 0);
  return requests === 0 ? null : edges.reduce((sum, edge) => sum + edge.failed, 0) / requests;
}
