import {
  equalWeights,
  FULL_WEIGHT_BP,
  type MeshEvent,
  type MeshState,
  normaliseWeights,
  type Problem,
  type Release,
  type ReleaseCursor,
  type RouteRule,
  type Service,
  type ServiceName,
  type Version,
  type Weights,
} from "../../model/index.ts";
import { cursorOf, isRuling, type Moved, releaseHosts, releaseRules, rulesInTheWay, weightsAt } from "../../release/index.ts";
import { versionCapacity } from "../version-capacity.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { instancesOf, isReady, readyCount } from "./readiness.ts";
import { listed } from "./refusals.ts";
import { checkRuleInput, checkRuleReadiness, equalRules, normaliseRules } from "./routes.ts";
import { readHosts } from "./services.ts";
import { checkReadiness, formatShare } from "./weights.ts";

/** A release without its history: what its state machine reads. */
export type BareRelease = Omit<Release, "history">;

/**
 * The facts that bring a service to where a release is: its weights, its own rules, its preview host. None for one that was not started. `weights`: other ones
 * than those of its place, where it cannot go there. `before`: the state that it comes from, which tells whether the preview host is its own to take away.
 */
export function meshEvents(
  service: Service,
  before: Pick<Release, "state">,
  release: BareRelease,
  { isBack = false, weights = weightsAt(release, release.weightBp) }: { readonly isBack?: boolean; readonly weights?: Weights } = {},
): readonly MeshEvent[] {
  if (release.state === "pending" || (before.state === "pending" && release.state === "aborted")) return [];
  const rules = normaliseRules(releaseRules(release, service.rules));
  const hosts = isRuling(before) || isRuling(release) ? releaseHosts(release, service.hosts) : service.hosts;
  const events: MeshEvent[] = [];
  if (hosts !== service.hosts) events.push({ kind: "service-updated", service: service.name, hosts });
  if (!equalWeights(weights, service.weights))
    events.push({ kind: "weights-set", service: service.name, weights, cause: isBack ? "rollback" : "release" });
  if (!equalRules(rules, service.rules)) events.push({ kind: "rules-set", service: service.name, rules });
  return events;
}

/** The change of one move: what it does to the mesh and the release's new place, in one. */
export function moveDraft(
  context: DecideContext,
  input: {
    readonly kind: Draft["kind"];
    readonly release: Release;
    readonly service: Service;
    readonly moved: Moved;
    readonly path: string;
    /** The versions from before are gone: it ends where the weights are. */
    readonly leavesWeights?: boolean;
    /** Where no operator is there to be refused: back to those of the versions from before that are ready. */
    readonly isPartial?: boolean;
  },
): Draft {
  const { isPartial = false, kind, leavesWeights = false, moved, path, release, service } = input;
  const after: BareRelease = { ...release, ...moved.cursor };
  const isBack = moved.cursor.state === "rolling-back" || moved.cursor.state === "aborting";
  const wanted = leavesWeights ? service.weights : weightsAt(after, after.weightBp);
  const { unready, weights } =
    isBack && isPartial ? reachableWeights(context, service, { release, weights: wanted }) : { unready: [], weights: wanted };
  const events = meshEvents(service, release, after, { isBack, weights });
  const rest = unready.length === 0 ? "" : ` Without ${listed(unready)}, which has no ready instance: the rest goes back when it has.`;
  const begins = !isRuling(release) && isRuling(after);
  return {
    kind,
    subject: release.id,
    before: shownCursor(release, service.weights),
    after: shownCursor(moved.cursor, weightsOf(events) ?? service.weights),
    events: [...events, { kind: "release-moved", release: release.id, cursor: moved.cursor, sentence: `${moved.sentence}${rest}` }],
    services: [service.name],
    conflicts: moveConflicts(context, { service, release: after, events, path }),
    notes: [
      ...(rest === "" ? [] : [`${release.id} goes back as far as it can.${rest}`]),
      ...(isBack ? checkCapacity(context, { service, release: after, weights: weightsOf(events) ?? service.weights, path }) : []).map(
        ({ detail }) => detail,
      ),
      ...(begins ? ruleNotes(service, after) : []),
    ],
    paths: new Map([[pathKey(service.name, release.version), path]]),
  };
}

/**
 * What stands against the facts of a move: versions that are not ready, more traffic than the version can carry, rules that make no sense any more. On a way
 * back only the first: too little room is better than harm.
 */
export function moveConflicts(
  context: DecideContext,
  { events, path, release, service }: { service: Service; release: BareRelease; events: readonly MeshEvent[]; path: string },
): readonly Problem[] {
  const weights = weightsOf(events) ?? service.weights;
  const ready = checkReadiness(context, { service, before: service.weights, weights, path, state: context.state });
  const unready = ready.map((problem) => ({ ...problem, path }));
  if (release.state === "rolling-back" || release.state === "aborting") return unready;
  const rulesPath = path === "version" ? "strategy" : path;
  const ruled = events.flatMap((event) => {
    if (event.kind !== "rules-set") return [];
    const { rules } = event;
    // The service's own first: what is said of them names the place where they stand.
    const isOwn = ({ name }: RouteRule) => !service.rules.some((rule) => rule.name === name);
    const input = checkRuleInput(context.state, service, [...rules.filter((rule) => !isOwn(rule)), ...rules.filter(isOwn)], "rules");
    return [...input, ...checkRuleReadiness(context, { service, rules, path, state: context.state })];
  });
  const rulesSaid = ruled.map((problem) => ({ ...problem, path: problem.code === "split.no-ready-instance" ? path : rulesPath }));
  return [...unready, ...rulesSaid, ...checkCapacity(context, { service, release, weights, path })];
}

/** The preview host of a release that begins to rule: one that no service may have, that another one has, or that the service itself answers production under. */
export function checkPreviewHost(
  state: MeshState,
  service: Service,
  { before, release }: { readonly before: Pick<Release, "state">; readonly release: BareRelease },
  path: string,
): readonly Problem[] {
  const { strategy } = release;
  if (strategy.kind !== "blue-green" || !isRuling(release)) return [];
  const host = strategy.previewHost;
  if (service.hosts.includes(host)) {
    if (isRuling(before)) return [];
    const detail = `${service.name} answers under ${host} already: everything there would go to ${release.version}.`;
    return [{ path, code: "release.invalid", detail, fix: "Give a host of its own for the preview, such as next.shop.example.com." }];
  }
  const read = readHosts(state, service.name, [host], path);
  return read.ok ? [] : read.error.map((problem) => ({ ...problem, path }));
}

/** The weights of a way back, with what would go to versions without a ready instance at the others from before; as they are where none of these is ready. */
function reachableWeights(
  context: DecideContext,
  service: Service,
  { release, weights }: { readonly release: BareRelease; readonly weights: Weights },
): { readonly weights: Weights; readonly unready: readonly string[] } {
  const isUp = (version: string) => isReady(context, context.state, { service: service.name, version: version as Version });
  const now = (version: string) => service.weights[version] ?? 0;
  const unready = Object.keys(weights).filter((version) => (weights[version] ?? 0) > now(version) && !isUp(version));
  const takers = Object.keys(weights).filter((version) => version !== release.version && isUp(version));
  if (unready.length === 0 || takers.length === 0) return { unready: [], weights };
  const free = unready.reduce((sum, version) => sum + (weights[version] ?? 0) - now(version), 0);
  const total = takers.reduce((sum, version) => sum + (weights[version] ?? 0), 0);
  const shared: Record<string, number> = { ...weights, ...Object.fromEntries(unready.map((version) => [version, now(version)])) };
  let left = free;
  for (const [index, version] of takers.entries()) {
    const more = index === takers.length - 1 ? left : Math.floor((free * (weights[version] ?? 0)) / total);
    shared[version] = (weights[version] ?? 0) + more;
    left -= more;
  }
  return { unready, weights: normaliseWeights(shared) };
}

/** What people have to know of rules when a release begins. */
export function ruleNotes(service: Service, release: BareRelease): readonly string[] {
  const names = rulesInTheWay(release, normaliseRules(releaseRules(release, service.rules)));
  if (names.length === 0) return [];
  return [`Requests that match rules of ${service.name} do not follow ${release.id}: ${listed(names)}.`];
}

/** Weights whose expected traffic is above what the version carries with the instances that are ready. Less than before is always better. */
function checkCapacity(
  context: DecideContext,
  { path, release, service, weights }: { service: Service; release: BareRelease; weights: Weights; path: string },
): readonly Problem[] {
  const isBack = release.state === "rolling-back" || release.state === "aborting";
  const growing = Object.keys(weights).filter((version) => (weights[version] ?? 0) > (service.weights[version] ?? 0)) as Version[];
  return growing
    .filter((version) => isBack || version === release.version)
    .flatMap((version) => overCapacity(context, service, version, { weightBp: weights[version] ?? 0, path }));
}

function overCapacity(
  context: DecideContext,
  service: Service,
  version: Version,
  { path, weightBp }: { readonly weightBp: number; readonly path: string },
): readonly Problem[] {
  const ref = { service: service.name, version };
  const instances = instancesOf(context, context.state, ref);
  const ready = readyCount(context, context.state, ref);
  const capacityRps = versionCapacity(context.state, ref, ready);
  if (capacityRps === undefined || context.traffic === undefined) return [];
  // The figure that a version was registered with is that of all its instances; a deployment's is of those that are ready.
  const isOfAll = context.state.deployments.get(`${service.name}@${version}`)?.capacityRps === undefined;
  const carriesRps = isOfAll ? (capacityRps * ready) / Math.max(1, instances.length) : capacityRps;
  const expectedRps = (context.traffic.rps(service.name) * weightBp) / FULL_WEIGHT_BP;
  if (expectedRps <= carriesRps) return [];
  const carries = `${service.name} ${version} carries ${Math.round(carriesRps)} requests/s with ${ready} of ${instances.length} instances ready`;
  return [
    {
      path,
      code: "release.over-capacity",
      detail: `${carries}; ${formatShare(weightBp)} of the traffic of now are ${Math.round(expectedRps)}.`,
      fix: "Start more instances and raise capacityRps, or take a smaller step.",
    },
  ];
}

/** What people compare of a move. */
export function shownCursor({ held, state, step, weightBp }: ReleaseCursor, weights: Weights): unknown {
  return { state, step, weightBp, weights, ...(held ? { held } : {}) };
}

/** Versions that weights name and the service has no more. */
export function missingVersions(service: Service, weights: Weights): readonly string[] {
  return Object.keys(weights).filter((version) => !service.versions.has(version as Version));
}

/** The weights that the facts of one service end with; null where they set none. */
export function weightsOf(events: readonly MeshEvent[], service?: ServiceName): Weights | null {
  const set = events.findLast((event) => event.kind === "weights-set" && (service === undefined || event.service === service));
  return set?.kind === "weights-set" ? set.weights : null;
}

/** The fact that a release is at another place. */
export function movedEvent(release: Release, parts: Partial<ReleaseCursor>, sentence: string): MeshEvent {
  return { kind: "release-moved", release: release.id, cursor: { ...cursorOf(release), ...parts }, sentence };
}
