import type { EffectiveTrafficPolicy } from "../model/index.ts";
import type { ProxyLimits } from "./proxy-limits.ts";
import type { RequestPlan } from "./request-plan.ts";

type Timeouts = Omit<EffectiveTrafficPolicy["timeouts"], "connectMs">;

/**
 * How long one request may take. Its time runs from its head, and over all of its tries; while its body is on its way only pauses count, and from the
 * body's end on the instance has the whole time. All of it is monotonic, and late by at most the period of the sweep.
 */
export class RequestTimes {
  /** Between two bytes of a body. */
  readonly idleMs: number;
  readonly #requestMs: number;
  readonly #perTryMs: number | null;
  #requestUntilMs: number;
  #tryUntilMs = Number.POSITIVE_INFINITY;

  constructor({ idleMs, perTryMs, requestMs }: Timeouts, startedMs: number) {
    this.idleMs = idleMs;
    this.#requestMs = requestMs;
    this.#perTryMs = perTryMs;
    this.#requestUntilMs = startedMs + requestMs;
  }

  /** Until when the answer must have begun. */
  get untilMs(): number {
    return Math.min(this.#requestUntilMs, this.#tryUntilMs);
  }

  get hasTries(): boolean {
    return this.#perTryMs !== null;
  }

  beginTry(nowMs: number): void {
    if (this.#perTryMs !== null) this.#tryUntilMs = nowMs + this.#perTryMs;
  }

  /** The request waits for its next try. */
  endTry(): void {
    this.#tryUntilMs = Number.POSITIVE_INFINITY;
  }

  /** The last byte of the body was sent on, later than the head. */
  bodyEnded(nowMs: number): void {
    this.#requestUntilMs = nowMs + this.#requestMs;
    this.beginTry(nowMs);
  }

  /** Only the try has run out of its time, not the request. */
  isTryOver(nowMs: number): boolean {
    return this.#tryUntilMs <= nowMs && this.#requestUntilMs > nowMs;
  }
}

/** The times of a plan: those of its rule and policy, or of the proxy outside the mesh. */
export function timeoutsOf(plan: RequestPlan, { answerTimeoutMs, idleTimeoutMs }: ProxyLimits): Timeouts {
  if (plan.kind === "route" || plan.kind === "answer") return plan.plan.timeouts;
  if (plan.kind === "inbound") return plan.timeouts;
  return { requestMs: answerTimeoutMs, perTryMs: null, idleMs: idleTimeoutMs };
}
