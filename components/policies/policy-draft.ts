/**
 * A rule as somebody types it: every field a text, and back. What cannot be read becomes a problem at its field; everything else is judged by the engine's own checks.
 *
 * Invariant: a rule that is opened and not touched comes out as it was.
 */
import { durationText, typedDuration } from "@/components/ui/duration.ts";
import type { PolicyAction, PolicyGuard, PolicyInput, PolicyKind, PolicyTrigger, Problem } from "@/lib/model/index.ts";
import { checkPolicy, isEventTrigger, isGrowthTrigger, isMetricTrigger, type LoopPart } from "@/lib/policy/index.ts";

export interface PolicyDraft {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly enabled: boolean;
  readonly trigger: "metric" | "event" | "schedule" | "growth";
  readonly metric: string;
  readonly side: "above" | "below";
  readonly bound: string;
  readonly held: string;
  readonly clear: string;
  readonly event: string;
  readonly subject: string;
  readonly schedule: string;
  readonly limit: "step" | "ready" | "figure";
  readonly limitValue: string;
  readonly guardMetric: string;
  readonly guardSide: "above" | "below";
  readonly guardBound: string;
  readonly cooldown: string;
  readonly perHour: string;
  readonly actions: readonly ActionDraft[];
}

export interface ActionDraft {
  readonly kind: PolicyAction["kind"];
  readonly severity: "info" | "warning" | "critical";
  /** What is meant, as far as the kind takes it; empty: that of what set it off. */
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  /** Weights, a number of instances, a time, channels: what the kind needs. */
  readonly value: string;
}

export const ACTION_KINDS = [
  "alert",
  "notify",
  "rollback",
  "restart",
  "pause",
  "scale",
  "shift",
  "drain",
  "restore",
  "eject",
  "readmit",
] as const satisfies readonly PolicyAction["kind"][];

export const NEW_ACTION: ActionDraft = { kind: "alert", severity: "warning", service: "", instance: "", version: "", value: "" };

export const NEW_DRAFT: PolicyDraft = {
  name: "",
  kind: "alert",
  enabled: true,
  trigger: "metric",
  metric: "error-rate(*)",
  side: "above",
  bound: "5%",
  held: "30 s",
  clear: "",
  event: "",
  subject: "",
  schedule: "",
  limit: "step",
  limitValue: "",
  guardMetric: "",
  guardSide: "above",
  guardBound: "",
  cooldown: "",
  perHour: "",
  actions: [NEW_ACTION],
};

/** What of a policy somebody wrote. */
export function ruleOf({ actions, enabled, guard, kind, name, trigger }: { readonly [Key in keyof PolicyInput]: unknown }): PolicyInput {
  return { name, kind, enabled, trigger, ...(guard === undefined ? {} : { guard }), actions } as PolicyInput;
}

/** A rule as a form shows it. */
export function draftOf({ actions, enabled, guard = {}, kind, name, trigger }: PolicyInput): PolicyDraft {
  return {
    ...NEW_DRAFT,
    ...{ name, kind, enabled },
    ...triggerFields(trigger),
    guardMetric: guard.metric ?? "",
    guardSide: guard.below === undefined ? "above" : "below",
    guardBound: textOf(guard.above ?? guard.below),
    cooldown: guard.cooldownMs === undefined ? "" : durationText(guard.cooldownMs),
    perHour: textOf(guard.maxPerHour),
    actions: actions.map(actionFields),
  };
}

function triggerFields(trigger: PolicyTrigger): Partial<PolicyDraft> {
  if (isMetricTrigger(trigger)) {
    const { above, below, forMs, metric, resolveForMs } = trigger;
    const side = below === undefined ? "above" : "below";
    return { trigger: "metric", metric, side, bound: textOf(above ?? below), held: durationText(forMs), clear: spanText(resolveForMs) };
  }
  if (isEventTrigger(trigger)) {
    const { event, resolveForMs, subject = "" } = trigger;
    return { trigger: "event", event, subject, clear: spanText(resolveForMs) };
  }
  if (!isGrowthTrigger(trigger)) return { trigger: "schedule", schedule: trigger.schedule };
  const { growth, service = "" } = trigger;
  if ("maxStepBp" in growth) return { trigger: "growth", limit: "step", limitValue: `${growth.maxStepBp / 100}%`, subject: service };
  if ("minReady" in growth) return { trigger: "growth", limit: "ready", limitValue: String(growth.minReady), subject: service };
  const { above, below, metric } = growth;
  return {
    trigger: "growth",
    limit: "figure",
    metric,
    side: below === undefined ? "above" : "below",
    bound: textOf(above ?? below),
    subject: service,
  };
}

function actionFields(action: PolicyAction): ActionDraft {
  const named = {
    service: ("service" in action ? action.service : undefined) ?? "",
    instance: ("instance" in action ? action.instance : undefined) ?? "",
    version: ("version" in action ? action.version : undefined) ?? "",
  };
  const base = { ...NEW_ACTION, kind: action.kind, ...named };
  switch (action.kind) {
    case "alert":
      return { ...base, severity: action.severity, value: action.summary ?? "" };
    case "shift":
      return {
        ...base,
        value: Object.entries(action.weights)
          .map(([version, weightBp]) => `${version}=${weightBp / 100}`)
          .join(", "),
      };
    case "scale":
      return {
        ...base,
        value: action.replicas === undefined ? `${(action.by ?? 0) > 0 ? "+" : ""}${action.by ?? 0}` : String(action.replicas),
      };
    case "eject":
      return { ...base, value: durationText(action.forMs) };
    case "notify":
      return { ...base, value: action.channels.join(", ") };
    default:
      return base;
  }
}

/** The rule that a form says, and what is wrong with it. `others`: the other policies, for names and loops. */
export function readDraft(
  draft: PolicyDraft,
  others: readonly LoopPart[],
  names: { readonly services: readonly string[]; readonly nowMs: number },
): { readonly policy: PolicyInput; readonly problems: readonly Pick<Problem, "path" | "detail" | "fix">[] } {
  const guard = draft.trigger === "growth" ? {} : guardOf(draft);
  const policy: PolicyInput = {
    name: draft.name.trim(),
    kind: draft.kind,
    enabled: draft.enabled,
    trigger: triggerOf(draft),
    ...(Object.keys(guard).length === 0 ? {} : { guard }),
    actions: draft.trigger === "growth" ? [{ kind: "refuse" }] : draft.actions.map(actionOf),
  };
  return { policy, problems: checkPolicy(policy, others, names) };
}

function triggerOf(draft: PolicyDraft): PolicyTrigger {
  const bound = { [draft.side]: numberOf(draft.bound) };
  const clear = draft.clear.trim() === "" ? {} : { resolveForMs: typedDuration(draft.clear) ?? 0 };
  const about = draft.subject.trim();
  switch (draft.trigger) {
    case "metric":
      return { metric: draft.metric.trim(), ...bound, forMs: typedDuration(draft.held) ?? 0, ...clear };
    case "event":
      return { event: draft.event.trim(), ...(about === "" ? {} : { subject: about }), ...clear };
    case "schedule":
      return { schedule: draft.schedule.trim() };
    case "growth":
      return { growth: limitOf(draft, bound), ...(about === "" ? {} : { service: about }) };
  }
}

function limitOf({ limit, limitValue, metric }: PolicyDraft, bound: { readonly above?: number; readonly below?: number }) {
  if (limit === "step") return { maxStepBp: Math.round(numberOf(limitValue.includes("%") ? limitValue : `${limitValue}%`) * 10_000) };
  if (limit === "ready") return { minReady: numberOf(limitValue) };
  return { metric: metric.trim(), ...bound };
}

function guardOf({ cooldown, guardBound, guardMetric, guardSide, perHour }: PolicyDraft): PolicyGuard {
  const metric = guardMetric.trim();
  return {
    ...(metric === "" ? {} : { metric }),
    // A bound of nothing is kept, so that it is named.
    ...(metric === "" && guardBound.trim() === "" ? {} : { [guardSide]: numberOf(guardBound) }),
    ...(cooldown.trim() === "" ? {} : { cooldownMs: typedDuration(cooldown) ?? 0 }),
    ...(perHour.trim() === "" ? {} : { maxPerHour: numberOf(perHour) }),
  };
}

function actionOf({ kind, severity, value, ...names }: ActionDraft): PolicyAction {
  const service = named("service", names.service);
  const instance = named("instance", names.instance);
  const version = named("version", names.version);
  const text = value.trim();
  switch (kind) {
    case "alert":
      return { kind, severity, ...(text === "" ? {} : { summary: text }) };
    case "notify":
      return { kind, channels: listOf(text) };
    case "shift":
      return { kind, ...service, weights: weightsOf(text) };
    case "scale":
      return {
        kind,
        ...service,
        ...version,
        ...(/^[+-]/.test(text) ? { by: numberOf(text.replace("+", "")) } : { replicas: numberOf(text) }),
      };
    case "eject":
      return { kind, ...instance, forMs: typedDuration(text) ?? 0 };
    case "readmit":
      return { kind, ...instance };
    case "restart":
      return { kind, ...service, ...instance };
    case "drain":
      return { kind, ...service, ...version };
    case "refuse":
      return { kind };
    default:
      return { kind, ...service };
  }
}

function named<Key extends string>(key: Key, text: string): { readonly [Name in Key]?: string } {
  return text.trim() === "" ? {} : ({ [key]: text.trim() } as { readonly [Name in Key]?: string });
}

function weightsOf(text: string): Readonly<Record<string, number>> {
  const pairs = listOf(text).map((pair) => pair.split("="));
  return Object.fromEntries(
    pairs.map(([version = "", percent = ""]) => [version.trim(), Math.round(numberOf(percent.replace("%", "")) * 100)]),
  );
}

function listOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

/** `5%` is 0.05; NaN for what is no number, which the checks name. */
function numberOf(text: string): number {
  const match = /^\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(%?)\s*$/i.exec(text);
  if (match === null) return Number.NaN;
  return match[2] === "%" ? Number((Number(match[1]) / 100).toPrecision(12)) : Number(match[1]);
}

function textOf(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}

function spanText(ms: number | undefined): string {
  return ms === undefined ? "" : durationText(ms);
}
