import type { Problem, RouteFault, RouteRetry, RouteRule, RouteTimeouts, Stickiness } from "../model/index.ts";
import { isLaneName } from "./baggage.ts";
import { isToken } from "./http-syntax.ts";
import { isPercent } from "./percent.ts";
import { isRetriableStatus, RETRIABLE_STATUSES, RETRY_ATTEMPTS_MAX } from "./retriable.ts";

/** One day: timers beyond 24.8 days overflow, and nobody waits that long. */
const DURATION_MAX_MS = 86_400_000;

/** What is wrong with a rule's timeouts, retries, fault, stickiness and lane; `path` is where the rule stands in the input. */
export function checkRuleParts(rule: RouteRule, path: string): Problem[] {
  return [
    ...(rule.timeouts === undefined ? [] : checkTimeouts(rule.timeouts, `${path}.timeouts`)),
    ...(rule.retry === undefined ? [] : checkRetry(rule.retry, `${path}.retry`)),
    ...(rule.fault === undefined ? [] : checkFault(rule.fault, `${path}.fault`)),
    ...(rule.stickiness === undefined ? [] : checkStickiness(rule.stickiness, `${path}.stickiness`)),
    ...(rule.lane === undefined ? [] : checkLane(rule.lane, `${path}.lane`)),
  ];
}

function checkTimeouts(timeouts: RouteTimeouts, path: string): Problem[] {
  const { idleMs, perTryMs, requestMs } = timeouts;
  const problems = [
    ...checkDuration(requestMs, `${path}.requestMs`),
    ...checkDuration(perTryMs, `${path}.perTryMs`),
    ...checkDuration(idleMs, `${path}.idleMs`),
  ];
  if (requestMs !== undefined && perTryMs !== undefined && perTryMs > requestMs)
    problems.push(
      problem(`${path}.perTryMs`, `One try may take ${perTryMs} ms, the whole request ${requestMs} ms.`, `Write ${requestMs} or less.`),
    );
  return problems;
}

function checkRetry({ attempts, backoffMs, codes }: RouteRetry, path: string): Problem[] {
  const problems = checkDuration(backoffMs, `${path}.backoffMs`);
  if (attempts !== undefined && (!Number.isInteger(attempts) || attempts < 0 || attempts > RETRY_ATTEMPTS_MAX))
    problems.push(
      problem(`${path}.attempts`, `${attempts} is not a number of retries.`, `Write a whole number from 0 to ${RETRY_ATTEMPTS_MAX}.`),
    );
  for (const [index, code] of (codes ?? []).entries()) {
    if (!isRetriableStatus(code))
      problems.push(problem(`${path}.codes.${index}`, `A request is not tried again after ${code}.`, `Write ${RETRIABLE_STATUSES}.`));
  }
  return problems;
}

function checkFault({ abortStatus, delayMs, percent }: RouteFault, path: string): Problem[] {
  const problems = checkDuration(delayMs, `${path}.delayMs`);
  if (delayMs === undefined && abortStatus === undefined)
    problems.push(problem(path, "The fault neither delays nor aborts.", "Give delayMs or abortStatus, or leave the fault out."));
  if (abortStatus !== undefined && (!Number.isInteger(abortStatus) || abortStatus < 200 || abortStatus > 599))
    problems.push(problem(`${path}.abortStatus`, `${abortStatus} is not a status of an answer.`, "Write a whole number from 200 to 599."));
  if (!isPercent(percent))
    problems.push(problem(`${path}.percent`, `${percent} is not a percentage.`, "Write a number from 0 to 100 with two decimals at most."));
  return problems;
}

function checkStickiness({ by, name }: Stickiness, path: string): Problem[] {
  if (isToken(name)) return [];
  return [problem(`${path}.name`, `"${name}" is not a name of a ${by}.`, "Use letters, digits and hyphens, such as x-user.")];
}

function checkLane(lane: string, path: string): Problem[] {
  if (isLaneName(lane)) return [];
  const fix = "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.";
  return [problem(path, `"${lane}" is not a name of a lane.`, fix)];
}

function checkDuration(durationMs: number | undefined, path: string): Problem[] {
  if (durationMs === undefined || (Number.isInteger(durationMs) && durationMs > 0 && durationMs <= DURATION_MAX_MS)) return [];
  return [problem(path, `${durationMs} is not a time that can be waited.`, `Write whole milliseconds from 1 to ${DURATION_MAX_MS}.`)];
}

function problem(path: string, detail: string, fix: string): Problem {
  return { path, code: "routes.invalid-rule", detail, fix };
}
