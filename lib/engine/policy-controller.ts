/**
 * Policies at work. Every `LOOK_MS`, and with every change and health event, triggers are stepped (`lib/policy`), alerts fire and end as changes by `interlock`, and
 * actions run through the same commands as people's, one after the other.
 *
 * Durable is what is in the log: an alert that fires goes on firing in a new process, and when a policy last acted is read off the reasons of its changes, so that no
 * cooldown is lost. What is pending begins anew. A round fires at most `FIRED_MAX` alerts; what is more fires in the next ones.
 */
import type { Change, Command, Policy, PolicyAction } from "../model/index.ts";
import {
  bindExpression,
  boundOf,
  cooldownOf,
  evaluateMetric,
  expressionsOf,
  figureSentence,
  heldBack,
  isAbout,
  isActing,
  isBeyond,
  isEventTrigger,
  isMetricTrigger,
  isScheduleTrigger,
  type MetricExpression,
  type MetricSubject,
  type MetricTrigger,
  matchesEvent,
  nextRunMs,
  policiesOf,
  stepTrigger,
  subjectText,
  type TriggerPhase,
  timesOf,
  wildcardKind,
} from "../policy/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import { firingAlert } from "./decide/alerts.ts";
import type { HealthLog } from "./health-log.ts";
import { INTERLOCK } from "./live-evidence.ts";
import type { EngineNotice, MeshEngine } from "./mesh-engine.ts";
import type { MetricLook, MetricReader } from "./metric-source.ts";
import { type ActionEngine, type PolicyCause, runAction } from "./policy-actions.ts";
import { causeOf, type PolicyRun, PolicyRuns } from "./policy-runs.ts";
import type { HealthEvent } from "./views.ts";

export const LOOK_MS = 2_000;
const FIRED_MAX = 20;
const CHANGES_READ = 500;
const MESH = "the mesh";

export interface PolicyParts {
  readonly clock: Clock;
  readonly health: HealthLog;
  readonly metrics: MetricReader;
  readonly engine: ActionEngine & Pick<MeshEngine, "changes" | "watch">;
  readonly onFault: (error: unknown) => void;
}

/** See the head of the file. */
export class PolicyController {
  readonly #parts: PolicyParts;
  readonly #runs = new PolicyRuns();
  readonly #stops: CancelTimer[];
  /** Policies as their runs were made. */
  #policies: ReadonlyMap<string, Policy> = new Map();
  /** When each schedule comes next, wall ms. */
  readonly #next = new Map<string, { readonly policy: Policy; readonly atMs: number | null }>();
  /** When policies acted before this process, by name and subject: wall ms. */
  readonly #actedBefore = new Map<string, number>();
  #round = 0;
  #firedInRound = 0;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
    for (const change of parts.engine.changes({ limit: CHANGES_READ })) this.#remember(change);
    this.#stops = [parts.clock.every(LOOK_MS, () => this.look()), parts.engine.watch((notice) => this.#take(notice))];
  }

  /** One round over all policies. */
  look(): void {
    if (this.#isClosed) return;
    this.#round++;
    this.#firedInRound = 0;
    const look = this.#parts.metrics.look();
    this.#follow();
    for (const policy of this.#policies.values()) {
      if (!policy.enabled) continue;
      if (isMetricTrigger(policy.trigger)) this.#lookAtMetric(policy, policy.trigger, look);
      else if (isEventTrigger(policy.trigger)) this.#lookAtEvents(policy);
      else if (isScheduleTrigger(policy.trigger)) this.#lookAtSchedule(policy, policy.trigger.schedule);
    }
    this.#endOrphans();
  }

  runs(policy: string): readonly PolicyRun[] {
    return this.#runs.of(policy);
  }

  /** Resolves when all that was begun is done. */
  settled(): Promise<void> {
    return this.#work;
  }

  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
  }

  /** Runs of policies that were changed are begun anew. */
  #follow(): void {
    const current = policiesOf(this.#parts.engine.state());
    for (const run of this.#runs.stale((id) => current.get(id) === this.#policies.get(id) && current.get(id)?.enabled === true))
      this.#runs.drop(run);
    this.#policies = current;
  }

  #lookAtMetric(policy: Policy, trigger: MetricTrigger, look: MetricLook): void {
    const { trigger: expression } = expressionsOf(policy);
    if (expression === null) return;
    const kind = wildcardKind(expression);
    const subjects: readonly MetricSubject[] = kind === null ? [{ kind: "mesh" }] : look.subjects(kind);
    for (const subject of subjects) {
      const run = this.#metricRun(policy, subject, expression);
      if (run === null || run.trigger === null) continue;
      run.round = this.#round;
      run.value = evaluateMetric(run.trigger, look);
      const beyond = isBeyond(run.value, trigger);
      const holds = heldBack(policy, beyond, run.phase, () => (run.guard === null ? null : evaluateMetric(run.guard, look)));
      const why = () => figureSentence(run.trigger as MetricExpression, run.value ?? 0, trigger);
      this.#step(policy, run, holds, why);
    }
  }

  #metricRun(policy: Policy, subject: MetricSubject, expression: MetricExpression): PolicyRun | null {
    const name = subjectText(subject) || subjectOf(expression);
    const known = this.#runs.get(policy.id, name);
    if (known !== undefined) return known;
    const bound = bindExpression(expression, subject);
    if (bound === null) return null;
    const { guard } = expressionsOf(policy);
    const cause = causeOf(name, this.#parts.engine.state());
    return this.#newRun(policy, { cause, trigger: bound, guard: guard === null ? null : bindExpression(guard, subject) });
  }

  #lookAtEvents(policy: Policy): void {
    for (const alert of this.#parts.engine.state().alerts.values()) {
      if (alert.state === "firing" && alert.policy === policy.id)
        this.#newRun(policy, { cause: causeOf(alert.subject, this.#parts.engine.state()), trigger: null, guard: null });
    }
    for (const run of this.#runs.of(policy.id)) {
      run.round = this.#round;
      this.#step(policy, run, false, () => "");
      if (run.phase.kind === "idle" && run.actedMs === null) this.#runs.drop(run);
    }
  }

  #lookAtSchedule(policy: Policy, schedule: string): void {
    const nowMs = this.#parts.clock.wallMs();
    const known = this.#next.get(policy.id);
    if (known?.policy !== policy) {
      this.#next.set(policy.id, { policy, atMs: nextRunMs(schedule, nowMs) });
      return;
    }
    if (known.atMs === null || nowMs < known.atMs) return;
    this.#next.set(policy.id, { policy, atMs: nextRunMs(schedule, nowMs) });
    const run = this.#newRun(policy, { cause: causeOf("", this.#parts.engine.state()), trigger: null, guard: null });
    this.#tryAct(policy, run, `its time came (${schedule})`);
  }

  #newRun(policy: Policy, made: Pick<PolicyRun, "cause" | "trigger" | "guard">): PolicyRun {
    const { clock, engine } = this.#parts;
    const { subject } = made.cause;
    const run = this.#runs.run(policy.id, subject, () => made);
    if (run.round > 0) return run;
    run.round = this.#round;
    const agoMs = (iso: string) => Math.max(0, clock.wallMs() - Date.parse(iso));
    const alert = firingAlert(engine.state(), policy.id, subject);
    if (alert !== undefined)
      run.phase = { kind: "firing", sinceMs: clock.monotonicMs() - agoMs(alert.since), clearMs: null, blindMs: null };
    const acted = this.#actedBefore.get(`${policy.name}\n${subject}`);
    if (acted !== undefined) run.actedMs = clock.monotonicMs() - Math.max(0, clock.wallMs() - acted);
    return run;
  }

  #step(policy: Policy, run: PolicyRun, holds: boolean | null, why: () => string): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const before = run.phase;
    const { move, phase } = stepTrigger(before, { holds, nowMs }, timesOf(policy.trigger));
    if (move === "fired" && this.#firedInRound >= FIRED_MAX) return;
    run.phase = phase;
    if (move === "resolved") this.#resolve(policy.id, run.cause.subject);
    if (move === "fired") this.#fire(policy, run, why(), before);
    if (move === "fired" || (phase.kind === "firing" && holds === true)) this.#tryAct(policy, run, why());
  }

  #fire(policy: Policy, run: PolicyRun, why: string, before: TriggerPhase): void {
    const told = alertOf(policy);
    if (told === null) return;
    this.#firedInRound++;
    const { clock, engine } = this.#parts;
    const { service, subject } = run.cause;
    const sinceMs = run.phase.kind === "firing" ? run.phase.sinceMs : clock.monotonicMs();
    const since = new Date(clock.wallMs() - (clock.monotonicMs() - sinceMs)).toISOString();
    const bound = isMetricTrigger(policy.trigger) ? boundOf(policy.trigger) : null;
    const summary = told.summary === undefined ? sentence(why, bound === null) : `${told.summary} (${why})`;
    const { channels, severity } = told;
    const value = bound === null ? null : run.value;
    const command: Command = { kind: "alert.fire", policy: policy.id, subject, service, severity, summary, value, bound, since, channels };
    this.#enqueue(async () => {
      const fired = await engine.execute(command, author(policy, subject, why));
      // While the store cannot write nothing fires; it is tried again.
      if (!fired.ok) run.phase = before;
    });
  }

  #resolve(policy: string, subject: string): void {
    const { engine } = this.#parts;
    this.#enqueue(async () => {
      const alert = firingAlert(engine.state(), policy, subject);
      if (alert === undefined) return;
      const reason = `policy "${alert.policyName}": ${subject || MESH}: it is over`;
      await engine.execute({ kind: "alert.resolve", alert: alert.id }, { author: INTERLOCK, via: "engine", reason });
    });
  }

  #tryAct(policy: Policy, run: PolicyRun, why: string): void {
    const actions = policy.actions.filter(isRunnable);
    const nowMs = this.#parts.clock.monotonicMs();
    if (actions.length === 0 || !this.#runs.mayAct(run, policy, cooldownOf(policy), nowMs)) return;
    const before = run.actedMs;
    run.actedMs = nowMs;
    this.#enqueue(async () => {
      let isDone = false;
      for (const action of actions) isDone = (await this.#act(policy, run.cause, action, why)) || isDone;
      if (isDone) this.#runs.acted(run, nowMs);
      else run.actedMs = before;
    });
  }

  /** True where the action did something, or was refused: both count. */
  async #act(policy: Policy, cause: PolicyCause, action: Parameters<typeof runAction>[1], why: string): Promise<boolean> {
    const { engine, health } = this.#parts;
    const done = await runAction(engine, action, cause, author(policy, cause.subject, why));
    const facts = cause.service === null ? {} : { service: cause.service };
    if (!done.ok) {
      health.add("policy-failed", policy.name, `Policy "${policy.name}" could not ${action.kind}: ${done.error.detail}`, facts);
      return true;
    }
    if (done.value === null) return false;
    health.add("policy-acted", policy.name, `Policy "${policy.name}" ${done.value}, because ${why}.`, facts);
    return true;
  }

  #take(notice: EngineNotice): void {
    if (this.#isClosed) return;
    if (notice.kind === "change")
      this.#takeEvent(notice.change.kind, ofChange(notice.change, this.#parts.engine.state()), notice.change.reason);
    if (notice.kind === "health" && !notice.event.kind.startsWith("policy-"))
      this.#takeEvent(notice.event.kind, ofHealth(notice.event), "");
  }

  #takeEvent(kind: string, { cause, why }: { readonly cause: PolicyCause; readonly why: string }, reason: string): void {
    const policies = policiesOf(this.#parts.engine.state());
    for (const policy of policies.values()) {
      const { enabled, name, trigger } = policy;
      if (!enabled || !isEventTrigger(trigger) || !matchesEvent(trigger.event, kind) || !isAbout(trigger.subject, cause)) continue;
      if (reason.startsWith(`policy "${name}": `) || !this.#guardAllows(policy, cause)) continue;
      const run = this.#newRun(policy, { cause, trigger: null, guard: null });
      run.round = Math.max(1, this.#round);
      this.#step(policy, run, true, () => why);
    }
  }

  #guardAllows(policy: Policy, cause: PolicyCause): boolean {
    const { guard } = expressionsOf(policy);
    if (guard === null || policy.guard === undefined) return true;
    const { service, version } = cause;
    const subject: MetricSubject =
      service === null ? { kind: "mesh" } : version === null ? { kind: "service", service } : { kind: "version", service, version };
    const bound = bindExpression(guard, subject);
    return bound !== null && isBeyond(evaluateMetric(bound, this.#parts.metrics.look()), policy.guard) === true;
  }

  /** Alerts whose policy or subject is gone are over. */
  #endOrphans(): void {
    for (const alert of this.#parts.engine.state().alerts.values()) {
      if (alert.state !== "firing") continue;
      const run = this.#runs.get(alert.policy, alert.subject);
      if (run === undefined || run.round !== this.#round) this.#resolve(alert.policy, alert.subject);
    }
    for (const policy of this.#policies.keys())
      for (const run of this.#runs.of(policy)) if (run.trigger !== null && run.round !== this.#round) this.#runs.drop(run);
  }

  #remember({ at, author: by, kind, reason }: Change): void {
    const match = by === INTERLOCK && !kind.startsWith("alert.") ? /^policy "(.+?)": (.*?): /.exec(reason) : null;
    if (match === null) return;
    const key = `${match[1]}\n${match[2] === MESH ? "" : match[2]}`;
    this.#actedBefore.set(key, Math.max(this.#actedBefore.get(key) ?? 0, Date.parse(at)));
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => (this.#isClosed ? undefined : work())).catch(this.#parts.onFault);
  }
}

function author({ name }: Policy, subject: string, why: string) {
  return { author: INTERLOCK, via: "engine", reason: `policy "${name}": ${subject || MESH}: ${why}` } as const;
}

/** What a policy tells, if anything: its alert, or what `notify` stands for. */
function alertOf({ actions }: Policy) {
  const alert = actions.find((action) => action.kind === "alert");
  const channels = actions.flatMap((action) => (action.kind === "notify" ? action.channels : []));
  if (alert === undefined && channels.length === 0) return null;
  return { severity: alert?.severity ?? ("info" as const), summary: alert?.summary, channels };
}

function isRunnable(action: PolicyAction): action is Parameters<typeof runAction>[1] {
  return isActing(action);
}

/** A policy of one named thing is about that thing. */
function subjectOf(expression: MetricExpression): string {
  if (expression.kind === "metric") return subjectText(expression.subject);
  if (expression.kind === "negative") return subjectOf(expression.of);
  if (expression.kind === "operation") return subjectOf(expression.left) || subjectOf(expression.right);
  return "";
}

function ofChange({ author: by, kind, services, subject }: Change, state: Parameters<typeof causeOf>[1]) {
  const cause = causeOf(subject, state);
  const service = cause.service ?? (services.length === 1 ? (services[0] ?? null) : null);
  return { cause: { ...cause, service }, why: `${kind} of ${subject} by ${by}` };
}

function ofHealth({ instance: named, kind, sentence: says, service, subject, version }: HealthEvent) {
  // A process that has ended is no instance any more: it goes by the name of its assignment.
  const instance = named ?? (kind.startsWith("workload-") ? subject : undefined);
  const cause: PolicyCause = {
    subject: instance ?? subject,
    service: service ?? null,
    version: version ?? null,
    instance: instance ?? null,
  };
  return { cause, why: says.replace(/\.$/, "") };
}

/** Names of metrics stay as they are written. */
function sentence(text: string, isCapital: boolean): string {
  const upper = isCapital ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return upper.endsWith(".") ? upper : `${upper}.`;
}
