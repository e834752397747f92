/**
 * Which versions a drafted change brings further forward: the question of freezes, and of whether a change is a way back.
 *
 * A version goes forward where its weight grows and an older one's shrinks, where rules send more to it than before and an older one took requests, where a
 * plan is set going towards it, or where a release of it begins. What leads back is none: rollbacks, the way back of plans, aborts and rollbacks of releases,
 * and weights that move to older versions, however they came about. The first weights of a service are none either: nobody was served before.
 */
import { liveVersions } from "../../compatibility/index.ts";
import {
  compareVersions,
  type MeshEvent,
  type MeshState,
  type ReleaseState,
  type Service,
  type ServiceName,
  type Version,
  type VersionRef,
} from "../../model/index.ts";
import type { Draft } from "./context.ts";

const WAYS_BACK: readonly ReleaseState[] = ["rolling-back", "rolled-back", "aborting", "aborted"];

/** The versions that go forward, each once. `after`: the state with the draft's facts. */
export function forwardGrowth(before: MeshState, after: MeshState, draft: Pick<Draft, "kind" | "events">): readonly VersionRef[] {
  if (leadsBack(draft)) return [];
  const begun = draft.events.flatMap((event) => [...plannedGrowth(before, event), ...releasedGrowth(event)]);
  const moved = trafficServices(draft.events).flatMap((name) => grownVersions(before.services.get(name), after.services.get(name)));
  const keys = new Set<string>();
  return [...moved, ...begun].filter(({ service, version }) => {
    const key = `${service}@${version}`;
    return !keys.has(key) && keys.add(key);
  });
}

/** Services whose weights or rules a draft sets. */
export function trafficServices(events: readonly MeshEvent[]): readonly ServiceName[] {
  return [...new Set(events.flatMap((event) => (event.kind === "weights-set" || event.kind === "rules-set" ? [event.service] : [])))];
}

function leadsBack({ events, kind }: Pick<Draft, "kind" | "events">): boolean {
  if (kind === "rollback") return true;
  return events.some(
    (event) =>
      (kind.startsWith("plan.") && event.kind === "plan-moved" && event.cursor.direction === "back") ||
      (kind.startsWith("release.") && event.kind === "release-moved" && WAYS_BACK.includes(event.cursor.state)),
  );
}

function grownVersions(was: Service | undefined, is: Service | undefined): readonly VersionRef[] {
  if (was === undefined || is === undefined) return [];
  const live = [...liveVersions(was)];
  if (live.length === 0) return [];
  const gains = (version: string) => (is.weights[version] ?? 0) - (was.weights[version] ?? 0);
  const losers = Object.keys(was.weights).filter((version) => gains(version) < 0);
  const inRules = (service: Service, version: string) => service.rules.reduce((sum, { split }) => sum + (split?.weights[version] ?? 0), 0);
  return [...liveVersions(is)]
    .filter(
      (version) =>
        (gains(version) > 0 && losers.some((loser) => isOlder(loser, version))) ||
        (inRules(is, version) > inRules(was, version) && live.some((other) => isOlder(other, version))),
    )
    .map((version) => ({ service: is.name, version }));
}

/** What a plan that is set going forward has ahead of it. */
function plannedGrowth(before: MeshState, event: MeshEvent): readonly VersionRef[] {
  if (event.kind !== "plan-moved" || event.cursor.state !== "running" || event.cursor.direction !== "forward") return [];
  const plan = before.plans.get(event.plan);
  if (plan === undefined || plan.state === "running") return [];
  const ahead = plan.waves.slice(event.cursor.wavesDone).flatMap(({ steps }) => steps);
  return ahead.filter(({ from, to }) => isOlder(from, to)).map(({ service, to }) => ({ service, version: to }));
}

function releasedGrowth(event: MeshEvent): readonly VersionRef[] {
  if (event.kind !== "release-created") return [];
  const { baseline, service, version } = event.release;
  return baseline !== null && isOlder(baseline, version) ? [{ service, version }] : [];
}

function isOlder(left: string, right: string): boolean {
  return compareVersions(left as Version, right as Version) < 0;
}
