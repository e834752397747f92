import type { EffectiveTrafficPolicy } from "../model/index.ts";
import type { ProxyLimits } from "./proxy-limits.ts";
import type { RequestPlan } from "./request-plan.ts";

type BodyWindow = Pick<ProxyLimits, "bodyWindowMs" | "bodyWindowBytes">;
type Timeouts = Omit<EffectiveTrafficPolicy["timeouts"], "connectMs">;

/**
 * How long one request may take. Its time runs from its head, and over all of its tries; while its body is on its way only
 * pauses count, and that it does not merely drip (a caller that sends a byte now and then would hold a place of `maxRequests` for hours); from the body's end on
 * the instance has the whole time. All of it is monotonic, and late by at most the period of the sweep.
 */
export class RequestTimes {
  /** Between two bytes of a body. */
  readonly idleMs: number;
  readonly #requestMs: number;
  readonly #perTryMs: number | null;
  #requestUntilMs: number;
  #tryUntilMs = Number.POSITIVE_INFINITY;
  readonly #window: BodyWindow;
  #windowMs: number;
  #windowBytes = 0;

  constructor({ idleMs, perTryMs, requestMs }: Timeouts, startedMs: number, window: BodyWindow) {
    this.#window = window;
    this.#windowMs = startedMs;
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

  /** Until when something must have happened. `body`: of a request whose answer is awaited; null once that has begun. */
  deadline(nowMs: number, body: { readonly isDone: boolean; readonly bytes: number } | null, isClogged: boolean): number {
    if (body === null) return nowMs + this.idleMs;
    return body.isDone ? this.untilMs : this.#bodyUntil(nowMs, body.bytes, isClogged);
  }

  /** Time in which the instance takes nothing is not the caller's. */
  #bodyUntil(nowMs: number, bytes: number, isClogged: boolean): number {
    if (isClogged || bytes - this.#windowBytes >= this.#window.bodyWindowBytes) {
      this.#windowMs = nowMs;
      this.#windowBytes = bytes;
    }
    return Math.min(nowMs + this.idleMs, this.#windowMs + this.#window.bodyWindowMs);
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
