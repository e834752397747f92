/**
 * One service made ready for requests: single matches in order of precedence, each with the target that its rule leads to, and per target the
 * versions left for a caller and a range asked for (`SplitView`).
 *
 * Taking versions out of a split keeps the proportions of the rest (T3): a version that the split gives nothing never gets anything. Views are made
 * when first asked for: one per distinct set of versions that some caller must not meet (as many as the configuration has), and the last
 * few for ranges, which come from whoever sends requests. Nothing here changes a decision once it was given.
 */
import type {
  EdgeEnd,
  PathRewrite,
  RouteFault,
  RouteFilter,
  RouteRule,
  SnapshotEndpoint,
  SnapshotService,
  Stickiness,
  Version,
  VersionRange,
  Weights,
} from "../model/index.ts";
import { compileHeaderEdits } from "./header-edits.ts";
import { LruMap } from "./lru-map.ts";
import { compareMatches, summariseMatch } from "./match-summary.ts";
import { compileMatch, type Matcher } from "./matcher.ts";
import { routedPath } from "./normalise-path.ts";
import { createPicker, type Picker } from "./picker.ts";
import { isVersionInRange } from "./range-header.ts";
import type { Redirect } from "./rewrite-path.ts";
import type { FailoverTarget, RouteDecision, RoutePlan } from "./route-decision.ts";

/** Versions that a caller must not meet. One object per distinct set. */
export interface BlockedVersions {
  readonly key: string;
  readonly versions: ReadonlySet<string>;
}

/** What is left of a split for one caller and one range. */
export interface SplitView {
  readonly picker: Picker;
  /** By position of the version in the picker. */
  readonly decisions: readonly RouteDecision[];
  /** Which of them left nothing over; null where something is left. */
  readonly emptiedBy: "split" | "range" | "compatibility" | null;
}

type Filter<T extends RouteFilter["type"]> = Extract<RouteFilter, { readonly type: T }>;

/** One mirror of a rule. */
export interface CompiledMirror {
  /** Null: the service of the rule. */
  readonly service: string | null;
  readonly version: string;
  /** Of 10 000. */
  readonly shareBp: number;
}

/** Where a rule leads (or no rule). */
export interface RouteTarget {
  readonly rule: RouteRule | null;
  readonly weights: Weights;
  readonly splitEpoch: number | null;
  readonly plan: RoutePlan;
  readonly redirect: Redirect | null;
  readonly rewrite: PathRewrite | undefined;
  readonly mirrors: readonly CompiledMirror[];
  readonly fault: RouteFault | null;
  readonly stickiness: Stickiness | null;
  readonly lane: string | null;
  /** Nothing is done to a single request: the shared decisions are all there is. */
  readonly isPlain: boolean;
  /** For a caller that may meet every version, without a range. */
  readonly view: SplitView;
  readonly blockedViews: Map<BlockedVersions, SplitView>;
  readonly rangedViews: LruMap<string, SplitView>;
}

/** One match of one rule. */
export interface RouteEntry {
  readonly fits: Matcher;
  readonly target: RouteTarget;
  /** The prefix that a rewrite replaces; null where the match has none. */
  readonly prefix: string | null;
}

/** A service with its rules compiled. */
export interface CompiledService {
  readonly source: SnapshotService;
  readonly entries: readonly RouteEntry[];
  /** Takes what no rule matches. */
  readonly fallback: RouteEntry;
  /** What takes the requests of a lane, by its name. */
  readonly lanes: ReadonlyMap<string, RouteEntry>;
  /** Some match, rewrite, redirect or authorization depends on the path: only a path with a normal form is routed. */
  readonly looksAtPath: boolean;
  /** By the caller's service, then version; null where everybody may meet everything. */
  readonly blocked: ReadonlyMap<string, ReadonlyMap<string, BlockedVersions>> | null;
  readonly endpoints: ReadonlyMap<string, readonly SnapshotEndpoint[]>;
}

const RANGED_VIEWS_MAX = 64;
const NO_ENDPOINTS: readonly SnapshotEndpoint[] = [];

/** Compiles a service whose rules `checkRules` accepted. */
export function compileService(source: SnapshotService): CompiledService {
  const serving = source.endpoints.filter(({ standby }) => standby !== true);
  const endpoints = Map.groupBy(serving, ({ version }): string => version);
  const entries = source.rules
    .flatMap((rule) => {
      const target = compileTarget(source, endpoints, rule);
      return rule.matches.map((match) => ({
        summary: summariseMatch(match),
        entry: { fits: compileMatch(match), target, prefix: prefixOf(match.path) },
      }));
    })
    .sort((left, right) => compareMatches(left.summary, right.summary))
    .map(({ entry }) => entry);
  const lanes = source.rules
    .filter((rule) => rule.lane !== undefined)
    .map((rule): [string, RouteEntry] => {
      const target = entries.find((entry) => entry.target.rule === rule)?.target ?? compileTarget(source, endpoints, rule);
      return [rule.lane ?? "", { fits: () => true, target, prefix: null }];
    });
  return {
    source,
    entries,
    fallback: { fits: () => true, target: compileTarget(source, endpoints, null), prefix: null },
    lanes: new Map(lanes),
    looksAtPath: looksAtPath(source),
    blocked: compileBlocked(source.incompatible),
    endpoints,
  };
}

/** What is left of a target's split for a caller, and within a range where one is asked for. */
export function viewOf(service: CompiledService, target: RouteTarget, caller: EdgeEnd, range: VersionRange | undefined): SplitView {
  const blocked = blockedFor(service, caller);
  if (range !== undefined) {
    // Versions hold no bar, so no range that a client thinks up is another caller's key.
    const key = `${blocked?.key ?? ""}|${range}`;
    const known = target.rangedViews.get(key);
    if (known !== undefined) return known;
    const view = createView(service.source, service.endpoints, target, blocked, range);
    target.rangedViews.set(key, view);
    return view;
  }
  if (blocked === undefined) return target.view;
  const known = target.blockedViews.get(blocked);
  if (known !== undefined) return known;
  const view = createView(service.source, service.endpoints, target, blocked, undefined);
  target.blockedViews.set(blocked, view);
  return view;
}

/** What the caller must not meet of the service; undefined where it may meet everything. */
export function blockedFor(service: CompiledService, caller: EdgeEnd): BlockedVersions | undefined {
  if (service.blocked === null || caller.version === null) return undefined;
  return service.blocked.get(caller.service)?.get(caller.version);
}

function compileTarget(source: SnapshotService, endpoints: CompiledService["endpoints"], rule: RouteRule | null): RouteTarget {
  const filters = rule?.filters ?? [];
  const rewrite = filterOf(filters, "URLRewrite")?.urlRewrite;
  const lane = rule?.lane ?? null;
  const fault = rule?.fault ?? null;
  const stickiness = rule?.stickiness ?? null;
  const mirrors = filters.filter((filter) => filter.type === "RequestMirror").map(compileMirror);
  const parts = {
    rule,
    weights: rule?.split?.weights ?? source.weights,
    splitEpoch: rule?.split === undefined ? source.splitEpoch : null,
    plan: compilePlan(source, rule, rewrite?.hostname ?? null),
    redirect: filterOf(filters, "RequestRedirect")?.requestRedirect ?? null,
    rewrite: rewrite?.path,
    mirrors,
    fault,
    stickiness,
    lane,
    isPlain: mirrors.length === 0 && fault === null && stickiness === null && lane === null && rewrite?.path === undefined,
    blockedViews: new Map<BlockedVersions, SplitView>(),
    rangedViews: new LruMap<string, SplitView>(RANGED_VIEWS_MAX),
  };
  return { ...parts, view: createView(source, endpoints, parts, undefined, undefined) };
}

function compilePlan(source: SnapshotService, rule: RouteRule | null, hostname: string | null): RoutePlan {
  const { policy } = source;
  const filters = rule?.filters ?? [];
  const { requestMs, perTryMs, idleMs } = rule?.timeouts ?? {};
  const { attempts, codes, backoffMs } = rule?.retry ?? {};
  const timeouts = {
    ...policy.timeouts,
    requestMs: requestMs ?? policy.timeouts.requestMs,
    perTryMs: perTryMs ?? policy.timeouts.perTryMs,
    idleMs: idleMs ?? policy.timeouts.idleMs,
  };
  return {
    timeouts: rule?.timeouts === undefined ? policy.timeouts : timeouts,
    retries: {
      attempts: attempts ?? policy.retries.attempts,
      codes: codes ?? policy.retries.codes,
      backoffMs: backoffMs ?? policy.retries.backoffMs,
      budgetPercent: policy.retries.budgetPercent,
    },
    requestHeaders: compileHeaderEdits(filterOf(filters, "RequestHeaderModifier")?.requestHeaderModifier),
    responseHeaders: compileHeaderEdits(filterOf(filters, "ResponseHeaderModifier")?.responseHeaderModifier),
    hostname,
    looksAtPath: looksAtPath(source),
    ignoresOutsideRanges: ignoresOutsideRanges(source),
  };
}

/** What a request from outside asks for in `x-interlock-range` counts for nothing, and is not passed on. */
export function ignoresOutsideRanges({ policy }: Pick<SnapshotService, "policy">): boolean {
  return policy.ranges.fromOutside === "ignore";
}

function compileMirror({ requestMirror: { backendRef, percent = 100 } }: Filter<"RequestMirror">): CompiledMirror {
  return { service: backendRef.service ?? null, version: backendRef.version, shareBp: Math.round(percent * 100) };
}

function createView(
  source: SnapshotService,
  endpoints: CompiledService["endpoints"],
  { plan, rule, splitEpoch, weights }: Pick<RouteTarget, "plan" | "rule" | "splitEpoch" | "weights">,
  blocked: BlockedVersions | undefined,
  range: VersionRange | undefined,
): SplitView {
  const isInRange = (version: string) => range === undefined || isVersionInRange(version, range);
  const isOpen = (version: string) => isInRange(version) && blocked?.versions.has(version) !== true;
  const picker = createPicker(weights, isOpen);
  const open = source.policy.failover.filter((step) => step.kind === "zone" || isOpen(step.version));
  const decisions = picker.versions.map(
    (version): RouteDecision => ({
      kind: "route",
      service: source.name,
      version,
      rule,
      splitEpoch,
      endpoints: endpoints.get(version) ?? NO_ENDPOINTS,
      failover: open
        .filter((step) => step.kind === "zone" || step.version !== version)
        .map((step): FailoverTarget => {
          if (step.kind === "zone") return step;
          return { kind: "version", version: step.version as Version, endpoints: endpoints.get(step.version) ?? NO_ENDPOINTS };
        }),
      policy: source.policy,
      authorization: source.authorization,
      plan,
      effects: null,
    }),
  );
  return { picker, decisions, emptiedBy: picker.total > 0 ? null : whatEmptied(weights, isInRange) };
}

function whatEmptied(weights: Weights, isInRange: (version: string) => boolean): SplitView["emptiedBy"] {
  if (createPicker(weights).total === 0) return "split";
  return createPicker(weights, isInRange).total === 0 ? "range" : "compatibility";
}

function compileBlocked(incompatible: SnapshotService["incompatible"]): CompiledService["blocked"] {
  const sets = new Map<string, BlockedVersions>();
  const callers = new Map<string, Map<string, BlockedVersions>>();
  for (const [caller, versions] of Object.entries(incompatible)) {
    const at = caller.indexOf("@");
    if (versions.length === 0 || at < 0) continue;
    const key = versions.toSorted().join();
    const blocked = sets.get(key) ?? { key, versions: new Set<string>(versions) };
    sets.set(key, blocked);
    const service = caller.slice(0, at);
    const known = callers.get(service) ?? new Map<string, BlockedVersions>();
    callers.set(service, known.set(caller.slice(at + 1), blocked));
  }
  return callers.size === 0 ? null : callers;
}

function filterOf<T extends RouteFilter["type"]>(filters: readonly RouteFilter[], type: T): Filter<T> | undefined {
  return filters.find((filter): filter is Filter<T> => filter.type === type);
}

function looksAtPath({ authorization, rules }: SnapshotService): boolean {
  return rules.some(dependsOnPath) || authorization?.rules.some(({ to }) => to?.paths !== undefined) === true;
}

function dependsOnPath({ filters = [], matches }: RouteRule): boolean {
  return matches.some(({ path }) => path !== undefined) || filters.some(({ type }) => type === "URLRewrite" || type === "RequestRedirect");
}

function prefixOf(path: RouteRule["matches"][number]["path"]): string | null {
  if (path === undefined) return "/";
  return path.type === "PathPrefix" ? routedPath(path.value) : null;
}
