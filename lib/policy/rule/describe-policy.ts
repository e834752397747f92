import type { PolicyAction, PolicyGuard, PolicyInput, PolicyTrigger } from "../../model/index.ts";
import { definitionOf, type MetricUnit } from "../metric/metric-catalog.ts";
import { callsOf, type MetricExpression } from "../metric/metric-expression.ts";
import { formatMetric } from "../metric/parse-metric.ts";
import { expressionsOf, isEventTrigger, isGrowthTrigger, isMetricTrigger } from "./policy-parts.ts";

/** `1 min 30 s`, `5 min`, `2 h`. */
export function formatSpan(ms: number): string {
  const parts: string[] = [];
  let left = Math.round(ms / 1_000);
  for (const [name, size] of [
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(left / size);
    if (count > 0) parts.push(`${count} ${name}`);
    left -= count * size;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

/** The unit in which an expression is read; a plain number where its parts differ or are divided by each other. */
export function unitOf(expression: MetricExpression): MetricUnit | null {
  if (expression.kind === "operation" && (expression.operator === "*" || expression.operator === "/")) return null;
  const units = new Set(callsOf(expression).map(({ metric }) => definitionOf(metric).unit));
  const [unit] = units;
  return units.size === 1 && unit !== undefined ? unit : null;
}

/** A figure for people: `4.2 %`, `310 ms`, `12/s`; thousands stand apart by a narrow no-break space. */
export function formatFigure(value: number, unit: MetricUnit | null): string {
  switch (unit) {
    case "share":
      return `${rounded(value * 100)} %`;
    case "perSecond":
      return `${rounded(value)}/s`;
    case "ms":
      return `${rounded(value)} ms`;
    case "days":
      return Math.abs(value) < 1 ? `${rounded(value * 24 * 60)} min` : `${rounded(value)} days`;
    case "minutes":
      return `${rounded(value)} min`;
    default:
      return rounded(value);
  }
}

function rounded(value: number): string {
  if (value === 0) return "0";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = String(Number(value.toFixed(Math.abs(value) < 0.01 ? 4 : digits)));
  return Math.abs(value) >= 1_000 ? text.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f") : text;
}

/** A bound for people: `above 5 %`. */
export function formatBound({ above, below }: { readonly above?: number; readonly below?: number }, unit: MetricUnit | null): string {
  return above === undefined ? `below ${formatFigure(below ?? 0, unit)}` : `above ${formatFigure(above, unit)}`;
}

/** The rule in one sentence: `When error-rate(*) is above 5 % for 1 min, while rps(*) is above 1/s: alert (warning).` */
export function describePolicy(policy: Pick<PolicyInput, "trigger" | "guard" | "actions">): string {
  const { guard } = expressionsOf(policy);
  const holds =
    guard === null || policy.guard === undefined ? "" : `, while ${formatMetric(guard)} is ${formatBound(policy.guard, unitOf(guard))}`;
  return `${describeTrigger(policy.trigger)}${holds}: ${policy.actions.map(describeAction).join(", ")}${describeLimits(policy.guard)}.`;
}

function describeTrigger(trigger: PolicyTrigger): string {
  const { trigger: expression } = expressionsOf({ trigger });
  if (isMetricTrigger(trigger)) {
    const unit = expression === null ? null : unitOf(expression);
    const held = trigger.forMs === 0 ? "" : ` for ${formatSpan(trigger.forMs)}`;
    return `When ${trigger.metric} is ${formatBound(trigger, unit)}${held}`;
  }
  if (isEventTrigger(trigger)) return `On ${trigger.event}${trigger.subject === undefined ? "" : ` of ${trigger.subject}`}`;
  if (isGrowthTrigger(trigger)) {
    const who = trigger.service === undefined ? "a version" : `a version of ${trigger.service}`;
    const { growth } = trigger;
    if ("maxStepBp" in growth)
      return `When ${who} would get more than ${formatFigure(growth.maxStepBp / 10_000, "share")} more in one change`;
    if ("minReady" in growth) return `When ${who} would get more weight with fewer than ${growth.minReady} ready instances`;
    return `When ${who} would get more weight while ${growth.metric} is ${formatBound(growth, expression === null ? null : unitOf(expression))}`;
  }
  return `At ${trigger.schedule} (UTC)`;
}

function describeLimits(guard: PolicyGuard | undefined): string {
  const limits: string[] = [];
  if (guard?.cooldownMs !== undefined && guard.cooldownMs > 0) limits.push(`not again within ${formatSpan(guard.cooldownMs)}`);
  if (guard?.maxPerHour !== undefined) limits.push(`at most ${guard.maxPerHour} an hour`);
  return limits.length === 0 ? "" : `; ${limits.join(", ")}`;
}

/** What an action does, of what it names. */
export function describeAction(action: PolicyAction): string {
  const of = (name: string | undefined, fallback = "it") => name ?? fallback;
  switch (action.kind) {
    case "alert":
      return `alert (${action.severity})`;
    case "shift":
      return `shift ${of(action.service)} to ${weightsText(action.weights)}`;
    case "drain":
      return `move the weight of ${of(action.version)} to the other versions`;
    case "restore":
      return `restore the weights of ${of(action.service)} from before a policy moved them`;
    case "rollback":
      return `roll ${of(action.service)} back`;
    case "pause":
      return `pause the release and the plan of ${of(action.service)}`;
    case "restart":
      return `restart ${of(action.instance ?? action.service, "its instances")}`;
    case "scale":
      return action.replicas === undefined
        ? `scale ${of(action.service)} by ${(action.by ?? 0) > 0 ? "+" : ""}${action.by ?? 0}`
        : `scale ${of(action.service)} to ${action.replicas}`;
    case "eject":
      return `take ${of(action.instance)} out for ${formatSpan(action.forMs)}`;
    case "readmit":
      return `let ${of(action.instance)} back in`;
    case "notify":
      return `notify ${action.channels.join(", ")}`;
    case "refuse":
      return "refuse the change";
  }
}

function weightsText(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([version, weightBp]) => `${version} ${formatFigure(weightBp / 10_000, "share")}`)
    .join(", ");
}
