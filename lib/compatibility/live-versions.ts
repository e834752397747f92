import { isInRange, type RouteRule, type Service, type Version, type VersionRef, type Weights } from "../model/index.ts";

/** Versions that a request can reach: weight above 0 in the service's split or in a rule's, with traffic or without. */
export function liveVersions(service: Pick<Service, "weights" | "rules">): ReadonlySet<Version> {
  const live = new Set<Version>();
  addWeighted(live, service.weights);
  for (const rule of service.rules) addWeighted(live, rule.split?.weights ?? {});
  return live;
}

/** Those of them that requests of one caller can reach: a rule for other callers sends it nowhere. */
export function versionsOpenTo(service: Pick<Service, "weights" | "rules">, caller: VersionRef): ReadonlySet<Version> {
  return liveVersions({ weights: service.weights, rules: rulesOpenTo(service.rules, caller) });
}

/** Rules that a request of the caller may take. One with a lane takes whatever is in the lane. */
export function rulesOpenTo(rules: readonly RouteRule[], caller: VersionRef): readonly RouteRule[] {
  return rules.filter(
    ({ lane, matches }) =>
      lane !== undefined ||
      matches.length === 0 ||
      matches.some(({ caller: wanted }) => {
        if (wanted === undefined) return true;
        if (wanted.service !== caller.service) return false;
        return wanted.range === undefined || isInRange(caller.version, wanted.range);
      }),
  );
}

function addWeighted(live: Set<Version>, weights: Weights): void {
  for (const [version, weightBp] of Object.entries(weights)) {
    if (weightBp > 0) live.add(version as Version);
  }
}
