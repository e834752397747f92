import type { Policy, PolicyAction, PolicyInput, PolicyTrigger } from "../../model/index.ts";
import type { MetricExpression } from "../metric/metric-expression.ts";
import { parseMetric } from "../metric/parse-metric.ts";
import type { TriggerTimes } from "../trigger/trigger-step.ts";

export type MetricTrigger = Extract<PolicyTrigger, { readonly metric: string }>;
export type EventTrigger = Extract<PolicyTrigger, { readonly event: string }>;
export type ScheduleTrigger = Extract<PolicyTrigger, { readonly schedule: string }>;
export type GrowthTrigger = Extract<PolicyTrigger, { readonly growth: unknown }>;

/** What an acting policy waits from one action to the next where it does not say. */
export const COOLDOWN_MS = 300_000;
/** Shorter than this, an acting policy would chase its own effect: proxies, windows and instances need that long to show it. */
export const COOLDOWN_MS_MIN = 30_000;
/** A metric has to be within its bound for so long until its alert is over, where the trigger does not say. */
export const RESOLVE_MS = 30_000;
/** An event's alert is over after so long without another. */
export const EVENT_RESOLVE_MS = 300_000;

export function isMetricTrigger(trigger: PolicyTrigger): trigger is MetricTrigger {
  return "metric" in trigger;
}

export function isEventTrigger(trigger: PolicyTrigger): trigger is EventTrigger {
  return "event" in trigger;
}

export function isScheduleTrigger(trigger: PolicyTrigger): trigger is ScheduleTrigger {
  return "schedule" in trigger;
}

export function isGrowthTrigger(trigger: PolicyTrigger): trigger is GrowthTrigger {
  return "growth" in trigger;
}

/** Whether an action changes the mesh: telling and refusing do not. */
export function isActing({ kind }: PolicyAction): boolean {
  return kind !== "alert" && kind !== "notify" && kind !== "refuse";
}

export function actingOf({ actions }: Pick<Policy, "actions">): readonly PolicyAction[] {
  return actions.filter(isActing);
}

/** The least time between two actions; 0 where the policy does not act. */
export function cooldownOf(policy: Pick<Policy, "actions" | "guard">): number {
  return actingOf(policy).length === 0 ? 0 : (policy.guard?.cooldownMs ?? COOLDOWN_MS);
}

export function timesOf(trigger: PolicyTrigger): TriggerTimes {
  if (isMetricTrigger(trigger)) return { forMs: trigger.forMs, resolveForMs: trigger.resolveForMs ?? RESOLVE_MS };
  return { forMs: 0, resolveForMs: isEventTrigger(trigger) ? (trigger.resolveForMs ?? EVENT_RESOLVE_MS) : 0 };
}

/** A bound: exactly one of the two. */
export interface Bound {
  readonly above?: number;
  readonly below?: number;
}

/** Whether a figure is beyond its bound; null without data. */
export function isBeyond(value: number | null, { above, below }: Bound): boolean | null {
  if (value === null) return null;
  return (above !== undefined && value > above) || (below !== undefined && value < below);
}

export function boundOf({ above, below }: Bound): number | null {
  return above ?? below ?? null;
}

/** The expressions of a policy's trigger and guard; null where it has none or its text is wrong. */
export function expressionsOf({ guard, trigger }: Pick<PolicyInput, "guard" | "trigger">): {
  readonly trigger: MetricExpression | null;
  readonly guard: MetricExpression | null;
} {
  const text = isMetricTrigger(trigger)
    ? trigger.metric
    : isGrowthTrigger(trigger) && "metric" in trigger.growth
      ? trigger.growth.metric
      : undefined;
  return { trigger: parsed(text), guard: parsed(guard?.metric) };
}

function parsed(text: string | undefined): MetricExpression | null {
  const result = text === undefined ? null : parseMetric(text);
  return result?.ok ? result.value : null;
}
