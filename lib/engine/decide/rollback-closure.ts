import { liveVersions } from "../../compatibility/index.ts";
import type { ClosureStep, Command, Refusal, RollbackClosure, Version } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { closureOf } from "../../versions/index.ts";
import type { DecideContext } from "./context.ts";
import { problemOf } from "./plan-check.ts";
import { impossible, previousPositions, sentencesOf } from "./plan-create.ts";
import { findService } from "./refusals.ts";
import { rollbackTarget } from "./rollback.ts";

/** What else must move when a service is rolled back, in which order, and from where on there is no way back. */
export function rollbackClosure(context: DecideContext, name: string, to?: Version): Result<RollbackClosure, Refusal> {
  const found = findService(context.state, name);
  if (!found.ok) return found;
  const version = rollbackTarget(found.value, to, "to");
  if (!version.ok) return version;
  const question = { service: found.value.name, to: version.value };
  const live = liveVersions(found.value);
  if (live.size === 1 && live.has(version.value)) return ok({ ...question, steps: [] });
  const target = new Map([[found.value.name, version.value]]);
  const problem = problemOf(context, target);
  const [[service, position] = []] = problem.target;
  if (service === undefined || position === undefined) return ok({ ...question, steps: [] });
  const previous = previousPositions(context.state, problem, target);
  const { back, forward, pointOfNoReturn } = closureOf(problem, service, position, { ...sentencesOf(context), previous });
  if (!back.ok) return err(impossible(context, target, back.error));
  const steps = back.value.waves.flatMap((wave, index) =>
    wave.steps.map(({ proof: _, ...step }): ClosureStep => ({ ...step, wave: index + 1, kind: wave.kind })),
  );
  const closing = pointOfNoReturn === null ? undefined : steps.find(({ reversible }) => !reversible);
  const newer = forward === null ? undefined : problem.services[service]?.order.versions[forward.to];
  return ok({
    ...question,
    steps,
    ...(closing === undefined ? {} : { irreversible: closing.irreversible ?? `${closing.service} cannot come back.` }),
    ...(forward === null || newer === undefined
      ? {}
      : { forward: { service: found.value.name, to: newer, steps: forward.way.cost.steps } }),
  });
}

/** A rollback that the gate refused, with what must move along for it to pass. */
export function withClosure(context: DecideContext, command: Extract<Command, { readonly kind: "rollback" }>, refusal: Refusal): Refusal {
  if (refusal.code !== "compatibility.refused") return refusal;
  const closure = rollbackClosure(context, command.service, command.to);
  return closure.ok && closure.value.steps.length > 0 ? { ...refusal, closure: closure.value } : refusal;
}
