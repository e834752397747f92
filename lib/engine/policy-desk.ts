import type { Alert, Policy, PolicyInput, Refusal } from "../model/index.ts";
import {
  bindExpression,
  checkPolicy,
  describePolicy,
  evaluateMetric,
  expressionsOf,
  isBeyond,
  isMetricTrigger,
  isScheduleTrigger,
  type MetricSubject,
  nextRunMs,
  type PolicyReading,
  policiesOf,
  type Replay,
  replayPolicy,
  sentenceOf,
  subjectText,
  wildcardKind,
} from "../policy/index.ts";
import type { TelemetryStore } from "../telemetry/index.ts";
import { type DiagnosisView, diagnose } from "./alert-diagnosis.ts";
import { refuseAll } from "./decide/refusals.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import { pastMesh } from "./past-mesh.ts";
import { PolicyController, type PolicyParts } from "./policy-controller.ts";

/** A policy with how it stands now. */
export interface PolicyView extends Policy {
  /** The rule in a sentence. */
  readonly sentence: string;
  /** What it would do now. */
  readonly now: string;
  readonly state: "off" | "idle" | "pending" | "firing";
  /** What it reads, those that fire or are pending first. */
  readonly readings: readonly PolicyReading[];
  readonly lastActedAt: string | null;
  readonly nextRunAt: string | null;
}

export interface DryRunView extends Replay {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly sentence: string;
  readonly now: string;
  /** Metrics that nobody kept: the replay had no data of them. */
  readonly notStored: readonly string[];
}

/** Policies and alerts as people look at them; they themselves are in the state. */
export interface PolicyFace {
  show(policy: Policy): PolicyView;
  /** What a rule would have done in the last hour. */
  dryRun(policy: PolicyInput): DryRunView;
  /** What is wrong with a rule, in the place of policy `id` if there is one; null where nothing is. */
  check(policy: PolicyInput, id: string): Refusal | null;
  /** Changes that an alert may come from, the likeliest first. */
  diagnose(alert: Alert): DiagnosisView;
}

export interface PolicyDesk extends PolicyFace {
  /** Begins to look. */
  start(): void;
  close(): void;
}

const READINGS_MAX = 20;

export interface PolicyDeskParts extends Omit<PolicyParts, "engine"> {
  readonly telemetry: Pick<TelemetryStore, "series" | "totals" | "edges">;
  readonly engine: MeshEngine;
}

export function createPolicyDesk(parts: PolicyDeskParts): PolicyDesk {
  const { clock, engine, metrics, telemetry } = parts;
  let controller: PolicyController | null = null;
  const readings = (policy: PolicyInput, id: string | null) => readingsOf(parts, policy, id === null ? [] : (controller?.runs(id) ?? []));
  return {
    start() {
      controller ??= new PolicyController(parts);
    },
    show(policy) {
      const read = readings(policy, policy.id);
      const acted = controller?.lastActedMs(policy.id) ?? null;
      const next = isScheduleTrigger(policy.trigger) && policy.enabled ? nextRunMs(policy.trigger.schedule, clock.wallMs()) : null;
      return {
        ...policy,
        sentence: describePolicy(policy),
        now: sentenceOf(policy, read, clock.wallMs()),
        state: !policy.enabled ? "off" : (read.find(({ phase }) => phase !== "idle")?.phase ?? "idle"),
        readings: read.slice(0, READINGS_MAX),
        lastActedAt: acted === null ? null : isoOf(clock.wallMs() - (clock.monotonicMs() - acted)),
        nextRunAt: next === null ? null : isoOf(next),
      };
    },
    dryRun(policy) {
      const past = pastMesh({ telemetry, engine, metrics, nowMs: clock.wallMs() }, policy);
      const { fromMs, notStored, stepMs, toMs } = past;
      const now = sentenceOf(policy, readings(policy, null), clock.wallMs());
      return { ...replayPolicy(policy, past), fromMs, toMs, stepMs, sentence: describePolicy(policy), now, notStored };
    },
    check(policy, id) {
      const state = engine.state();
      const others = [...policiesOf(state).values()].filter((other) => other.id !== id);
      const names = { services: [...state.services.keys()], channels: [...state.channels.keys()], nowMs: clock.wallMs() };
      const problems = checkPolicy(policy, others, names);
      return problems.length === 0 ? null : refuseAll(problems).error;
    },
    diagnose: (alert) => diagnose({ engine, telemetry }, alert),
    close: () => controller?.close(),
  };
}

/** What a policy reads now, subject by subject; the phases are those of its runs. */
function readingsOf(
  { metrics }: Pick<PolicyDeskParts, "metrics">,
  policy: PolicyInput,
  runs: ReturnType<PolicyController["runs"]>,
): readonly PolicyReading[] {
  const phases = new Map(runs.map((run) => [run.cause.subject, run.phase.kind]));
  const { guard, trigger } = expressionsOf(policy);
  if (!isMetricTrigger(policy.trigger) || trigger === null)
    return runs.map(({ cause, phase }) => ({ subject: cause.subject, value: null, guarded: null, phase: phase.kind })).toSorted(byPhase);
  const look = metrics.look();
  const bound = policy.trigger;
  const kind = wildcardKind(trigger);
  const subjects: readonly MetricSubject[] = kind === null ? [{ kind: "mesh" }] : look.subjects(kind);
  const [only] = runs;
  return subjects
    .flatMap((subject): PolicyReading[] => {
      const expression = bindExpression(trigger, subject);
      if (expression === null) return [];
      const name = subjectText(subject) || (only?.cause.subject ?? "");
      const value = evaluateMetric(expression, look);
      const bounds = policy.guard;
      const held = guard === null || bounds === undefined || isBeyond(value, bound) !== true ? null : bindExpression(guard, subject);
      const guarded = held === null || bounds === undefined ? null : isBeyond(evaluateMetric(held, look), bounds) === true;
      return [{ subject: name, value, guarded, phase: phases.get(name) ?? "idle" }];
    })
    .toSorted(byPhase);
}

const RANKS = { firing: 0, pending: 1, idle: 2 } as const;

function byPhase(left: PolicyReading, right: PolicyReading): number {
  return RANKS[left.phase] - RANKS[right.phase] || (right.value ?? -1) - (left.value ?? -1);
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
