/**
 * Whether a policy says something that can be carried out. Every problem is reported at the path of its field; nothing is looked up that only the engine knows
 * except the names that are passed in. The console runs the same checks while somebody types.
 */
import {
  POLICY_KINDS,
  type PolicyAction,
  type PolicyGuard,
  type PolicyInput,
  type PolicyTrigger,
  type Problem,
  SEVERITIES,
} from "../../model/index.ts";
import { callsOf, servicesOf } from "../metric/metric-expression.ts";
import { nearestName } from "../metric/nearest-name.ts";
import { parseMetric } from "../metric/parse-metric.ts";
import { matchesEvent, POLICY_EVENTS } from "../trigger/event-kinds.ts";
import { scheduleProblem } from "../trigger/schedule.ts";
import { checkTargets, checkWildcards } from "./check-targets.ts";
import { findLoop, type LoopPart, loopText } from "./find-loops.ts";
import { type Bound, COOLDOWN_MS_MIN, isActing, isEventTrigger, isGrowthTrigger, isMetricTrigger } from "./policy-parts.ts";

const NAME_MAX = 100;
const FOR_MS_MAX = 86_400_000;
const HOUR_MAX = 720;
const ACTIONS_MAX = 8;

/** What a check may look up; without services names are not checked. */
export interface PolicyNames {
  readonly services?: readonly string[];
  readonly channels?: readonly string[];
  readonly nowMs: number;
}

/** All problems of a policy by itself and among `others`. */
export function checkPolicy(policy: PolicyInput, others: readonly LoopPart[], names: PolicyNames): readonly Problem[] {
  const problems = [
    ...checkHead(policy, others),
    ...checkTrigger(policy.trigger, names),
    ...checkGuard(policy, names),
    ...checkWildcards(policy),
    ...checkActions(policy, names),
  ];
  return problems.length > 0 ? problems : checkLoop(policy, others, names);
}

function checkHead({ kind, name }: PolicyInput, others: readonly LoopPart[]): readonly Problem[] {
  const problems: Problem[] = [];
  if (name.trim() === "" || name.length > NAME_MAX || name !== name.trim()) {
    problems.push(
      invalid(
        "name",
        `"${name.slice(0, NAME_MAX)}" is no name for a policy.`,
        `Write 1 to ${NAME_MAX} characters, without spaces at the ends.`,
      ),
    );
  }
  if (others.some((other) => other.name === name))
    problems.push(invalid("name", `There is a policy "${name}" already.`, "Choose another name."));
  if (!POLICY_KINDS.includes(kind))
    problems.push(invalid("kind", `"${kind}" is no kind of policy.`, `Take one of: ${POLICY_KINDS.join(", ")}.`));
  return problems;
}

function checkTrigger(trigger: PolicyTrigger, names: PolicyNames): readonly Problem[] {
  if (isMetricTrigger(trigger)) {
    return [
      ...checkMetric(trigger.metric, "trigger.metric", names),
      ...checkBound(trigger, "trigger"),
      ...checkMs(trigger.forMs, "trigger.forMs", { min: 0, max: FOR_MS_MAX }),
      ...checkMs(trigger.resolveForMs, "trigger.resolveForMs", { min: 0, max: FOR_MS_MAX }),
    ];
  }
  if (isEventTrigger(trigger)) {
    return [...checkEvent(trigger.event), ...checkMs(trigger.resolveForMs, "trigger.resolveForMs", { min: 1_000, max: FOR_MS_MAX })];
  }
  if (isGrowthTrigger(trigger)) return checkGrowth(trigger, names);
  const wrong = scheduleProblem(trigger.schedule, names.nowMs);
  if (wrong === null) return [];
  return [
    invalid(
      "trigger.schedule",
      `"${trigger.schedule}" is no schedule: ${wrong}`,
      "Write five cron fields in UTC, such as 0 22 * * 5 for Fridays at 22:00.",
    ),
  ];
}

function checkGrowth({ growth, service }: Extract<PolicyTrigger, { readonly growth: unknown }>, names: PolicyNames): readonly Problem[] {
  const known = service === undefined ? [] : checkService(service, "trigger.service", names);
  if ("metric" in growth) {
    return [...known, ...checkMetric(growth.metric, "trigger.growth.metric", names), ...checkBound(growth, "trigger.growth")];
  }
  const [path, value, max] =
    "maxStepBp" in growth ? (["maxStepBp", growth.maxStepBp, 10_000] as const) : (["minReady", growth.minReady, 1_000] as const);
  if (Number.isInteger(value) && value >= 1 && value <= max) return known;
  return [...known, invalid(`trigger.growth.${path}`, `${path} is ${value}.`, `Write a whole number from 1 to ${max}.`)];
}

function checkEvent(event: string): readonly Problem[] {
  if (POLICY_EVENTS.some((kind) => matchesEvent(event, kind)) && event !== "*") return [];
  const nearest = nearestName(event, POLICY_EVENTS);
  const fix =
    nearest === null ? `Take one of: ${POLICY_EVENTS.join(", ")}; release.* stands for all that begin so.` : `Did you mean ${nearest}?`;
  return [invalid("trigger.event", `There is no event "${event}".`, fix)];
}

function checkMetric(text: string, path: string, names: PolicyNames): readonly Problem[] {
  const parsed = parseMetric(text);
  if (!parsed.ok) {
    return parsed.error.map(({ at, code, detail, fix }) => ({ path, code, detail: `At character ${at + 1}: ${detail}`, fix }));
  }
  const services = new Set(callsOf(parsed.value).flatMap(({ subject }) => servicesOf(subject)));
  return [...services].filter((service) => service !== "ingress").flatMap((service) => checkService(service, path, names));
}

function checkService(service: string, path: string, { services }: PolicyNames): readonly Problem[] {
  if (services === undefined || services.includes(service)) return [];
  const nearest = nearestName(service, services);
  const fix = nearest === null ? "Register it first, or name another." : `Did you mean ${nearest}?`;
  return [{ path, code: "metric.unknown", detail: `There is no service "${service}".`, fix }];
}

function checkBound({ above, below }: Bound, path: string): readonly Problem[] {
  if ((above === undefined) === (below === undefined)) {
    return [invalid(`${path}.above`, above === undefined ? "There is no bound." : "There are two bounds.", "Give either above or below.")];
  }
  const bound = above ?? below;
  return Number.isFinite(bound)
    ? []
    : [invalid(`${path}.${above === undefined ? "below" : "above"}`, `${bound} is no bound.`, "Write a number.")];
}

function checkMs(
  value: number | undefined,
  path: string,
  { max, min }: { readonly min: number; readonly max: number },
): readonly Problem[] {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return [];
  return [invalid(path, `${value} ms is not possible.`, `Write whole milliseconds from ${min} to ${max}.`)];
}

function checkGuard(policy: PolicyInput, names: PolicyNames): readonly Problem[] {
  const { guard } = policy;
  if (guard === undefined) return [];
  if (isGrowthTrigger(policy.trigger)) {
    const detail = "A limit of growth holds for every change: nobody asks its guard.";
    return [invalid("guard", detail, "Leave the guard out, or put its figure into the limit.")];
  }
  const problems: Problem[] = [];
  if (guard.metric !== undefined) {
    problems.push(...checkMetric(guard.metric, "guard.metric", names), ...checkBound(guard, "guard"));
  } else if (guard.above !== undefined || guard.below !== undefined) {
    problems.push(invalid("guard.metric", "The guard has a bound and no metric.", "Name the metric that has to keep to it."));
  }
  problems.push(...checkMs(guard.cooldownMs, "guard.cooldownMs", { min: 0, max: FOR_MS_MAX }));
  const { maxPerHour } = guard;
  if (maxPerHour !== undefined && !(Number.isInteger(maxPerHour) && maxPerHour >= 1 && maxPerHour <= HOUR_MAX)) {
    problems.push(
      invalid("guard.maxPerHour", `${maxPerHour} actions in an hour are not possible.`, `Write a whole number from 1 to ${HOUR_MAX}.`),
    );
  }
  return [...problems, ...checkFlapping(policy, guard)];
}

function checkFlapping({ actions }: PolicyInput, { cooldownMs }: PolicyGuard): readonly Problem[] {
  if (cooldownMs === undefined || cooldownMs >= COOLDOWN_MS_MIN || !actions.some(isActing)) return [];
  const detail = `With a cooldown of ${cooldownMs} ms it would act again before its last action can show, and flap.`;
  return [
    {
      path: "guard.cooldownMs",
      code: "automation.flapping",
      detail,
      fix: `Give it ${COOLDOWN_MS_MIN} ms at least; 300000 is the default.`,
    },
  ];
}

function checkActions(policy: PolicyInput, names: PolicyNames): readonly Problem[] {
  const { actions, trigger } = policy;
  const problems = actions.flatMap((action, index) => checkAction(action, `actions.${index}`, names));
  if (actions.length === 0) problems.push(invalid("actions", "The policy does nothing.", "Give it an action, such as an alert."));
  if (actions.length > ACTIONS_MAX)
    problems.push(invalid("actions", `${actions.length} actions are too many.`, `Use at most ${ACTIONS_MAX}.`));
  const refuses = actions.some(({ kind }) => kind === "refuse");
  if (isGrowthTrigger(trigger) && (actions.length !== 1 || !refuses)) {
    problems.push(invalid("actions", "A limit of growth can only refuse the change.", 'Use the one action {"kind": "refuse"}.'));
  }
  if (!isGrowthTrigger(trigger) && refuses) {
    problems.push(
      invalid("actions", "Only a change that gives a version more weight can be refused.", "Use the trigger growth, or another action."),
    );
  }
  return [...problems, ...checkTargets(policy)];
}

function checkAction(action: PolicyAction, path: string, names: PolicyNames): readonly Problem[] {
  const service = "service" in action && action.service !== undefined ? checkService(action.service, `${path}.service`, names) : [];
  return [...service.map((problem) => ({ ...problem, code: "automation.invalid" as const })), ...checkFields(action, path, names)];
}

function checkFields(action: PolicyAction, path: string, { channels }: PolicyNames): readonly Problem[] {
  switch (action.kind) {
    case "alert":
      if (SEVERITIES.includes(action.severity)) return [];
      return [invalid(`${path}.severity`, `"${action.severity}" is no severity.`, `Take one of: ${SEVERITIES.join(", ")}.`)];
    case "shift": {
      const sum = Object.values(action.weights).reduce((total, weight) => total + weight, 0);
      if (sum === 10_000 && Object.values(action.weights).every((weight) => Number.isInteger(weight) && weight >= 0)) return [];
      return [invalid(`${path}.weights`, `The weights sum to ${sum}.`, "Write whole basis points that sum to 10000.")];
    }
    case "scale": {
      const isTo = Number.isInteger(action.replicas) && (action.replicas as number) >= 0 && action.by === undefined;
      const isBy = Number.isInteger(action.by) && action.by !== 0 && action.replicas === undefined;
      return isTo || isBy
        ? []
        : [invalid(`${path}.replicas`, "It is not said how far to scale.", "Give either replicas, or by such as 1 or -1.")];
    }
    case "eject":
      return checkMs(action.forMs, `${path}.forMs`, { min: 1_000, max: FOR_MS_MAX });
    case "notify": {
      if (action.channels.length === 0) return [invalid(`${path}.channels`, "No channel is named.", "Name the channels to notify.")];
      const unknown = channels === undefined ? [] : action.channels.filter((name) => !channels.includes(name));
      return unknown.map((name) => invalid(`${path}.channels`, `There is no channel "${name}".`, hintOf(name, channels ?? [])));
    }
    default:
      return [];
  }
}

function checkLoop(policy: PolicyInput, others: readonly LoopPart[], { services }: PolicyNames): readonly Problem[] {
  const loop = findLoop(policy, others, services);
  if (loop === null) return [];
  const detail = loop.steps.length === 1 ? `It would set itself off: ${loopText(loop)}.` : `It would close a loop: ${loopText(loop)}.`;
  return [
    {
      path: "trigger.event",
      code: "automation.loop",
      detail,
      fix: "Follow another event, narrow it to another subject, or switch one of them off.",
    },
  ];
}

function hintOf(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null ? "Make it first." : `Did you mean ${nearest}?`;
}

function invalid(path: string, detail: string, fix: string): Problem {
  return { path, code: "automation.invalid", detail, fix };
}
