import type { Service, Version, Weights } from "../model/index.ts";

/** Versions that a request can reach: weight above 0 in the service's split or in a rule's, with traffic or without. */
export function liveVersions(service: Pick<Service, "weights" | "rules">): ReadonlySet<Version> {
  const live = new Set<Version>();
  addWeighted(live, service.weights);
  for (const rule of service.rules) addWeighted(live, rule.split?.weights ?? {});
  return live;
}

function addWeighted(live: Set<Version>, weights: Weights): void {
  for (const [version, weightBp] of Object.entries(weights)) {
    if (weightBp > 0) live.add(version as Version);
  }
}
