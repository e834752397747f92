/**
 * The part of a decision that no chance enters: which rule takes a request, and which versions its split leaves for the caller and the range
 * that it asks for. The proxy decides with it and then draws (`drawDecision`); `simulate` shows it. Lanes: RouteRule in `lib/model`.
 */
import type { EdgeEnd, VersionRange } from "../model/index.ts";
import { BAGGAGE, laneOf } from "./baggage.ts";
import {
  blockedFor,
  type CompiledService,
  ignoresOutsideRanges,
  type RouteEntry,
  type RouteTarget,
  type SplitView,
  viewOf,
} from "./compiled-service.ts";
import { explainRule, explainView } from "./explain-route.ts";
import type { RequestHead } from "./matcher.ts";
import { normalisePath, normalOrNull, routedPath } from "./normalise-path.ts";
import { RANGE_HEADER, type RangeHeaderReader } from "./range-header.ts";
import { hasPrefix, rewritePath } from "./rewrite-path.ts";
import type { RouteRefusal } from "./route-decision.ts";
import type { RouteTrace } from "./route-trace.ts";

/** Which rule takes a request. */
export interface RuleChoice {
  readonly entry: RouteEntry;
  /** The lane that the request is in; null for none, and where no rule of the service asks. */
  readonly lane: string | null;
  /** The request's path as rules see it. */
  readonly path: string;
}

/** What takes traffic from outside names its callers so (`EdgeEnd`). */
const INGRESS = "ingress";

/** The rule, or the refusal of a path that rules or authorization look at and servers read in different ways. */
export function chooseRule(
  service: CompiledService,
  request: RequestHead,
  caller: EdgeEnd,
  trace: RouteTrace | undefined,
): RuleChoice | RouteRefusal {
  const path = service.looksAtPath && request.path !== "*" ? normalOrNull(request.path) : request.path;
  if (path === null) return refusePath(service, request.path, trace);
  // A lane named from outside the mesh counts for nothing; the ingress takes it off the request.
  const lane = service.lanes.size === 0 || caller.service === INGRESS ? null : laneOf(request.header(BAGGAGE));
  const inLane = lane === null ? undefined : service.lanes.get(lane);
  const entry = inLane ?? firstFitting(service, request, path, caller);
  if (trace !== undefined) explainRule(trace, service, { entry, lane, path }, request);
  return { entry, lane, path };
}

function refusePath({ source }: CompiledService, path: string, trace: RouteTrace | undefined): RouteRefusal {
  const normal = normalisePath(path);
  const detail = `Servers read the path in different ways: ${normal.ok ? "" : normal.error}.`;
  trace?.add("rule", "refused", detail);
  return { kind: "refusal", code: "request.malformed", service: source.name, detail };
}

function firstFitting({ entries, fallback }: CompiledService, request: RequestHead, path: string, caller: EdgeEnd): RouteEntry {
  for (const entry of entries) if (entry.fits(request, path, caller)) return entry;
  return fallback;
}

/** The versions left, or the refusal of a header that cannot be read. */
export function chooseView(
  service: CompiledService,
  target: RouteTarget,
  request: RequestHead,
  caller: EdgeEnd,
  ranges: RangeHeaderReader,
  trace: RouteTrace | undefined,
): SplitView | RouteRefusal {
  const asked = rangeAsked(service, request, caller);
  let range: VersionRange | undefined;
  if (asked !== undefined) {
    const parsed = ranges.read(asked);
    if (!parsed.ok) {
      trace?.add("range", "refused", parsed.error);
      return { kind: "refusal", code: "request.malformed", service: service.source.name, detail: parsed.error };
    }
    range = parsed.value.get(service.source.name);
  }
  const view = viewOf(service, target, caller, range);
  if (trace !== undefined) explainView(trace, { service, target, view, caller, range, isIgnored: request.header(RANGE_HEADER) !== asked });
  return view;
}

/** What the request asks for; where the service ignores what is asked from outside the mesh, the ingress takes it off. */
export function rangeAsked({ source }: CompiledService, request: RequestHead, caller: EdgeEnd): string | undefined {
  return caller.service === INGRESS && ignoresOutsideRanges(source) ? undefined : request.header(RANGE_HEADER);
}

/** Why nothing is left to choose from. */
export function refuseEmpty(service: CompiledService, target: RouteTarget, view: SplitView, caller: EdgeEnd, asked?: string): RouteRefusal {
  const name = service.source.name;
  if (view.emptiedBy === "split") return { kind: "refusal", code: "routing.no-split", service: name, detail: `${name} has no split.` };
  const versions = Object.keys(target.weights).filter((version) => (target.weights[version] ?? 0) > 0);
  if (view.emptiedBy === "range") {
    const detail = `No version of ${name} with traffic (${versions.join(", ")}) is in the range asked for${asked === undefined ? "" : `: ${asked}`}.`;
    return { kind: "refusal", code: "routing.range-unsatisfied", service: name, detail };
  }
  const blocked = blockedFor(service, caller)?.versions;
  const bad = versions.filter((version) => blocked?.has(version) === true).map((version) => `${name} ${version}`);
  const detail = `${caller.service} ${caller.version} is known not to work with ${bad.join(", ")}, and no other version is left.`;
  return { kind: "refusal", code: "routing.no-compatible-version", service: name, detail };
}

/** The path that is sent instead of the one that came; null where that one is. */
export function sentPath({ rewrite, rule }: RouteTarget, { entry, path }: RuleChoice): string | null {
  if (rewrite === undefined || path === "*") return null;
  return rewritePath(rewrite, path, entry.prefix ?? longestPrefix(rule?.matches ?? [], path));
}

/** A request that a lane brought to the rule did not match it; where one of its prefixes fits, that one is replaced. */
export function longestPrefix(matches: NonNullable<RouteTarget["rule"]>["matches"], path: string): string {
  const prefixes = matches.flatMap(({ path: wanted }) => (wanted?.type === "PathPrefix" ? [routedPath(wanted.value)] : []));
  const fitting = prefixes.filter((prefix) => hasPrefix(path, prefix.replace(/\/$/, "")));
  return fitting.sort((left, right) => right.length - left.length)[0] ?? "/";
}
