import { liveVersions } from "../../compatibility/index.ts";
import type { PlanWave, Refusal, ServiceName, Version } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { closureOf } from "../../versions/index.ts";
import type { DecideContext } from "./context.ts";
import { problemOf } from "./plan-check.ts";
import { impossible, previousPositions, sentencesOf } from "./plan-create.ts";
import { findService } from "./refusals.ts";
import { rollbackTarget } from "./rollback.ts";

/** What moves with a rollback, in order. */
export interface RollbackClosure {
  readonly waves: readonly PlanWave[];
  /** One sentence for each step that cannot be taken back. */
  readonly irreversible: readonly string[];
}

/** What else must move when a service is rolled back, in which order, and from where on there is no way back. */
export function rollbackClosure(context: DecideContext, name: ServiceName, to?: Version): Result<RollbackClosure, Refusal> {
  const found = findService(context.state, name);
  if (!found.ok) return found;
  const version = rollbackTarget(found.value, to, "to");
  if (!version.ok) return version;
  const live = liveVersions(found.value);
  if (live.size === 1 && live.has(version.value)) return ok({ waves: [], irreversible: [] });
  const target = new Map([[found.value.name, version.value]]);
  const problem = problemOf(context, target);
  const [[service, position] = []] = problem.target;
  if (service === undefined || position === undefined) return ok({ waves: [], irreversible: [] });
  const previous = previousPositions(context.state, problem, target);
  const { back } = closureOf(problem, service, position, { ...sentencesOf(context), previous });
  if (!back.ok) return err(impossible(context, target, back.error));
  const steps = back.value.waves.flatMap((wave) => wave.steps);
  const irreversible = steps
    .filter(({ reversible }) => !reversible)
    .map((step) => step.irreversible ?? `${step.service} cannot come back.`);
  return ok({ waves: back.value.waves, irreversible });
}
