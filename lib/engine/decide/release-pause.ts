import { equalWeights, type MeshEvent, type MeshState, type Release } from "../../model/index.ts";
import { isMoving, isRuling, isUnderWay, transition, weightsAt } from "../../release/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { movedEvent } from "./release-events.ts";

/** The draft, and the facts that pause every release whose service it moves by hand, or end those whose service or version it removes: in one change. */
export function withPausedReleases(context: DecideContext, draft: Draft): Draft {
  if (draft.kind.startsWith("release.")) return draft;
  if (draft.kind === "plan.pause" || draft.kind === "plan.resume")
    return withPlan(context, draft, draft.kind === "plan.pause" ? "pause" : "resume");
  const touched = draft.events.flatMap((event) => touchedBy(event));
  if (touched.length === 0) return draft;
  const facts = [...context.state.releases.values()].filter(isUnderWay).flatMap((release) => {
    const touches = touched.filter(({ service }) => service === release.service);
    const isGone = touches.some(({ gone }) => gone === true || gone === release.version);
    if (isGone) return [endedWith(release)];
    return touches.some((each) => takesOver(each, release)) ? pausedBy(context, draft, release) : [];
  });
  if (facts.length === 0) return draft;
  const notes = facts.map(({ note }) => note);
  return { ...draft, events: [...draft.events, ...facts.map(({ event }) => event)], notes: [...(draft.notes ?? []), ...notes] };
}

/** A plan that is walked by releases pauses and resumes with them. */
function withPlan({ author, nowIso, state }: DecideContext, draft: Draft, verb: "pause" | "resume"): Draft {
  const walking = [...state.releases.values()].filter(
    (release) => release.plan === draft.subject && release.state === (verb === "pause" ? "running" : "paused"),
  );
  const own = walking.filter((release) => verb === "pause" || isPausedWith(state, release));
  const facts = own.flatMap((release): readonly MeshEvent[] => {
    const moved = transition(
      release,
      { kind: "verb", verb, by: "engine" },
      { nowIso, author: author.author, reason: `with ${draft.subject}` },
    );
    return moved.ok ? [{ kind: "release-moved", release: release.id, ...moved.value }] : [];
  });
  const left = walking.filter((release) => !own.includes(release)).map(({ id }) => `${id} stays paused: resume it where it is to go on.`);
  return { ...draft, events: [...draft.events, ...facts], notes: [...(draft.notes ?? []), ...left] };
}

/** Whether it was paused by its plan, and the mesh still has the weights that it goes on from. */
function isPausedWith(state: MeshState, release: Release): boolean {
  const service = state.services.get(release.service);
  if (release.movedBy !== "engine" || release.because !== `Paused: with ${release.plan}.` || service === undefined) return false;
  return equalWeights(service.weights, weightsAt(release, release.weightBp));
}

interface Touched {
  readonly service: string;
  /** The version that goes, or all of them; undefined where weights or rules are set. */
  readonly gone?: string | true;
  /** Rules only. */
  readonly isRules?: true;
  /** The hosts that are set. */
  readonly hosts?: readonly string[];
}

function touchedBy(event: MeshEvent): readonly Touched[] {
  if (event.kind === "weights-set") return [{ service: event.service }];
  if (event.kind === "rules-set") return [{ service: event.service, isRules: true }];
  if (event.kind === "service-updated") return [{ service: event.service, hosts: event.hosts }];
  if (event.kind === "service-removed") return [{ service: event.service, gone: true }];
  return event.kind === "version-removed" ? [{ service: event.service, gone: event.version }] : [];
}

/** Whether somebody sets what the release moves. One that goes back has no rules any more, and must not be stopped by those of others. */
function takesOver({ gone, hosts, isRules }: Touched, { state, strategy }: Release): boolean {
  if (gone !== undefined) return false;
  if (hosts !== undefined) return strategy.kind === "blue-green" && isRuling({ state }) && !hosts.includes(strategy.previewHost);
  return isRules !== true || (state !== "rolling-back" && state !== "aborting");
}

interface Fact {
  readonly event: MeshEvent;
  readonly note: string;
}

function pausedBy({ author, nowIso, state }: DecideContext, draft: Draft, release: Release): readonly Fact[] {
  if (!isMoving(release) || isOwnPlan(state, draft, release)) return [];
  const because = `${author.author} changed ${release.service} by hand (${draft.kind}).`;
  const moved = transition(release, { kind: "taken-over", because }, { nowIso, author: author.author, reason: author.reason });
  if (!moved.ok) return [];
  const { cursor, sentence } = moved.value;
  return [
    {
      event: { kind: "release-moved", release: release.id, cursor, sentence },
      note: `${release.id} is paused, because it moves what this change has set.`,
    },
  ];
}

/** Nothing is left to acknowledge. */
function endedWith(release: Release): Fact {
  const sentence = `Aborted: ${release.service} ${release.version} was removed.`;
  return {
    event: movedEvent(release, { state: "aborted", because: sentence, movedBy: "operator", held: false, wayBackBp: [] }, sentence),
    note: `${release.id} is aborted, because what it releases is removed.`,
  };
}

/** The plan whose wave it is goes on by it. */
function isOwnPlan(state: MeshState, draft: Draft, { plan }: Release): boolean {
  return plan !== null && draft.kind.startsWith("plan.") && draft.subject === plan && state.plans.has(plan);
}
