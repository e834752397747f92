import type { MeshEvent, MeshState, Release } from "../../model/index.ts";
import { isMoving, isUnderWay, transition } from "../../release/index.ts";
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
    return touches.some(({ gone }) => gone === undefined) ? pausedBy(context, draft, release) : [];
  });
  if (facts.length === 0) return draft;
  const notes = facts.map(({ note }) => note);
  return { ...draft, events: [...draft.events, ...facts.map(({ event }) => event)], notes: [...(draft.notes ?? []), ...notes] };
}

/** A plan that is walked by releases pauses and resumes with them. */
function withPlan({ author, nowIso, state }: DecideContext, draft: Draft, verb: "pause" | "resume"): Draft {
  const facts = [...state.releases.values()].flatMap((release): readonly MeshEvent[] => {
    if (release.plan !== draft.subject || release.state !== (verb === "pause" ? "running" : "paused")) return [];
    const moved = transition(
      release,
      { kind: "verb", verb, by: "engine" },
      { nowIso, author: author.author, reason: `with ${draft.subject}` },
    );
    return moved.ok ? [{ kind: "release-moved", release: release.id, ...moved.value }] : [];
  });
  return { ...draft, events: [...draft.events, ...facts] };
}

interface Touched {
  readonly service: string;
  /** The version that goes, or all of them; undefined where weights or rules are set. */
  readonly gone?: string | true;
}

function touchedBy(event: MeshEvent): readonly Touched[] {
  if (event.kind === "weights-set" || event.kind === "rules-set") return [{ service: event.service }];
  if (event.kind === "service-removed") return [{ service: event.service, gone: true }];
  return event.kind === "version-removed" ? [{ service: event.service, gone: event.version }] : [];
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
