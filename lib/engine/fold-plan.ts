import { type MeshEvent, PLANS_ENDED_MAX, PLANS_PAUSED_MAX, type Plan } from "../model/index.ts";
import { invariant } from "../std/index.ts";

type PlanEvent = Extract<MeshEvent, { readonly kind: "plan-created" | "plan-moved" }>;
type Plans = ReadonlyMap<string, Plan>;

/** The plans after one more fact about them. Those that ended, or were never executed, and paused ones make room for newer ones; one that moves never does. */
export function foldPlan(plans: Plans, event: PlanEvent, at: string): Plans {
  if (event.kind === "plan-created") return bounded(new Map(plans).set(event.plan.id, event.plan));
  const plan = plans.get(event.plan);
  invariant(plan !== undefined, `a fact about the unknown plan ${event.plan}`);
  const { cursor, start = plan.start } = event;
  return bounded(new Map(plans).set(plan.id, { ...plan, ...cursor, start, movedAt: at }));
}

/** Whether a plan has been begun and has not ended. */
function isUnderWay({ state }: Pick<Plan, "state">): boolean {
  return state === "running" || state === "reversing" || state === "paused";
}

/** Paused plans are counted by themselves: one that somebody means to resume is not pushed out by plans that are only made. */
function bounded(plans: Map<string, Plan>): Plans {
  const all = [...plans.values()];
  const atRest = all.filter((plan) => !isUnderWay(plan)).slice(0, -PLANS_ENDED_MAX);
  const paused = all.filter(({ state }) => state === "paused").slice(0, -PLANS_PAUSED_MAX);
  for (const { id } of [...atRest, ...paused]) plans.delete(id);
  return plans;
}
