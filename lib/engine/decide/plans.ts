import type { Command, Refusal } from "../../model/index.ts";
import type { Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { refuse } from "./refusals.ts";

type PlanCommand = Extract<Command, { readonly kind: `plan.${string}` }>;

/** Makes plans and walks them. */
export function decidePlan(_context: DecideContext, command: PlanCommand): Result<Draft | null, Refusal> {
  return refuse({ path: "", code: "plan.unknown", detail: `${command.kind} has no plan.`, fix: "Make one first." });
}
