/**
 * Outlier detection of one instance, after Envoy's (docs: intro/arch_overview/upstream/outlier): failures in a row take it out for a while.
 *
 * States: in (counting), ejected until a moment. in → ejected: `consecutive5xx` answers of 5xx or failures in a row, or
 * `consecutiveGatewayFailures` (no answer, 502, 503, 504) in a row, if the caller's limit on ejections allows it. ejected → in: time is over.
 * The nth ejection lasts baseEjectionMs × 2^(n-1), at most maxEjectionMs. A success resets both counts; another 5xx resets the second.
 * n falls by one with each interval in which the instance answered and did not fail: an interval without requests proves nothing.
 *
 * Invariants: nothing but time ends an ejection; what happens during one is not counted.
 */
import type { OutlierDetection } from "../../model/index.ts";

/** `server-error`: a 5xx that the instance's program made. `gateway`: no answer (refused, reset, timed out, stalled), 502, 503 or 504. */
export type FailureKind = "server-error" | "gateway";

export class Outlier {
  #serverErrors = 0;
  #gatewayFailures = 0;
  #ejections = 0;
  #ejectedUntilMs: number | null = null;
  #answered = false;
  #failed = false;

  /** Monotonic; null when it is not ejected. */
  get ejectedUntilMs(): number | null {
    return this.#ejectedUntilMs;
  }

  /** Counts towards the length of the next ejection. */
  get ejections(): number {
    return this.#ejections;
  }

  succeed(): void {
    this.#serverErrors = 0;
    this.#gatewayFailures = 0;
    this.#answered = true;
  }

  /** Counts `times` failures; says what is enough to eject it, or null. */
  fail(kind: FailureKind, policy: OutlierDetection, times = 1): string | null {
    if (this.#ejectedUntilMs !== null) return null;
    this.#failed = true;
    this.#serverErrors += times;
    this.#gatewayFailures = kind === "gateway" ? this.#gatewayFailures + times : 0;
    const { consecutive5xx, consecutiveGatewayFailures } = policy;
    if (consecutiveGatewayFailures > 0 && this.#gatewayFailures >= consecutiveGatewayFailures) {
      return `${this.#gatewayFailures} requests in a row got no answer`;
    }
    if (consecutive5xx > 0 && this.#serverErrors >= consecutive5xx) return `${this.#serverErrors} requests in a row failed with 5xx`;
    return null;
  }

  /** Takes it out; returns until when. */
  eject(nowMs: number, { baseEjectionMs, maxEjectionMs }: OutlierDetection): number {
    this.#ejections++;
    // 2^30 of anything is beyond every maximum.
    const forMs = Math.min(Math.max(baseEjectionMs, maxEjectionMs), baseEjectionMs * 2 ** Math.min(30, this.#ejections - 1));
    this.#ejectedUntilMs = nowMs + forMs;
    this.#serverErrors = 0;
    this.#gatewayFailures = 0;
    return this.#ejectedUntilMs;
  }

  /** Goes on where another process stopped. */
  resume(ejections: number, ejectedUntilMs: number | null): void {
    this.#ejections = ejections;
    this.#ejectedUntilMs = ejectedUntilMs;
  }

  /** Ends an ejection whose time is over; says whether it did. */
  returnIfDue(nowMs: number): boolean {
    if (this.#ejectedUntilMs === null || nowMs < this.#ejectedUntilMs) return false;
    this.#ejectedUntilMs = null;
    this.#answered = false;
    this.#failed = false;
    return true;
  }

  closeInterval(): void {
    if (this.#ejectedUntilMs === null && this.#answered && !this.#failed && this.#ejections > 0) this.#ejections--;
    this.#answered = false;
    this.#failed = false;
  }
}

/** Whether one more of `total` instances may be ejected. The first always may. */
export function mayEject(ejected: number, total: number, maxEjectionPercent: number): boolean {
  return ejected === 0 || (ejected + 1) * 100 <= maxEjectionPercent * total;
}
