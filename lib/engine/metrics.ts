/**
 * The engine's own `/metrics`: the mesh as a whole, from the exact totals of the telemetry store, so every request counts exactly once across proxies, restarts
 * and crashes. Names begin with `interlock_mesh_` for traffic and `interlock_` for the rest; what single proxies counted is at their own `/metrics`.
 *
 * Bounds: traffic as in `edgeFamilies`; the other families have one series per version, proxy or standing decision, all of which are bounded where they come from.
 */
import type { MeshState } from "../model/index.ts";
import {
  codeFamily,
  edgeFamilies,
  gauge,
  type MetricFamily,
  type ProcessFigures,
  processFamilies,
  type TelemetryStore,
} from "../telemetry/index.ts";
import type { StandingDecision } from "./instance-watch.ts";
import type { HealthEvent, InstanceView, ProxyView } from "./views.ts";

/** Decisions that are listed one by one; beyond, only their number is given. */
const STANDING_SHOWN_MAX = 500;

export interface EngineMetricsInput {
  readonly state: MeshState;
  readonly telemetry: TelemetryStore;
  readonly instances: readonly InstanceView[];
  readonly proxies: readonly ProxyView[];
  readonly standing: readonly StandingDecision[];
  readonly healthEvents: ReadonlyMap<HealthEvent["kind"], number>;
  readonly snapshotVersion: number;
  readonly dataBytes: number;
  readonly taps: number;
  readonly version: string;
  readonly process: ProcessFigures | null;
}

/** All families of the engine, as of now. */
export function engineFamilies(input: EngineMetricsInput): readonly MetricFamily[] {
  const { dataBytes, healthEvents, process, proxies, snapshotVersion, standing, state, taps, telemetry, version } = input;
  return [
    ...edgeFamilies({ prefix: "interlock_mesh", edges: telemetry.totals(), mirrors: telemetry.mirrorTotals() }),
    codeFamily("interlock_mesh", telemetry.codes()),
    instanceFamily(input),
    weightFamily(state),
    {
      type: "gauge",
      name: "interlock_proxy_connected",
      help: "Whether the proxy is connected to the engine.",
      samples: proxies.map(({ id, connected }) => ({ labels: { proxy: id }, value: connected ? 1 : 0 })),
    },
    {
      type: "gauge",
      name: "interlock_proxy_acknowledged_snapshot",
      help: "Snapshot that the proxy serves; compare with interlock_snapshot_version.",
      samples: proxies.map(({ id, snapshotVersion: acknowledged }) => ({ labels: { proxy: id }, value: acknowledged ?? 0 })),
    },
    ...standingFamilies(standing),
    {
      type: "counter",
      name: "interlock_health_events",
      help: "Events outside the event log since the engine started: leases, proxies, ejections, limits.",
      samples: [...healthEvents].map(([kind, value]) => ({ labels: { kind }, value })),
    },
    gauge("interlock_snapshot_version", "Snapshot that proxies should serve.", snapshotVersion),
    gauge("interlock_changes", "Changes in the event log.", state.seq),
    gauge("interlock_data_bytes", "Size of the data folder.", dataBytes),
    gauge("interlock_telemetry_bytes", "Size of the figures on disk.", telemetry.bytes()),
    gauge("interlock_taps", "Live taps that are open.", taps),
    ...(process === null ? [] : processFamilies("interlock", version, process)),
  ];
}

function instanceFamily({ instances }: EngineMetricsInput): MetricFamily {
  const groups = Map.groupBy(instances, ({ health, service, version }) => `${service} ${version} ${health}`);
  const samples = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { health, service, version } = first;
    return [{ labels: { service, version, health }, value: group.length }];
  });
  return { type: "gauge", name: "interlock_instances", help: "Registered instances by health.", samples };
}

function weightFamily(state: MeshState): MetricFamily {
  const samples = [...state.services.values()].flatMap(({ name, weights }) =>
    Object.entries(weights).map(([version, weightBp]) => ({ labels: { service: name, version }, value: weightBp / 10_000 })),
  );
  return { type: "gauge", name: "interlock_split_weight", help: "Intended share of each version, 0 to 1.", samples };
}

/** What proxies have decided and not taken back: instances out, breakers open, failovers, panic, shedding. */
function standingFamilies(standing: readonly StandingDecision[]): readonly MetricFamily[] {
  const counts = Map.groupBy(standing, ({ kind }) => kind);
  const shown = standing.slice(0, STANDING_SHOWN_MAX);
  return [
    {
      type: "gauge",
      name: "interlock_standing_decisions",
      help: "Ejections, open breakers, failovers, panics and sheddings that hold now.",
      samples: [...counts].map(([kind, decisions]) => ({ labels: { kind }, value: decisions.length })),
    },
    {
      type: "gauge",
      name: "interlock_standing_decision_info",
      help: "Always 1; one per decision that holds now, the first 500.",
      samples: shown.map(({ instance, kind, proxy, service, version }) => ({
        labels: { kind, proxy, service, version: version ?? "", instance: instance ?? "" },
        value: 1,
      })),
    },
  ];
}
