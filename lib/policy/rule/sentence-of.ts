import type { PolicyInput } from "../../model/index.ts";
import type { MetricExpression } from "../metric/metric-expression.ts";
import { formatMetric } from "../metric/parse-metric.ts";
import { nextRunMs } from "../trigger/schedule.ts";
import { describeAction, formatBound, formatFigure, unitOf } from "./describe-policy.ts";
import { expressionsOf, isBeyond, isEventTrigger, isGrowthTrigger, isMetricTrigger, type MetricTrigger } from "./policy-parts.ts";

/** What a metric policy reads of one subject. */
export interface PolicyReading {
  /** "" for what is about the whole mesh. */
  readonly subject: string;
  readonly value: number | null;
  /** Whether the guard lets it act; null where it has none or was not asked. */
  readonly guarded: boolean | null;
  readonly phase: "idle" | "pending" | "firing";
}

const NAMED_MAX = 3;

/** What a policy would do now, in one sentence. */
export function sentenceOf(policy: PolicyInput, readings: readonly PolicyReading[], nowMs: number): string {
  const { actions, enabled, trigger } = policy;
  const does = actions.map(describeAction).join(", ");
  if (isMetricTrigger(trigger)) return metricSentence(policy, trigger, readings, does);
  const off = enabled ? "" : "Off: ";
  if (isEventTrigger(trigger)) {
    const firing = readings.filter(({ phase }) => phase === "firing").map(({ subject }) => subject);
    if (firing.length > 0)
      return `${off === "" ? "Fires" : "Off: fires"} for ${named(firing)}; with the next ${trigger.event} it would ${does}.`;
    return capital(`${off}would ${does} with the next ${trigger.event}${trigger.subject === undefined ? "" : ` of ${trigger.subject}`}.`);
  }
  if (isGrowthTrigger(trigger)) return capital(`${off}would refuse a change that goes beyond it.`);
  const next = nextRunMs(trigger.schedule, nowMs);
  if (next === null) return "Never: the schedule does not come again.";
  return capital(`${off}would ${does} at ${new Date(next).toISOString().slice(0, 16).replace("T", " ")} UTC.`);
}

function metricSentence(policy: PolicyInput, trigger: MetricTrigger, readings: readonly PolicyReading[], does: string): string {
  const { trigger: expression } = expressionsOf(policy);
  if (expression === null) return "Nothing: its expression cannot be read.";
  const unit = unitOf(expression);
  const off = policy.enabled ? "" : "Off: ";
  const beyond = readings.filter(({ value }) => isBeyond(value, trigger) === true);
  const free = beyond.filter(({ guarded }) => guarded !== false);
  const figure = ({ subject, value }: PolicyReading) =>
    subject === "" ? `the mesh, at ${formatFigure(value ?? 0, unit)}` : `${subject} (${formatFigure(value ?? 0, unit)})`;
  if (free.length > 0) {
    const firing = free.filter(({ phase }) => phase === "firing");
    if (policy.enabled && firing.length > 0) return `Fires for ${named(firing.map(figure))}: ${does}.`;
    return capital(`${off}would ${does} for ${named(free.map(figure))}.`);
  }
  if (beyond.length > 0)
    return capital(`${off}nothing: ${named(beyond.map(figure))} is ${formatBound(trigger, unit)}, and the guard holds it back.`);
  const known = readings.filter(({ value }) => value !== null);
  const nearest = extreme(known, trigger.above !== undefined);
  if (nearest === null) return capital(`${off}nothing: there is no data.`);
  const which = known.length > 1 ? `${trigger.above === undefined ? "lowest" : "highest"} is ` : "";
  return capital(`${off}nothing: ${which}${figure(nearest)}, and it acts ${formatBound(trigger, unit)}.`);
}

function extreme(readings: readonly PolicyReading[], isHighest: boolean): PolicyReading | null {
  return readings.reduce<PolicyReading | null>((best, reading) => {
    if (best === null) return reading;
    const isFurther = isHighest ? (reading.value ?? 0) > (best.value ?? 0) : (reading.value ?? 0) < (best.value ?? 0);
    return isFurther ? reading : best;
  }, null);
}

/** What an alert says of a figure: `error-rate(payments) is 7.2 %, above 5 %`. */
export function figureSentence(
  expression: MetricExpression,
  value: number,
  bound: { readonly above?: number; readonly below?: number },
): string {
  const unit = unitOf(expression);
  return `${formatMetric(expression)} is ${formatFigure(value, unit)}, ${formatBound(bound, unit)}`;
}

function named(subjects: readonly string[]): string {
  if (subjects.length <= NAMED_MAX) return subjects.join(", ");
  return `${subjects.slice(0, NAMED_MAX).join(", ")} and ${subjects.length - NAMED_MAX} more`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
