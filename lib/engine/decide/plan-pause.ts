import type { MeshEvent, MeshState, Plan } from "../../model/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { movedServices } from "./plan-walk.ts";
import { cursorOf, isWalking } from "./plans.ts";
import { listed } from "./refusals.ts";

/** The draft, and the facts that pause every plan under way whose services it moves by hand: no crash comes between the two. */
export function withPausedPlans(context: DecideContext, draft: Draft): Draft {
  const paused = draft.kind.startsWith("plan.") ? [] : pausedPlans(context, draft);
  if (paused.length === 0) return draft;
  const notes = paused.map(({ plan }) => `${plan} is paused, because it moves what this change has set.`);
  return { ...draft, events: [...draft.events, ...paused], notes: [...(draft.notes ?? []), ...notes] };
}

type PlanMoved = Extract<MeshEvent, { readonly kind: "plan-moved" }>;

function pausedPlans({ author, state }: DecideContext, { events, kind }: Draft): readonly PlanMoved[] {
  return [...state.plans.values()].filter(isWalking).flatMap((plan): readonly PlanMoved[] => {
    if (isOwnRelease(state, plan, { events, kind })) return [];
    const touched = touchedServices(state, plan, events);
    if (touched.length === 0) return [];
    const pausedBecause = `${author.author} changed ${listed(touched)} by hand (${kind}).`;
    return [{ kind: "plan-moved", plan: plan.id, cursor: cursorOf(plan, { state: "paused", pausedBecause }) }];
  });
}

/** The releases of its waves are how such a plan moves. */
function isOwnRelease({ releases }: MeshState, plan: Plan, { events, kind }: Pick<Draft, "events" | "kind">): boolean {
  if (!kind.startsWith("release.")) return false;
  return events.some(
    (event) =>
      (event.kind === "release-created" && event.release.plan === plan.id) ||
      (event.kind === "release-moved" && releases.get(event.release)?.plan === plan.id),
  );
}

/** Those of the plan's services whose weights or rules move, or that go. */
function touchedServices(state: MeshState, plan: Plan, events: readonly MeshEvent[]): readonly string[] {
  const own = new Set<string>(movedServices(plan));
  const touched = events.flatMap((event) =>
    event.kind === "weights-set" || event.kind === "rules-set" || event.kind === "service-removed" ? [event.service] : [],
  );
  return [...new Set(touched)].filter((name) => own.has(name) && state.services.has(name));
}
