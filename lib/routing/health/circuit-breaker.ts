/**
 * Limits on what one proxy has under way towards one version (Envoy's circuit breakers): connections, requests that wait for one, requests,
 * retries. It only counts: nothing waits in here, and nothing is cut off when a limit is lowered.
 *
 * States as people see them: closed; open since something was refused. open → closed: nothing refused for 1 s. A use is taken with
 * `tryAcquire` and given back with `release`, exactly once; the limits may change in between.
 */
import type { CircuitBreakers, ErrorCode } from "../../model/index.ts";
import type { ReportHealth } from "./health-note.ts";

export type BreakerResource = "connections" | "pending" | "requests" | "retries";

/** What a request is answered with that found the limit reached. A retry that found it is not made: the first outcome stands. */
export const BREAKER_CODES: Readonly<Record<Exclude<BreakerResource, "retries">, ErrorCode>> = {
  connections: "overload.connections",
  pending: "overload.pending",
  requests: "overload.requests",
};

const LIMIT_OF = { connections: "maxConnections", pending: "maxPending", requests: "maxRequests", retries: "maxRetries" } as const;
const WORDS = {
  connections: "connections are open",
  pending: "requests wait for a connection",
  requests: "requests are under way",
  retries: "retries are under way",
} as const;
const CLOSE_AFTER_MS = 1_000;

export class CircuitBreaker {
  limits: CircuitBreakers;
  readonly #used = { connections: 0, pending: 0, requests: 0, retries: 0 };
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #refused: BreakerResource | null = null;
  #refusedLimit = 0;
  #isOpen = false;

  constructor(limits: CircuitBreakers) {
    this.limits = limits;
  }

  used(resource: BreakerResource): number {
    return this.#used[resource];
  }

  /** False when the limit is reached: then nothing was taken. */
  tryAcquire(resource: BreakerResource, nowMs: number): boolean {
    if (this.#used[resource] < this.limits[LIMIT_OF[resource]]) {
      this.#used[resource]++;
      return true;
    }
    this.refused(resource, this.limits[LIMIT_OF[resource]], nowMs);
    return false;
  }

  /** Something was refused at `limit`. Retries are counted by whoever makes them, as their limit follows the requests under way (`retriesAllowed`). */
  refused(resource: BreakerResource, limit: number, nowMs: number): void {
    this.#refusedAtMs = nowMs;
    this.#refused = resource;
    this.#refusedLimit = limit;
  }

  release(resource: BreakerResource): void {
    if (this.#used[resource] > 0) this.#used[resource]--;
  }

  /** Whether something was refused within the last second. */
  isOpen(nowMs: number): boolean {
    return nowMs - this.#refusedAtMs < CLOSE_AFTER_MS;
  }

  /** Reports that it opened or closed; to be called with every tick. */
  step(subject: { readonly service: string; readonly version: string }, nowMs: number, report: ReportHealth): void {
    const isOpen = this.isOpen(nowMs);
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    const resource = this.#refused ?? "requests";
    const name = `${subject.service}@${subject.version}`;
    const reason = isOpen
      ? `${this.#refusedLimit} ${WORDS[resource]} to ${name}, which is the limit: more are ${resource === "retries" ? "not made" : "refused"}.`
      : `Nothing to ${name} has been refused for ${CLOSE_AFTER_MS / 1_000} s.`;
    report({ kind: isOpen ? "breaker-open" : "breaker-closed", ...subject, instance: null, reason, untilMs: null }, nowMs);
  }
}
