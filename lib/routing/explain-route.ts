import type { EdgeEnd, RouteFilter, RouteRule, VersionRange } from "../model/index.ts";
import { blockedFor, type CompiledService, type RouteTarget, type SplitView } from "./compiled-service.ts";
import type { RequestHead } from "./matcher.ts";
import type { RuleChoice } from "./resolve-route.ts";
import type { RouteAnswer } from "./route-decision.ts";
import type { RouteTrace } from "./route-trace.ts";

export function explainRule(trace: RouteTrace, service: CompiledService, choice: RuleChoice, request: RequestHead): void {
  const { entry, lane } = choice;
  const { rule } = entry.target;
  const named = rule === null ? "none" : nameOfRule(rule, service);
  const isByLane = lane !== null && service.lanes.get(lane) === entry;
  if (lane !== null) {
    const why = isByLane
      ? `${service.source.name} has a rule for the lane.`
      : `${service.source.name} has no rule for the lane; its other rules hold.`;
    trace.add("lane", lane, why);
  } else if (rule?.lane !== undefined) trace.add("lane", "none", "The request is in no lane yet; its rule makes it enter one.");
  else trace.add("lane", "none", "The request is in no lane that a rule of the service asks for.");
  if (rule === null) trace.add("rule", named, service.entries.length === 0 ? "The service has no rules." : "No rule matches.");
  else if (isByLane) trace.add("rule", named, "A request in the lane takes the lane's rule, whatever it matches.");
  else {
    const place = service.entries.indexOf(entry) + 1;
    const asSent = choice.path === request.path ? "" : ` The path was compared as ${choice.path}.`;
    trace.add("rule", named, `Match ${place} of ${service.entries.length} in order of precedence is the first that fits.${asSent}`);
  }
}

/** A rule's name, or its place in the list. */
export function nameOfRule(rule: NonNullable<RouteTarget["rule"]>, { source }: CompiledService): string {
  return rule.name ?? `rule ${source.rules.indexOf(rule) + 1}`;
}

export function explainView(
  trace: RouteTrace,
  {
    caller,
    isIgnored,
    range,
    service,
    target,
    view,
  }: {
    readonly service: CompiledService;
    readonly target: RouteTarget;
    readonly view: SplitView;
    readonly caller: EdgeEnd;
    readonly range: VersionRange | undefined;
    /** The request names ranges that count for nothing. */
    readonly isIgnored: boolean;
  },
): void {
  const weighted = Object.keys(target.weights).filter((version) => (target.weights[version] ?? 0) > 0);
  if (isIgnored) trace.add("range", "any version", `${service.source.name} ignores ranges that are asked for from outside the mesh.`);
  else if (range === undefined) trace.add("range", "any version", "The request asks for no range of this service.");
  else {
    const inRange = view.emptiedBy === "range" ? "nothing" : range;
    trace.add("range", inRange, view.emptiedBy === "range" ? `No version with traffic is in ${range}.` : `The request asks for ${range}.`);
  }
  const blocked = blockedFor(service, caller)?.versions;
  const out = weighted.filter((version) => blocked?.has(version) === true);
  const who = caller.version === null ? caller.service : `${caller.service} ${caller.version}`;
  if (out.length === 0) trace.add("compatibility", "nothing taken out", `${who} may meet every version of the split.`);
  else
    trace.add(
      "compatibility",
      `without ${out.join(", ")}`,
      `${who} is known not to work with ${out.join(", ")}; the others keep their proportions.`,
    );
}

/** What the rule's filters and its fault do. */
export function explainTarget(trace: RouteTrace, { entry }: RuleChoice, redirect: RouteAnswer | null, sent: string | null): void {
  const { fault, rule } = entry.target;
  const filters = rule?.filters ?? [];
  if (redirect !== null) return trace.add("filters", `answer ${redirect.status}`, `The rule redirects to ${redirect.location}.`);
  if (filters.length === 0) trace.add("filters", "none", "Nothing is edited.");
  else trace.add("filters", filters.map(({ type }) => type).join(", "), filters.map((filter) => sentenceOf(filter, sent)).join(" "));
  if (fault === null) trace.add("fault", "none", "No fault is made on purpose.");
  else trace.add("fault", `${fault.percent} %`, faultSentence(fault));
}

function sentenceOf(filter: RouteFilter, sent: string | null): string {
  switch (filter.type) {
    case "RequestHeaderModifier":
      return "Headers of the request are edited.";
    case "ResponseHeaderModifier":
      return "Headers of the answer are edited.";
    case "URLRewrite": {
      const { hostname } = filter.urlRewrite;
      const parts = [...(hostname === undefined ? [] : [`host ${hostname}`]), ...(sent === null ? [] : [`path ${sent}`])];
      return `The instance is asked for ${parts.join(" and ")}.`;
    }
    case "RequestRedirect":
      return "The caller is sent elsewhere.";
    case "RequestMirror": {
      const { backendRef, percent = 100 } = filter.requestMirror;
      return `${percent} % of the requests are copied to ${backendRef.service ?? "version"} ${backendRef.version}.`;
    }
  }
}

function faultSentence({ abortStatus, delayMs, percent }: NonNullable<RouteRule["fault"]>): string {
  const delay = delayMs === undefined ? [] : [`wait ${delayMs} ms`];
  const abort = abortStatus === undefined ? [] : [`are answered ${abortStatus}`];
  return `${percent} % of the requests ${[...delay, ...abort].join(" and then ")}.`;
}
