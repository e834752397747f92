import type { Contradiction, MeshState, ServiceName, Version, VersionRef } from "../model/index.ts";
import { edgeVerdicts } from "./edge-verdicts.ts";
import { contradictionsOf } from "./pair-evidence.ts";

/** Contradictions between versions of two services, or of all. */
export type Contradictions = readonly Contradiction[];

/** Every two facts in force on versions of these services that cannot both be right. Pairs without a recorded fact have none. */
export function contradictionsBetween(state: MeshState, consumer: ServiceName, provider: ServiceName, nowIso: string): Contradictions {
  const facts = edgeVerdicts(state, consumer, provider, nowIso)?.facts ?? null;
  if (facts === null) return [];
  const ref = (service: ServiceName, version: Version): VersionRef => ({ service, version });
  return [...facts.pairs()].flatMap(([left, right]) => contradictionsOf(state, ref(consumer, left), ref(provider, right), nowIso));
}
