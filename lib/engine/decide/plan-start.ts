import type { MeshState, Plan, PlanStart } from "../../model/index.ts";
import { movedServices } from "./plan-walk.ts";

/** Where the services of a plan stand, to come back to. */
export function startOf({ services }: MeshState, plan: Pick<Plan, "waves">): PlanStart {
  return Object.fromEntries(
    movedServices(plan).map((name) => {
      const { rules = [], weights = {} } = services.get(name) ?? {};
      return [name, { weights, rules }];
    }),
  );
}
