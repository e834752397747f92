/**
 * The one place that decides whether a request is sent again.
 *
 * - Nothing was sent (the connection was never made): any request goes to another instance (`Attempts.connectFailed`); that is no retry.
 * - Something was sent, and no byte of an answer came (connection lost, the time of a try over), or all that came is the head of an answer
 *   whose status the rules name: an idempotent request without a body is sent again, on a connection of its own, after a pause. The usual
 *   cause of the first is an instance that closes a kept connection while the request is under way, or that dies.
 *   A request with a body, or one that is not idempotent, is never sent twice.
 * - The caller has got any byte of an answer, interim answers included: never.
 *
 * Bounded by `attempts` of the rules, and by a budget per version (RELIABILITY 17): retries under way are at most `budgetPercent` of the
 * other requests under way, at least 3, so that retries cannot multiply an outage.
 */
import { type CircuitBreakers, DEFAULT_TRAFFIC_POLICY, type RetryRules } from "../model/index.ts";
import { backOffMs, retriesAllowed } from "../routing/index.ts";
import type { Random } from "../std/index.ts";
import type { RequestHead } from "./http1/request-head.ts";
import type { Destination } from "./request-plan.ts";

/** RFC 9110, section 9.2.2. */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);

/** What is under way towards one version. */
export interface RetryBudget {
  active: number;
  retrying: number;
}

/** The retries of one proxy. */
export class RetryPolicy {
  /** Requests under way. */
  active = 0;
  readonly #budgets = new Map<string, Map<string, RetryBudget>>();

  /** A request goes to where the plan says; it ends with `close`. */
  begin(plan: Destination): RequestRetries {
    if (plan.kind === "route") {
      return new RequestRetries(plan.plan.retries, plan.policy.circuitBreakers, this.#budgetOf(plan.service, plan.version));
    }
    const { circuitBreakers, retries } = DEFAULT_TRAFFIC_POLICY;
    // One of an inbound listener covers the race with a kept connection that the instance closes; all others are for callers' proxies.
    const budget = plan.kind === "inbound" ? this.#budgetOf("", plan.instance) : this.#budgetOf(plan.host, String(plan.port));
    return new RequestRetries(retries, circuitBreakers, budget);
  }

  /** Names come from the configuration, so there are few. */
  #budgetOf(service: string, version: string): RetryBudget {
    let versions = this.#budgets.get(service);
    if (versions === undefined) {
      versions = new Map();
      this.#budgets.set(service, versions);
    }
    let budget = versions.get(version);
    if (budget === undefined) {
      budget = { active: 0, retrying: 0 };
      versions.set(version, budget);
    }
    return budget;
  }
}

/** The retries of one request. */
export class RequestRetries {
  readonly #rules: RetryRules;
  readonly #breakers: Pick<CircuitBreakers, "maxRetries">;
  readonly #budget: RetryBudget;
  #made = 0;
  /** The limit that the last retry asked for met; null while none was refused for it. */
  refusedAt: number | null = null;

  constructor(rules: RetryRules, breakers: Pick<CircuitBreakers, "maxRetries">, budget: RetryBudget) {
    this.#rules = rules;
    this.#breakers = breakers;
    this.#budget = budget;
    budget.active++;
  }

  /** Whether an answer with this status may be thrown away for another try. */
  isRetried(status: number): boolean {
    return this.#rules.codes.length > 0 && this.#rules.codes.includes(status);
  }

  /**
   * May a request, of whose answer the caller has seen nothing, be sent again? `isUnsent`: no byte of it has been sent yet. A yes takes its part of the
   * budget, until `close`.
   */
  tryTake({ hasBody, isUpgrade, method }: Pick<RequestHead, "hasBody" | "isUpgrade" | "method">, isUnsent: boolean): boolean {
    if (this.#made >= this.#rules.attempts || (!isUnsent && (hasBody || isUpgrade || !IDEMPOTENT.has(method)))) return false;
    if (this.#made === 0) {
      const allowed = retriesAllowed(this.#budget.active - this.#budget.retrying, this.#rules, this.#breakers);
      if (this.#budget.retrying >= allowed) {
        this.refusedAt = allowed;
        return false;
      }
      this.#budget.retrying++;
    }
    this.#made++;
    return true;
  }

  /** How long to wait before the retry that was taken last. `isStale`: a kept connection was closed under the try, which says nothing of the instance. */
  pauseMs(isStale: boolean, random: Random): number {
    return isStale && this.#made === 1 ? 0 : backOffMs(this.#made, this.#rules.backoffMs, random);
  }

  /** The request is over. */
  close(): void {
    this.#budget.active--;
    if (this.#made > 0) this.#budget.retrying--;
  }
}
