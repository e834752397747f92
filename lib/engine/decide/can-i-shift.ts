import { type MeshEvent, normaliseWeights, type Problem, type Refusal, type Weights } from "../../model/index.ts";
import { ok, type Result } from "../../std/index.ts";
import type { DecideContext } from "./context.ts";
import { findService, refuse, refuseAll } from "./refusals.ts";
import { checkWeights } from "./weights.ts";

/** The facts that new weights would be, checked like a change set, but without rev and readiness: the question is whether the pairs fit. */
export function hypotheticalWeights(
  context: Pick<DecideContext, "state">,
  changes: readonly { readonly service: string; readonly weights: Weights }[],
): Result<readonly MeshEvent[], Refusal> {
  if (changes.length === 0) {
    return refuse({
      path: "changes",
      code: "changes.empty",
      detail: "There is nothing to judge.",
      fix: "Give at least one service and its weights.",
    });
  }
  const unknown: Problem[] = [];
  const problems: Problem[] = [];
  const events: MeshEvent[] = [];
  for (const [index, { service: name, weights }] of changes.entries()) {
    const path = `changes.${index}`;
    const found = findService(context.state, name, `${path}.service`);
    if (!found.ok) {
      unknown.push(...found.error.problems);
      continue;
    }
    problems.push(...checkWeights(found.value, weights, `${path}.weights`));
    events.push({ kind: "weights-set", service: found.value.name, weights: normaliseWeights(weights), cause: "set" });
  }
  if (unknown.length > 0) return refuseAll(unknown);
  return problems.length > 0 ? refuseAll(problems) : ok(events);
}
