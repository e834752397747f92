import { isInRange, type RouteMatch, type RouteRule, type Service, type Version, type VersionRef, type Weights } from "../model/index.ts";

/** Versions that a request can reach: weight above 0 in the service's split or in a rule's, with traffic or without. */
export function liveVersions(service: Pick<Service, "weights" | "rules">): ReadonlySet<Version> {
  const live = new Set<Version>();
  addWeighted(live, service.weights);
  for (const rule of service.rules) addWeighted(live, rule.split?.weights ?? {});
  return live;
}

/**
 * Those of them that requests of one caller can reach: a rule for other callers sends it nowhere, and where a rule takes whatever the caller sends, the split
 * and the rules after that one are out of its reach.
 */
export function versionsOpenTo(service: Pick<Service, "weights" | "rules">, caller: VersionRef): ReadonlySet<Version> {
  const rules = rulesOpenTo(service.rules, caller);
  const isSplitOpen = precisionOfCatchAll(rules, caller) === null || rules.some(({ split }) => split === undefined);
  return liveVersions({ weights: isSplitOpen ? service.weights : {}, rules });
}

/** Rules that a request of the caller may take. One with a lane takes whatever is in the lane. */
export function rulesOpenTo(rules: readonly RouteRule[], caller: VersionRef): readonly RouteRule[] {
  const caught = precisionOfCatchAll(rules, caller);
  const isReached = (match: RouteMatch) => fits(match, caller) && (caught === null || !isCatchAll(match) || precision(match) >= caught);
  return rules.filter(({ lane, matches }) => lane !== undefined || matches.length === 0 || matches.some(isReached));
}

/** How closely the caller is named by the first match that takes all of its requests; null where none does. Closer comes first, as in `lib/routing`. */
function precisionOfCatchAll(rules: readonly RouteRule[], caller: VersionRef): number | null {
  const all = rules.flatMap(({ matches }) => matches.filter((match) => isCatchAll(match) && fits(match, caller)));
  return all.length === 0 ? null : Math.max(...all.map(precision));
}

function fits({ caller: wanted }: RouteMatch, caller: VersionRef): boolean {
  if (wanted === undefined) return true;
  if (wanted.service !== caller.service) return false;
  return wanted.range === undefined || isInRange(caller.version, wanted.range);
}

/** Whether a match asks for nothing but the caller. */
function isCatchAll({ headers = [], method, path, queryParams = [] }: RouteMatch): boolean {
  return path === undefined && method === undefined && headers.length === 0 && queryParams.length === 0;
}

function precision({ caller }: RouteMatch): number {
  return caller === undefined ? 0 : caller.range === undefined ? 1 : 2;
}

function addWeighted(live: Set<Version>, weights: Weights): void {
  for (const [version, weightBp] of Object.entries(weights)) {
    if (weightBp > 0) live.add(version as Version);
  }
}
