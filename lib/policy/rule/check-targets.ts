import type { PolicyAction, PolicyInput, PolicyTrigger, Problem } from "../../model/index.ts";
import { callsOf, type MetricCall, type MetricExpression, subjectText, wildcardKind } from "../metric/metric-expression.ts";
import { namesInstance, namesVersion } from "../trigger/event-kinds.ts";
import { expressionsOf, isActing, isEventTrigger, isGrowthTrigger, isMetricTrigger } from "./policy-parts.ts";

/** What the wildcards of a trigger can stand for in its guard. */
const SUPPLIED = { service: ["service"], version: ["service", "version"], edge: ["service", "edge"] } as const;

/** Wildcards that nothing ever stands for: such a policy would be silent for ever. */
export function checkWildcards(policy: PolicyInput): readonly Problem[] {
  const { guard, trigger } = expressionsOf(policy);
  const path = isGrowthTrigger(policy.trigger) ? "trigger.growth.metric" : "trigger.metric";
  const kind = trigger === null ? null : wildcardKind(trigger);
  // Events are about a service or a version, never about a pair of services.
  const given = isEventTrigger(policy.trigger) ? "version" : isGrowthTrigger(policy.trigger) ? "version" : kind;
  return [
    ...(trigger === null
      ? []
      : [...checkPairs(trigger, path), ...(isGrowthTrigger(policy.trigger) ? [] : checkMixed(trigger, kind, path))]),
    ...(guard === null ? [] : [...checkPairs(guard, "guard.metric"), ...checkGiven(guard, given)]),
  ];
}

/** Pairs of services are followed without their versions. */
function checkPairs(expression: MetricExpression, path: string): readonly Problem[] {
  return patternsOf(expression).flatMap(({ subject }) =>
    subject.kind === "edge" && (subject.caller.version !== undefined || subject.callee.version !== undefined)
      ? [
          invalid(
            path,
            `"${subjectText(subject)}" never stands for anything: pairs of services are followed without their versions.`,
            "Name both ends, or leave the versions out.",
          ),
        ]
      : [],
  );
}

function checkMixed(expression: MetricExpression, kind: ReturnType<typeof wildcardKind>, path: string): readonly Problem[] {
  if (kind === null) return [];
  const odd = patternsOf(expression).find((call) => !isSupplied(call, kind));
  if (odd === undefined) return [];
  const detail = `"${subjectText(odd.subject)}" cannot stand for the same thing as the other wildcards.`;
  return [invalid(path, detail, `Name it, or use wildcards for each ${kind} throughout.`)];
}

/** A guard with wildcards needs a trigger that says what they stand for. */
function checkGiven(guard: MetricExpression, given: ReturnType<typeof wildcardKind>): readonly Problem[] {
  const wanted = patternsOf(guard).find((call) => given === null || !isSupplied(call, given));
  if (wanted === undefined) return [];
  const detail = `The guard asks each ${wanted.subject.kind}, and the trigger does not say which.`;
  return [invalid("guard.metric", detail, "Name it in the guard, or use the same wildcard in the trigger.")];
}

function patternsOf(expression: MetricExpression): readonly MetricCall[] {
  return callsOf(expression).filter(({ subject }) => subjectText(subject).includes("*"));
}

function isSupplied({ subject }: MetricCall, given: keyof typeof SUPPLIED): boolean {
  return SUPPLIED[given].some((kind) => kind === subject.kind);
}

/** What sets the policy off has to name what the actions leave out. */
export function checkTargets({ actions, trigger }: PolicyInput): readonly Problem[] {
  if (isGrowthTrigger(trigger)) return [];
  return actions.flatMap((action, index) => {
    const missing = isActing(action) ? missingOf(action, trigger) : null;
    return missing === null
      ? []
      : [invalid(`actions.${index}.${missing}`, `Nothing says ${WHAT[missing]} to ${action.kind}.`, `Name it, or ${INSTEAD[missing]}.`)];
  });
}

const WHAT = { instance: "which instance", version: "which version", service: "what" } as const;
const INSTEAD = {
  instance: "follow an event of instances, such as instance-unhealthy",
  version: "use a trigger that is about a version, such as ready(*@*)",
  service: "use a trigger that is about a service",
} as const;

/** What nobody names of what an action needs; null where all of it is named. */
function missingOf(action: PolicyAction, trigger: PolicyTrigger): keyof typeof WHAT | null {
  if (action.kind === "eject" || action.kind === "readmit") {
    const isNamed = action.instance !== undefined || (isEventTrigger(trigger) && namesInstance(trigger.event));
    return isNamed ? null : "instance";
  }
  const service = "service" in action ? action.service : undefined;
  const instance = "instance" in action ? action.instance : undefined;
  if (service === undefined && instance === undefined && !isAboutService(trigger)) return "service";
  return action.kind === "drain" && action.version === undefined && !isAboutVersion(trigger) ? "version" : null;
}

function isAboutService(trigger: PolicyTrigger): boolean {
  return isEventTrigger(trigger) || subjectsOf(trigger).some(({ kind }) => kind !== "mesh");
}

function isAboutVersion(trigger: PolicyTrigger): boolean {
  if (isEventTrigger(trigger)) return namesVersion(trigger.event);
  // What a figure is about is what its wildcards stand for, and without them what it names first.
  const subjects = subjectsOf(trigger).filter(({ kind }) => kind !== "mesh");
  const patterns = subjects.filter((subject) => subjectText(subject).includes("*"));
  if (patterns.length > 0) return patterns.some(({ kind }) => kind === "version");
  const [first] = subjects;
  return first?.kind === "version" || (first?.kind === "edge" && first.callee.version !== undefined);
}

function subjectsOf(trigger: PolicyTrigger): readonly MetricCall["subject"][] {
  const expression = isMetricTrigger(trigger) ? expressionsOf({ trigger }).trigger : null;
  return expression === null ? [] : callsOf(expression).map(({ subject }) => subject);
}

function invalid(path: string, detail: string, fix: string): Problem {
  return { path, code: "automation.invalid", detail, fix };
}
