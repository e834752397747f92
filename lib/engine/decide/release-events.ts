import {
  equalWeights,
  FULL_WEIGHT_BP,
  type MeshEvent,
  type Problem,
  type Release,
  type ReleaseCursor,
  type Service,
  type ServiceName,
  type Version,
  type Weights,
} from "../../model/index.ts";
import { cursorOf, type Moved, releaseHosts, releaseRules, weightsAt } from "../../release/index.ts";
import { versionCapacity } from "../version-capacity.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { instancesOf, readyCount } from "./readiness.ts";
import { checkRuleInput, equalRules, normaliseRules } from "./routes.ts";
import { checkReadiness, formatShare } from "./weights.ts";

/** A release without its history: what its state machine reads. */
export type BareRelease = Omit<Release, "history">;

/** The facts that bring a service to where a release is: its weights, its own rules, its preview host. None for one that was not started. */
export function meshEvents(service: Service, release: BareRelease, isBack: boolean): readonly MeshEvent[] {
  if (release.state === "pending") return [];
  const weights = weightsAt(release, release.weightBp);
  const rules = normaliseRules(releaseRules(release, service.rules));
  const hosts = releaseHosts(release, service.hosts);
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
  },
): Draft {
  const { kind, moved, path, release, service } = input;
  const after: BareRelease = { ...release, ...moved.cursor };
  const isBack = moved.cursor.state === "rolling-back" || moved.cursor.state === "aborting";
  const events = meshEvents(service, after, isBack);
  return {
    kind,
    subject: release.id,
    before: shownCursor(release, service.weights),
    after: shownCursor(moved.cursor, weightsOf(events) ?? service.weights),
    events: [...events, { kind: "release-moved", release: release.id, cursor: moved.cursor, sentence: moved.sentence }],
    services: [service.name],
    conflicts: isBack ? [] : moveConflicts(context, { service, release: after, events, path }),
    paths: new Map([[pathKey(service.name, release.version), path]]),
  };
}

/** What stands against the facts of a move: versions that are not ready, more traffic than the version can carry, rules that make no sense any more. */
export function moveConflicts(
  context: DecideContext,
  { events, path, release, service }: { service: Service; release: BareRelease; events: readonly MeshEvent[]; path: string },
): readonly Problem[] {
  const weights = weightsOf(events) ?? service.weights;
  const ready = checkReadiness(context, { service, before: service.weights, weights, path, state: context.state });
  const ruled = events.flatMap((event) => (event.kind === "rules-set" ? checkRuleInput(context.state, service, event.rules, path) : []));
  return [...ready.map((problem) => ({ ...problem, path })), ...ruled, ...checkCapacity(context, { service, release, weights, path })];
}

/** A weight whose expected traffic is above what the version carries with the instances that are ready. Less than before is always better. */
function checkCapacity(
  context: DecideContext,
  { path, release, service, weights }: { service: Service; release: BareRelease; weights: Weights; path: string },
): readonly Problem[] {
  const weightBp = weights[release.version] ?? 0;
  if (weightBp <= (service.weights[release.version] ?? 0)) return [];
  const ref = { service: service.name, version: release.version };
  const instances = instancesOf(context, context.state, ref);
  const ready = readyCount(context, context.state, ref);
  const capacityRps = versionCapacity(context.state, ref, ready);
  if (capacityRps === undefined || context.traffic === undefined) return [];
  // The figure that a version was registered with is that of all its instances; a deployment's is of those that are ready.
  const isOfAll = context.state.deployments.get(`${service.name}@${release.version}`)?.capacityRps === undefined;
  const carriesRps = isOfAll ? (capacityRps * ready) / Math.max(1, instances.length) : capacityRps;
  const expectedRps = (context.traffic.rps(service.name) * weightBp) / FULL_WEIGHT_BP;
  if (expectedRps <= carriesRps) return [];
  const carries = `${service.name} ${release.version} carries ${Math.round(carriesRps)} requests/s with ${ready} of ${instances.length} instances ready`;
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
