import { PREFERENCES, type Preference } from "./plan-question.ts";
import type { PlanCost } from "./plan-view.ts";

const ORDERS: Readonly<Record<Preference, readonly (keyof PlanCost)[]>> = {
  steps: ["steps", "waves", "risk"],
  waves: ["waves", "steps", "risk"],
  risk: ["risk", "steps", "waves"],
};

/** The preference under which a way is found first among all of them; null where another is better under each. */
export function preferenceFor(cost: PlanCost, all: readonly PlanCost[]): Preference | null {
  return PREFERENCES.find((preference) => all.every((other) => other === cost || compare(cost, other, preference) < 0)) ?? null;
}

function compare(left: PlanCost, right: PlanCost, preference: Preference): number {
  for (const part of ORDERS[preference]) if (left[part] !== right[part]) return left[part] - right[part];
  return 0;
}
