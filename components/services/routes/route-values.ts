import { typedNumber } from "@/components/services/typed-number.ts";
import type { RouteMatch, RouteRule } from "@/lib/client/index.ts";
import { type FilterValues, filterOfValues, valuesOfFilter } from "./filter-values.ts";
import { partsOfValues, type RulePartValues, valuesOfParts } from "./rule-part-values.ts";

/** What the form of a rule holds; empty texts mean "any", or what the service's own settings say. */
export interface RouteValues extends RulePartValues {
  name: string;
  matches: MatchValues[];
  hasSplit: boolean;
  /** Percent by version, as typed. */
  weights: { version: string; percent: string }[];
  filters: FilterValues[];
  reason: string;
}

export interface MatchValues {
  pathType: PathType;
  path: string;
  method: string;
  headers: ConditionValues[];
  queryParams: ConditionValues[];
  callerService: string;
  callerRange: string;
}

export interface ConditionValues {
  name: string;
  value: string;
  type: "Exact" | "RegularExpression";
}

export type PathType = "PathPrefix" | "Exact" | "RegularExpression";

/** A match that fits every request. */
export const ANY_MATCH: MatchValues = {
  pathType: "PathPrefix",
  path: "",
  method: "",
  headers: [],
  queryParams: [],
  callerService: "",
  callerRange: "",
};

/** The form's values for a rule, or for a new one. `versions` in the order in which they are offered. */
export function valuesOfRule(rule: RouteRule | undefined, versions: readonly string[]): RouteValues {
  const weights = rule?.split?.weights ?? {};
  const offered = [...versions, ...Object.keys(weights).filter((version) => !versions.includes(version))];
  return {
    name: rule?.name ?? "",
    matches: rule === undefined ? [{ ...ANY_MATCH }] : rule.matches.map(valuesOfMatch),
    hasSplit: rule?.split !== undefined,
    weights: offered.map((version) => ({ version, percent: String((weights[version] ?? 0) / 100) })),
    filters: (rule?.filters ?? []).map(valuesOfFilter),
    ...valuesOfParts(rule ?? {}),
    reason: "",
  };
}

/** The rule that a form's values describe. What is not a number stays not a number: the engine says so beside the field. */
export function ruleOfValues(values: RouteValues): RouteRule {
  return {
    ...(values.name.trim() !== "" && { name: values.name.trim() }),
    matches: values.matches.map(matchOfValues),
    ...(values.hasSplit && { split: { weights: weightsOf(values.weights) } }),
    ...(values.filters.length > 0 && { filters: values.filters.map(filterOfValues) }),
    ...partsOfValues(values),
  };
}

/** Basis points by version; versions left at 0 are left out. */
function weightsOf(rows: RouteValues["weights"]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.version, weightBpOf(row.percent)] as const).filter(([, weightBp]) => weightBp !== 0));
}

/** Percent carries at most two digits, so the product is rounded where only the binary fraction is in the way. */
function weightBpOf(percent: string): number {
  const typed = typedNumber(percent) ?? 0;
  return typeof typed === "number" ? Math.round(typed * 10_000) / 100 : typed;
}

function valuesOfMatch(match: RouteMatch): MatchValues {
  const conditions = (list: RouteMatch["headers"]) =>
    (list ?? []).map(({ name, value, type }) => ({ name, value, type: type ?? ("Exact" as const) }));
  return {
    pathType: match.path?.type ?? "PathPrefix",
    path: match.path?.value ?? "",
    method: match.method ?? "",
    headers: conditions(match.headers),
    queryParams: conditions(match.queryParams),
    callerService: match.caller?.service ?? "",
    callerRange: match.caller?.range ?? "",
  };
}

function matchOfValues(values: MatchValues): RouteMatch {
  const conditions = (list: readonly ConditionValues[]) =>
    list.map(({ name, value, type }) => ({ ...(type === "RegularExpression" && { type }), name: name.trim(), value }));
  const range = values.callerRange.trim();
  return {
    ...(values.path.trim() !== "" && { path: { type: values.pathType, value: values.path.trim() } }),
    ...(values.method !== "" && { method: values.method }),
    ...(values.headers.length > 0 && { headers: conditions(values.headers) }),
    ...(values.queryParams.length > 0 && { queryParams: conditions(values.queryParams) }),
    ...(values.callerService !== "" && { caller: { service: values.callerService, ...(range !== "" && { range }) } }),
  };
}
