import {
  contradictionsBetween,
  inferredVerdict,
  type LearnedEdge,
  learnedEdge,
  matrix,
  misfitsOf,
  regionsOf,
  versionsAt,
} from "../../compatibility/index.ts";
import type { MeshState, ServiceName } from "../../model/index.ts";
import type { TelemetryStore } from "../../telemetry/index.ts";
import type { CompatibilityMatrixView, NextTestView } from "../views.ts";
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
  const learned = learnedEdge(state, consumer, provider, nowIso);
  return {
    consumer,
    provider,
    consumerVersions,
    providerVersions,
    contradictions: contradictionsBetween(state, consumer, provider, nowIso),
    model: learned?.knowledge.model ?? "staircase",
    regions: learned === null ? [] : regionsOf(learned),
    exceptions: learned === null ? [] : learned.knowledge.exceptions.map((cell) => versionsAt(learned.knowledge, cell)),
    misfits: learned === null ? [] : misfitsOf(learned, consumer, provider),
    nextTest: nextTestView(learned),
    cells: cells.map(({ live, ...cell }) => {
      const edge = edges.find(({ caller, callee }) => caller.version === cell.consumerVersion && callee.version === cell.providerVersion);
      const inferred = learned === null ? null : inferredVerdict(learned, cell.consumerVersion, cell.providerVersion);
      return {
        ...cell,
        inferred,
        traffic: { rps: edge?.rps ?? 0, requests: edge?.requests ?? 0, errorRate: edge?.errorRate ?? null, live },
      };
    }),
  };
}

function nextTestView(learned: LearnedEdge | null): NextTestView | null {
  if (learned === null || learned.next === null) return null;
  const { remaining, settles } = learned.next;
  return { ...versionsAt(learned.knowledge, learned.next), settles, remaining };
}
