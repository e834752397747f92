import { contradictionsBetween, matrix } from "../../compatibility/index.ts";
import type { MeshState, ServiceName } from "../../model/index.ts";
import type { TelemetryStore } from "../../telemetry/index.ts";
import type { CompatibilityMatrixView } from "../views.ts";
import { liveEdges } from "./figures.ts";

export interface MatrixInput {
  readonly state: MeshState;
  readonly telemetry: TelemetryStore;
  readonly consumer: ServiceName;
  readonly provider: ServiceName;
  readonly nowIso: string;
}

/** Verdict, evidence and live traffic of every pair of two services. */
export function matrixView({ state, telemetry, consumer, provider, nowIso }: MatrixInput): CompatibilityMatrixView {
  const { consumerVersions, providerVersions, cells } = matrix(state, consumer, provider, nowIso);
  const edges = liveEdges(telemetry).filter(({ caller, callee }) => caller.service === consumer && callee.service === provider);
  return {
    consumer,
    provider,
    consumerVersions,
    providerVersions,
    contradictions: contradictionsBetween(state, consumer, provider, nowIso),
    cells: cells.map(({ live, ...cell }) => {
      const edge = edges.find(({ caller, callee }) => caller.version === cell.consumerVersion && callee.version === cell.providerVersion);
      return { ...cell, traffic: { rps: edge?.rps ?? 0, requests: edge?.requests ?? 0, errorRate: edge?.errorRate ?? null, live } };
    }),
  };
}
