/**
 * What a policy would have done: its trigger, guard and limits run over figures that were stored and events that were recorded, by the code that runs them live.
 * Nothing is acted on, so what its actions would have changed is not in the figures: from the first action on, the replay says what would have set it off next.
 */
import type { PolicyInput } from "../../model/index.ts";
import { bindExpression, type MetricExpression, type MetricSubject, subjectText } from "../metric/metric-expression.ts";
import { describeAction } from "../rule/describe-policy.ts";
import {
  actingOf,
  boundOf,
  cooldownOf,
  expressionsOf,
  isBeyond,
  isEventTrigger,
  isMetricTrigger,
  isScheduleTrigger,
  timesOf,
} from "../rule/policy-parts.ts";
import { figureSentence } from "../rule/sentence-of.ts";
import { matchesEvent } from "../trigger/event-kinds.ts";
import { nextRunMs } from "../trigger/schedule.ts";
import { IDLE, stepTrigger, type TriggerPhase } from "../trigger/trigger-step.ts";

/** Something that was recorded. */
export interface PastEvent {
  readonly atMs: number;
  readonly kind: string;
  readonly subject: string;
  readonly service: string | null;
  /** Where it is known beside the subject. */
  readonly version?: string;
  readonly sentence: string;
}

export interface PastMesh {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** What the trigger's wildcards stand for; one entry without wildcards. */
  readonly subjects: readonly MetricSubject[];
  /** A figure as it was; null without data. */
  value(expression: MetricExpression, atMs: number): number | null;
  /** In order. */
  readonly events: readonly PastEvent[];
}

export interface PastFiring {
  readonly subject: string;
  readonly sinceMs: number;
  readonly firedMs: number;
  /** Null: it would still fire. */
  readonly resolvedMs: number | null;
  /** The figure that went furthest beyond its bound; null for events. */
  readonly peak: number | null;
  readonly sentence: string;
}

export interface PastAct {
  readonly atMs: number;
  readonly subject: string;
  readonly does: string;
  /** What would have held it back; null: it would have acted. */
  readonly heldBy: "cooldown" | "per-hour" | null;
}

export interface Replay {
  readonly firings: readonly PastFiring[];
  readonly acts: readonly PastAct[];
  /** The subject that came nearest, step by step. */
  readonly line: {
    readonly subject: string;
    readonly bound: number | null;
    readonly points: readonly (readonly [number, number | null])[];
  } | null;
}

const FIRINGS_MAX = 500;

export function replayPolicy(policy: PolicyInput, past: PastMesh): Replay {
  const limits = new Limits(policy);
  const runs = isMetricTrigger(policy.trigger)
    ? past.subjects.map((subject) => replayMetric(policy, subject, past))
    : [replayEvents(policy, past)];
  const firings = runs.flatMap((run) => run.firings).sort((left, right) => left.firedMs - right.firedMs);
  const tries = runs.flatMap((run) => run.tries).sort((left, right) => left.atMs - right.atMs);
  const acts: PastAct[] = [];
  for (const { atMs, isAgain, subject } of actingOf(policy).length === 0 ? [] : tries) {
    if (acts.length >= FIRINGS_MAX) break;
    const act = limits.take(atMs, subject, isAgain);
    if (act !== null) acts.push(act);
  }
  const nearest = runs.reduce<Run | null>((best, run) => (best === null || run.reach > best.reach ? run : best), null);
  return { firings: firings.slice(0, FIRINGS_MAX), acts, line: nearest?.line ?? null };
}

interface Run {
  readonly firings: readonly PastFiring[];
  /** When it would have acted, limits aside. `isAgain`: it fired already, and would act again once its cooldown is over. */
  readonly tries: readonly { readonly atMs: number; readonly subject: string; readonly isAgain: boolean }[];
  readonly reach: number;
  readonly line: Replay["line"];
}

function replayMetric(policy: PolicyInput, subject: MetricSubject, past: PastMesh): Run {
  const { trigger } = policy;
  const bound = boundExpressions(policy, subject);
  if (!isMetricTrigger(trigger) || bound === null) return { firings: [], tries: [], reach: Number.NEGATIVE_INFINITY, line: null };
  const name = subjectText(subject);
  const times = timesOf(trigger);
  const firings: PastFiring[] = [];
  const tries: { atMs: number; subject: string; isAgain: boolean }[] = [];
  const points: [number, number | null][] = [];
  const further = (left: number, right: number) => (trigger.above === undefined ? Math.min(left, right) : Math.max(left, right));
  let phase: TriggerPhase = IDLE;
  let extreme: number | null = null;
  for (let nowMs = past.fromMs; nowMs <= past.toMs; nowMs += past.stepMs) {
    const value = past.value(bound.trigger, nowMs);
    points.push([nowMs, value]);
    if (value !== null) extreme = extreme === null ? value : further(extreme, value);
    const holds = heldBack(policy, isBeyond(value, trigger), phase, () => (bound.guard === null ? null : past.value(bound.guard, nowMs)));
    const step = stepTrigger(phase, { holds, nowMs }, times);
    phase = step.phase;
    if (step.move === "fired" && phase.kind === "firing") {
      const sentence = figureSentence(bound.trigger, value ?? 0, trigger);
      firings.push({ subject: name, sinceMs: phase.sinceMs, firedMs: nowMs, resolvedMs: null, peak: value, sentence });
      tries.push({ atMs: nowMs, subject: name, isAgain: false });
    } else if (step.move === "resolved") amendLast(firings, (last) => ({ ...last, resolvedMs: nowMs }));
    else if (phase.kind === "firing" && holds === true) {
      amendLast(firings, (last) => ({ ...last, peak: value === null ? last.peak : further(last.peak ?? value, value) }));
      tries.push({ atMs: nowMs, subject: name, isAgain: true });
    }
  }
  const reach = extreme === null ? Number.NEGATIVE_INFINITY : trigger.above === undefined ? -extreme : extreme;
  return { firings, tries, reach, line: { subject: name, bound: boundOf(trigger), points } };
}

function amendLast(firings: PastFiring[], change: (last: PastFiring) => PastFiring): void {
  const last = firings.pop();
  if (last !== undefined) firings.push(change(last));
}

/**
 * A guard that is not kept: then the trigger counts as not holding, and what fires comes to its end. A guard without data lets nothing begin; what fires goes on without
 * data, and is not acted on again.
 */
export function heldBack(
  { guard }: Pick<PolicyInput, "guard">,
  holds: boolean | null,
  phase: TriggerPhase,
  guardValue: () => number | null,
): boolean | null {
  if (holds !== true || guard?.metric === undefined) return holds;
  const isKept = isBeyond(guardValue(), guard);
  return phase.kind === "firing" ? isKept : isKept === true;
}

function boundExpressions(policy: PolicyInput, subject: MetricSubject) {
  const { guard, trigger } = expressionsOf(policy);
  const bound = trigger === null ? null : bindExpression(trigger, subject);
  return bound === null ? null : { trigger: bound, guard: guard === null ? null : bindExpression(guard, subject) };
}

function replayEvents(policy: PolicyInput, past: PastMesh): Run {
  const { trigger } = policy;
  const { events, fromMs, toMs } = past;
  const nothing: Run = { firings: [], tries: [], reach: Number.NEGATIVE_INFINITY, line: null };
  if (isScheduleTrigger(trigger)) {
    const times: number[] = [];
    for (let at = nextRunMs(trigger.schedule, fromMs); at !== null && at <= toMs; at = nextRunMs(trigger.schedule, at))
      if (allowsAt(policy, past, at, { kind: "mesh" })) times.push(at);
    const sentence = `its time came (${trigger.schedule})`;
    return {
      ...nothing,
      firings: times.map((at) => ({ subject: "", sinceMs: at, firedMs: at, resolvedMs: at, peak: null, sentence })),
      tries: times.map((at) => ({ atMs: at, subject: "", isAgain: false })),
    };
  }
  if (!isEventTrigger(trigger)) return nothing;
  const { resolveForMs } = timesOf(trigger);
  const firings: PastFiring[] = [];
  const open = new Map<string, number>();
  const matching = events.filter(
    (event) =>
      matchesEvent(trigger.event, event.kind) && isAbout(trigger.subject, event) && allowsAt(policy, past, event.atMs, subjectOf(event)),
  );
  for (const { atMs, sentence, subject } of matching) {
    const at = open.get(subject);
    const last = at === undefined ? undefined : firings[at];
    if (last !== undefined && atMs < (last.resolvedMs ?? 0)) {
      firings[at as number] = { ...last, resolvedMs: atMs + resolveForMs };
      continue;
    }
    open.set(subject, firings.length);
    firings.push({ subject, sinceMs: atMs, firedMs: atMs, resolvedMs: atMs + resolveForMs, peak: null, sentence });
  }
  const ended = firings.map((firing) => ({ ...firing, resolvedMs: (firing.resolvedMs ?? 0) > toMs ? null : firing.resolvedMs }));
  return { ...nothing, firings: ended, tries: matching.map(({ atMs, subject }) => ({ atMs, subject, isAgain: false })) };
}

/** Whether the guard of a policy that follows no figure was kept at a moment. */
function allowsAt({ guard, trigger }: PolicyInput, past: PastMesh, atMs: number, subject: MetricSubject): boolean {
  const { guard: expression } = expressionsOf({ trigger, ...(guard === undefined ? {} : { guard }) });
  if (expression === null || guard === undefined) return true;
  const bound = bindExpression(expression, subject);
  return bound !== null && isBeyond(past.value(bound, atMs), guard) === true;
}

/** What a guard with wildcards is asked of. */
function subjectOf({ service, subject, version }: PastEvent): MetricSubject {
  if (service === null) return { kind: "mesh" };
  const [name, named] = (subject.split(">").at(-1) ?? subject).split("@");
  const known = version ?? (name === service ? named : undefined);
  return known === undefined ? { kind: "service", service } : { kind: "version", service, version: known };
}

/** Whether an event is about what a trigger is narrowed to. */
export function isAbout(wanted: string | undefined, { service, subject }: Pick<PastEvent, "service" | "subject">): boolean {
  return wanted === undefined || wanted === subject || wanted === service;
}

/** Cooldown and actions in an hour, as they are kept live. Asked in the order of time. */
class Limits {
  readonly #cooldownMs: number;
  readonly #perHour: number | null;
  readonly #does: string;
  readonly #last = new Map<string, number>();
  /** Of the last hour, at most as many as may be in one. */
  readonly #times: number[] = [];

  constructor(policy: PolicyInput) {
    this.#cooldownMs = cooldownOf(policy);
    this.#perHour = policy.guard?.maxPerHour ?? null;
    this.#does = actingOf(policy).map(describeAction).join(", ");
  }

  /** What it does, or what holds it back; null where nothing is told of a try that only repeats. */
  take(atMs: number, subject: string, isAgain: boolean): PastAct | null {
    const last = this.#last.get(subject);
    const isCooling = last !== undefined && atMs - last < this.#cooldownMs;
    const heldBy = isCooling ? "cooldown" : this.#isFull(atMs) ? "per-hour" : null;
    if (heldBy !== null) return isAgain ? null : { atMs, subject, does: this.#does, heldBy };
    this.#last.set(subject, atMs);
    if (this.#perHour !== null) this.#times.push(atMs);
    return { atMs, subject, does: this.#does, heldBy };
  }

  #isFull(atMs: number): boolean {
    if (this.#perHour === null) return false;
    while (this.#times[0] !== undefined && atMs - this.#times[0] >= 3_600_000) this.#times.shift();
    return this.#times.length >= this.#perHour;
  }
}
