/**
 * Which versions a drafted change brings further forward: the question of freezes, and of whether a change is a way back.
 *
 * A version goes forward where its weight grows and an older one's shrinks, where rules bring it requests that an older one took (`rule-growth.ts`), where a
 * plan is set going towards it, or where a release of it begins. What leads back is none: the way back of plans, aborts and rollbacks of releases, rollbacks
 * to what served before the last forward change, all that Interlock rolls back by itself, and weights that move to older versions, however they came about.
 * A rollback to a newer version is a move forward under another name. The first weights of a service are none: nobody was served before.
 */
import { liveVersions } from "../../compatibility/index.ts";
import {
  type ChangeAuthor,
  equalWeights,
  type MeshEvent,
  type MeshState,
  type ReleaseState,
  type Service,
  type ServiceName,
  type VersionRef,
} from "../../model/index.ts";
import { canonicalJson } from "../../std/index.ts";
import type { Draft } from "./context.ts";
import { lastForward } from "./rollback.ts";
import { equalRules } from "./routes.ts";
import { grownBetween, grownBy, isOlder } from "./rule-growth.ts";

const WAYS_BACK: readonly ReleaseState[] = ["rolling-back", "rolled-back", "aborting", "aborted"];

/** The versions that go forward, each once. `after`: the state with the draft's facts; `via`: through what it is asked for. */
export function forwardGrowth(
  before: MeshState,
  after: MeshState,
  draft: Pick<Draft, "kind" | "events">,
  via: ChangeAuthor["via"],
): readonly VersionRef[] {
  if (leadsBack(draft) || (draft.kind === "rollback" && via === "engine")) return [];
  const begun = draft.events.flatMap((event) => [...plannedGrowth(before, event), ...releasedGrowth(event)]);
  const moved = trafficServices(draft.events).flatMap((name) => {
    const [was, is] = [before.services.get(name), after.services.get(name)];
    if (was === undefined || is === undefined || isHarmless(draft.kind, was, is)) return [];
    return grownVersions(was, is);
  });
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
  return events.some(
    (event) =>
      (kind.startsWith("plan.") && event.kind === "plan-moved" && event.cursor.direction === "back") ||
      (kind.startsWith("release.") && event.kind === "release-moved" && WAYS_BACK.includes(event.cursor.state)),
  );
}

/** Rollbacks to what served before; rules of a lane that a plan takes away, which it does once nobody takes them any more. */
function isHarmless(kind: Draft["kind"], was: Service, is: Service): boolean {
  if (kind === "rollback") return servedBefore(was, is);
  if (!kind.startsWith("plan.") || !equalWeights(was.weights, is.weights)) return false;
  const known = new Set(was.rules.map((rule) => canonicalJson(rule)));
  return is.rules.every((rule) => known.has(canonicalJson(rule)));
}

/** Whether its weights are those before the last change that truly led forward: what was lowered by hand is not rolled back to what it was lowered from. */
function servedBefore(was: Service, is: Service): boolean {
  const last = lastForward(was, ({ after, before }) => grownBetween(before, after).length > 0);
  return last !== undefined && equalWeights(last.before, is.weights);
}

function grownVersions(was: Service, is: Service): readonly VersionRef[] {
  if (liveVersions(was).size === 0) return [];
  const grown = new Set(grownBetween(was.weights, is.weights));
  if (!equalRules(was.rules, is.rules)) for (const version of grownBy(was, is)) grown.add(version);
  return [...liveVersions(is)].filter((version) => grown.has(version)).map((version) => ({ service: is.name, version }));
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
