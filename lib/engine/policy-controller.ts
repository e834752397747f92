/**
 * Policies at work. Every `LOOK_MS`, and with every change and health event, triggers are stepped (`lib/policy`), alerts fire and end as changes by `interlock`, and
 * actions run through the same commands as people's, one after the other.
 *
 * Durable is what is in the log: an alert that fires goes on firing in a new process, and when a policy acted is read off the reasons of its changes, so that neither
 * its cooldown nor its actions within the hour are lost. What is pending begins anew. A round fires at most `FIRED_MAX` alerts; what is more is told in the next ones,
 * before it may be over, and acts meanwhile.
 */
import type { Command, Policy, PolicyAction } from "../model/index.ts";
import {
  bindExpression,
  boundOf,
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
  policiesOf,
  stepTrigger,
  subjectText,
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
import { causeOf, causeOfChange, causeOfHealth, type ToldCause } from "./policy-causes.ts";
import { MESH, PolicyLimits, pastActions } from "./policy-limits.ts";
import { type PolicyRun, PolicyRuns } from "./policy-runs.ts";
import { PolicySchedules } from "./policy-schedules.ts";

export const LOOK_MS = 2_000;
const FIRED_MAX = 20;

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
  readonly #limits: PolicyLimits;
  readonly #schedules = new PolicySchedules();
  /** Policies as their runs were made. */
  #policies: ReadonlyMap<string, Policy> = new Map();
  #round = 0;
  #firedInRound = 0;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
    const { clock, engine } = parts;
    this.#policies = policiesOf(engine.state());
    const [nowMs, wallMs] = [clock.monotonicMs(), clock.wallMs()];
    const past = pastActions((query) => engine.changes(query), this.#policies, wallMs);
    this.#limits = new PolicyLimits(past.map((acted) => ({ ...acted, atMs: nowMs - Math.max(0, wallMs - acted.atMs) })));
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
    this.#limits.prune(this.#policies, this.#parts.clock.monotonicMs());
    this.#schedules.keep(this.#policies);
  }

  /** When a policy acted last, monotonic ms; null where it never did. */
  lastActedMs(policy: string): number | null {
    return this.#limits.lastMs(policy);
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
    if (kind === "edge") this.#lookAtQuietPairs(policy, expression);
  }

  /** Pairs without traffic are no subjects any more; what fires about them goes on without data until that is over. */
  #lookAtQuietPairs(policy: Policy, expression: MetricExpression): void {
    const { alerts, services } = this.#parts.engine.state();
    const runs = this.#runs.of(policy.id).filter(({ phase, round }) => phase.kind === "firing" && round !== this.#round);
    const firing = [...alerts.values()].filter((alert) => alert.state === "firing" && alert.policy === policy.id);
    for (const text of new Set([...runs.map(({ cause }) => cause.subject), ...firing.map(({ subject }) => subject)])) {
      const [caller = "", callee = ""] = text.split(">");
      const isThere = [caller, callee].every((name) => name === "ingress" || [...services.keys()].some((service) => service === name));
      const run = isThere
        ? this.#metricRun(policy, { kind: "edge", caller: { service: caller }, callee: { service: callee } }, expression)
        : null;
      if (run === null || run.round === this.#round) continue;
      run.round = this.#round;
      run.value = null;
      this.#step(policy, run, null, () => "");
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
    const state = this.#parts.engine.state();
    for (const alert of state.alerts.values()) {
      if (alert.state !== "firing" || alert.policy !== policy.id) continue;
      const cause = causeOf(alert.subject, state, alert.service === null ? {} : { service: alert.service });
      this.#newRun(policy, { cause, trigger: null, guard: null });
    }
    this.#lookAtOver(policy);
  }

  /** What an event or a time set off comes to its end by itself. */
  #lookAtOver(policy: Policy): void {
    for (const run of this.#runs.of(policy.id)) {
      run.round = this.#round;
      this.#step(policy, run, false, () => "");
      if (run.phase.kind === "idle") this.#runs.drop(run);
    }
  }

  #lookAtSchedule(policy: Policy, schedule: string): void {
    this.#lookAtOver(policy);
    if (!this.#schedules.isDue(policy, schedule, this.#parts.clock.wallMs())) return;
    const cause = causeOf("", this.#parts.engine.state());
    if (!this.#guardAllows(policy, cause)) return;
    const run = this.#newRun(policy, { cause, trigger: null, guard: null });
    this.#step(policy, run, true, () => `its time came (${schedule})`);
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
    return run;
  }

  #step(policy: Policy, run: PolicyRun, holds: boolean | null, why: () => string): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const { move, phase } = stepTrigger(run.phase, { holds, nowMs }, timesOf(policy.trigger));
    // What was not told yet is told before it is over.
    if (move !== "resolved" || run.untold === null) run.phase = phase;
    if (move === "fired" && alertOf(policy) !== null) run.untold = why();
    if (run.untold !== null) this.#fire(policy, run, run.untold);
    else if (move === "resolved") this.#resolve(policy.id, run.cause.subject);
    if (move === "fired" || (phase.kind === "firing" && holds === true)) this.#tryAct(policy, run, why());
  }

  #fire(policy: Policy, run: PolicyRun, why: string): void {
    const told = alertOf(policy);
    if (told === null || this.#firedInRound >= FIRED_MAX) return;
    this.#firedInRound++;
    run.untold = null;
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
      // While the store cannot write nothing is told; it is tried again.
      if (!fired.ok && run.phase.kind === "firing") run.untold = why;
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
    const { cause } = run;
    const turn = actions.length === 0 ? null : this.#limits.take(policy, cause.subject, this.#parts.clock.monotonicMs());
    if (turn === null) return;
    this.#enqueue(async () => {
      if (!turn.begin()) return turn.end(false);
      // What ends with a fault counts too.
      let isDone = true;
      try {
        const done: boolean[] = [];
        for (const action of actions) done.push(await this.#act(policy, cause, action, why));
        isDone = done.includes(true);
      } finally {
        turn.end(isDone);
      }
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
    const state = this.#parts.engine.state();
    if (notice.kind === "change") this.#takeEvent(notice.change.kind, causeOfChange(notice.change, state), notice.change.reason);
    if (notice.kind === "health" && !notice.event.kind.startsWith("policy-"))
      this.#takeEvent(notice.event.kind, causeOfHealth(notice.event, state), "");
  }

  #takeEvent(kind: string, { cause, why }: ToldCause, reason: string): void {
    this.#follow();
    for (const policy of this.#policies.values()) {
      const { enabled, name, trigger } = policy;
      if (!enabled || !isEventTrigger(trigger) || !matchesEvent(trigger.event, kind) || !isAbout(trigger.subject, cause)) continue;
      if (reason.startsWith(`policy "${name}": `) || !this.#guardAllows(policy, cause)) continue;
      const run = this.#newRun(policy, { cause, trigger: null, guard: null });
      run.round = Math.max(1, this.#round);
      run.cause = cause;
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

/** Names of metrics stay as they are written. */
function sentence(text: string, isCapital: boolean): string {
  const upper = isCapital ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return upper.endsWith(".") ? upper : `${upper}.`;
}
