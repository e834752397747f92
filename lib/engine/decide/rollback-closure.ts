import { liveVersions } from "../../compatibility/index.ts";
import type { ClosureStep, Refusal, RollbackClosure, ServiceName, Version } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { type AnswerTo, answerTo, type ClosureQuestion, toldWay } from "../../versions/index.ts";
import type { DecideContext } from "./context.ts";
import { problemOf } from "./plan-check.ts";
import { impossible, previousPositions, sentencesOf } from "./plan-create.ts";
import { findService } from "./refusals.ts";
import { rollbackTarget } from "./rollback.ts";

/** What has to be searched for a closure; null where the service is there already. */
export interface ClosureAsked {
  readonly service: ServiceName;
  readonly to: Version;
  readonly question: ClosureQuestion | null;
}

/** What has to be searched to say what else must move when a service is rolled back. */
export function closureQuestion(context: DecideContext, name: string, to?: Version): Result<ClosureAsked, Refusal> {
  const found = findService(context.state, name);
  if (!found.ok) return found;
  const version = rollbackTarget(found.value, to, "to");
  if (!version.ok) return version;
  const asked = { service: found.value.name, to: version.value };
  const live = liveVersions(found.value);
  if (live.size === 1 && live.has(version.value)) return ok({ ...asked, question: null });
  const target = new Map([[found.value.name, version.value]]);
  const problem = problemOf(context, target);
  const [[service, position] = []] = problem.target;
  if (service === undefined || position === undefined) return ok({ ...asked, question: null });
  const previous = previousPositions(context.state, problem, target);
  return ok({ ...asked, question: { kind: "closure", problem, service, to: position, previous } });
}

/** What else must move, in which order, and from where on there is no way back. */
export function closureFrom(
  context: DecideContext,
  { question, service, to }: ClosureAsked,
  answer: AnswerTo<ClosureQuestion> | null,
): Result<RollbackClosure, Refusal> {
  if (question === null || answer === null) return ok({ service, to, steps: [] });
  const { forward, pointOfNoReturn } = answer;
  if (!answer.back.ok) return err(impossible(context, new Map([[service, to]]), answer.back.error));
  const back = toldWay(answer.back.value, sentencesOf(context));
  const steps = back.waves.flatMap((wave, index) =>
    wave.steps.map(({ proof: _, ...step }): ClosureStep => ({ ...step, wave: index + 1, kind: wave.kind })),
  );
  const closing = pointOfNoReturn === null ? undefined : steps.find(({ reversible }) => !reversible);
  const newer = forward === null ? undefined : question.problem.services[question.service]?.order.versions[forward.to];
  return ok({
    service,
    to,
    steps,
    ...(closing === undefined ? {} : { irreversible: closing.irreversible ?? `${closing.service} cannot come back.` }),
    ...(forward === null || newer === undefined ? {} : { forward: { service, to: newer, steps: forward.way.cost.steps } }),
  });
}

/** The closure, searched on the spot. */
export function rollbackClosure(context: DecideContext, name: string, to?: Version): Result<RollbackClosure, Refusal> {
  const asked = closureQuestion(context, name, to);
  if (!asked.ok) return asked;
  return closureFrom(context, asked.value, asked.value.question === null ? null : answerTo(asked.value.question));
}

/** A rollback that the gate refused, with what must move along for it to pass. */
export function withClosure(refusal: Refusal, closure: Result<RollbackClosure, Refusal>): Refusal {
  return closure.ok && closure.value.steps.length > 0 ? { ...refusal, closure: closure.value } : refusal;
}
