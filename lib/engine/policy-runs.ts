import type { MeshState, Policy } from "../model/index.ts";
import { IDLE, type MetricExpression, type TriggerPhase } from "../policy/index.ts";
import type { PolicyCause } from "./policy-actions.ts";

/** One policy about one subject. */
export interface PolicyRun {
  readonly policy: string;
  readonly cause: PolicyCause;
  /** With wildcards bound; null where the policy follows no figure. */
  readonly trigger: MetricExpression | null;
  readonly guard: MetricExpression | null;
  phase: TriggerPhase;
  value: number | null;
  /** Monotonic ms of the last action; null before the first. */
  actedMs: number | null;
  /** The round in which it was last looked at. */
  round: number;
}

/** What is going on with each policy and subject. Bounded by what policies speak of: runs of what is gone are dropped. */
export class PolicyRuns {
  readonly #runs = new Map<string, Map<string, PolicyRun>>();
  /** Monotonic ms of actions within the last hour, per policy. */
  readonly #acts = new Map<string, number[]>();

  of(policy: string): readonly PolicyRun[] {
    return [...(this.#runs.get(policy)?.values() ?? [])];
  }

  get(policy: string, subject: string): PolicyRun | undefined {
    return this.#runs.get(policy)?.get(subject);
  }

  /** The run about a subject, made where there is none. */
  run(policy: string, subject: string, make: () => Pick<PolicyRun, "cause" | "trigger" | "guard">): PolicyRun {
    const runs = this.#runs.get(policy) ?? new Map<string, PolicyRun>();
    this.#runs.set(policy, runs);
    const known = runs.get(subject);
    if (known !== undefined) return known;
    const run: PolicyRun = { policy, ...make(), phase: IDLE, value: null, actedMs: null, round: 0 };
    runs.set(subject, run);
    return run;
  }

  drop({ cause, policy }: PolicyRun): void {
    const runs = this.#runs.get(policy);
    runs?.delete(cause.subject);
    if (runs?.size === 0) this.#runs.delete(policy);
  }

  /** Those whose policies are not in `policies`, or changed. */
  stale(isCurrent: (policy: string) => boolean): readonly PolicyRun[] {
    return [...this.#runs.keys()].filter((policy) => !isCurrent(policy)).flatMap((policy) => this.of(policy));
  }

  /** Whether a policy may act about a subject now, as far as its limits go. */
  mayAct(run: PolicyRun, { guard }: Policy, cooldownMs: number, nowMs: number): boolean {
    if (run.actedMs !== null && nowMs - run.actedMs < cooldownMs) return false;
    const recent = (this.#acts.get(run.policy) ?? []).filter((atMs) => nowMs - atMs < 3_600_000);
    return recent.length < (guard?.maxPerHour ?? Number.POSITIVE_INFINITY);
  }

  acted(run: PolicyRun, nowMs: number): void {
    run.actedMs = nowMs;
    const recent = (this.#acts.get(run.policy) ?? []).filter((atMs) => nowMs - atMs < 3_600_000);
    this.#acts.set(run.policy, [...recent, nowMs]);
  }
}

/** What a subject names: `payments@2.1.0`, `cart>payments`, or an instance of one. */
export function causeOf(subject: string, state: MeshState, more: Partial<PolicyCause> = {}): PolicyCause {
  const callee = subject.split(">").at(-1) ?? subject;
  const [name = "", version] = callee.split("@");
  const isService = [...state.services.keys()].some((service) => service === name);
  return { subject, service: isService ? name : null, version: isService ? (version ?? null) : null, instance: null, ...more };
}
