import { IDLE, type MetricExpression, type TriggerPhase } from "../policy/index.ts";
import type { PolicyCause } from "./policy-actions.ts";

/** One policy about one subject. */
export interface PolicyRun {
  readonly policy: string;
  /** As the last event said it; the subject stays. */
  cause: PolicyCause;
  /** With wildcards bound; null where the policy follows no figure. */
  readonly trigger: MetricExpression | null;
  readonly guard: MetricExpression | null;
  phase: TriggerPhase;
  value: number | null;
  /** Why it fires, where its alert has yet to say so. */
  untold: string | null;
  /** The round in which it was last looked at. */
  round: number;
}

/** What is going on with each policy and subject. Bounded by what policies speak of: runs of what is gone are dropped. */
export class PolicyRuns {
  readonly #runs = new Map<string, Map<string, PolicyRun>>();

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
    const run: PolicyRun = { policy, ...make(), phase: IDLE, value: null, untold: null, round: 0 };
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
}
