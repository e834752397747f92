import { type MeshEvent, PLANS_ENDED_MAX, type Plan } from "../model/index.ts";
import { invariant } from "../std/index.ts";

type PlanEvent = Extract<MeshEvent, { readonly kind: "plan-created" | "plan-moved" }>;
type Plans = ReadonlyMap<string, Plan>;

/** The plans after one more fact about them. Those that ended, or were never executed, make room for newer ones; one under way never does. */
export function foldPlan(plans: Plans, event: PlanEvent, at: string): Plans {
  if (event.kind === "plan-created") return bounded(new Map(plans).set(event.plan.id, event.plan));
  const plan = plans.get(event.plan);
  invariant(plan !== undefined, `a fact about the unknown plan ${event.plan}`);
  const { cursor, start = plan.start } = event;
  return bounded(new Map(plans).set(plan.id, { ...plan, ...cursor, start, movedAt: at }));
}

/** Whether a plan has been begun and has not ended. */
export function isUnderWay({ state }: Pick<Plan, "state">): boolean {
  return state === "running" || state === "reversing" || state === "paused";
}

function bounded(plans: Map<string, Plan>): Plans {
  let surplus = [...plans.values()].filter((plan) => !isUnderWay(plan)).length - PLANS_ENDED_MAX;
  for (const plan of [...plans.values()]) {
    if (surplus <= 0) break;
    if (isUnderWay(plan)) continue;
    plans.delete(plan.id);
    surplus--;
  }
  return plans;
}
