/**
 * What one proxy has under way towards one version of a service, within the limits of the policy in force: requests, connections, and
 * the requests that wait for a connection because `maxConnections` are open.
 *
 * A request waits in turn (first in, first out) and not longer than a connection may take to be made. It is not tied to an instance: when a
 * connection becomes free the one that waits longest is offered its instance, when one is closed it chooses anew. So at this limit the key of
 * a hashing balancer is not waited for. An unused connection never keeps a request waiting: the oldest makes room.
 * Invariants: no more connections than `maxConnections` are open, used or not, nor do more than `maxPending` requests wait; limits that are
 * lowered cut nothing off, limits that are raised let waiting requests go at once.
 */
import type { EffectiveTrafficPolicy, ErrorCode, ServiceName, Version } from "../../model/index.ts";
import { AdaptiveLimit, BREAKER_CODES, CircuitBreaker, type Member, type ReportHealth } from "../../routing/index.ts";

export type LoadPolicy = Pick<EffectiveTrafficPolicy, "circuitBreakers" | "adaptiveConcurrency">;

/** A request without a connection. */
export interface Waiting {
  /** Its turn has come. `freed`: the instance whose connection became free; null: a connection was closed, to whatever instance. */
  go(freed: Member | null): void;
}

/** Whoever keeps unused connections. */
export interface KeepsConnections {
  /** Closes the connection that has been unused for longest; false when there is none. */
  closeOldestIdle(): boolean;
}

export class VersionLoad {
  readonly service: ServiceName;
  readonly version: Version;
  readonly breaker: CircuitBreaker;
  readonly adaptive: AdaptiveLimit;
  /** Requests that were routed to this version and have not ended, whichever version serves them. */
  routed = 0;
  readonly #waiting = new Set<Waiting>();
  readonly #keepers = new Set<KeepsConnections>();

  constructor(service: ServiceName, version: Version, policy: LoadPolicy) {
    this.service = service;
    this.version = version;
    this.breaker = new CircuitBreaker(policy.circuitBreakers);
    this.adaptive = new AdaptiveLimit(policy.adaptiveConcurrency);
  }

  /** Takes the limits of a new snapshot. */
  update({ adaptiveConcurrency, circuitBreakers }: LoadPolicy): void {
    this.breaker.limits = circuitBreakers;
    this.adaptive.policy = adaptiveConcurrency;
    for (let room = circuitBreakers.maxConnections - this.breaker.used("connections"); room > 0 && this.#waiting.size > 0; room--) {
      this.#offer(null);
    }
  }

  /** Counts a request in, or says why it is refused. Each that is let in ends with one `leave`. */
  enter(nowMs: number): ErrorCode | null {
    if (!this.breaker.tryAcquire("requests", nowMs)) return BREAKER_CODES.requests;
    if (this.adaptive.tryStart(nowMs)) return null;
    this.breaker.release("requests");
    return "overload.concurrency";
  }

  /** `latencyMs`: until its answer began, or until it was given up as too late; null: it says nothing. */
  leave(latencyMs: number | null, nowMs: number): void {
    this.breaker.release("requests");
    this.adaptive.finish(latencyMs, nowMs);
  }

  /** Whether a new connection may be made; it is counted then, until `connectionClosed`. */
  mayConnect(nowMs: number): boolean {
    const { breaker } = this;
    if (breaker.used("connections") >= breaker.limits.maxConnections && !this.#makeRoom()) return false;
    return breaker.tryAcquire("connections", nowMs);
  }

  /** Puts a request at the end of the queue, or says why it is refused. */
  wait(request: Waiting, nowMs: number): ErrorCode | null {
    const { breaker } = this;
    if (!breaker.tryAcquire("pending", nowMs)) return breaker.limits.maxPending === 0 ? BREAKER_CODES.connections : BREAKER_CODES.pending;
    this.#waiting.add(request);
    return null;
  }

  /** The request waits no longer. */
  giveUp(request: Waiting): void {
    if (this.#waiting.delete(request)) this.breaker.release("pending");
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** A connection to the instance is unused. */
  connectionFreed(member: Member): void {
    if (this.#waiting.size > 0) this.#offer(member);
  }

  connectionClosed(): void {
    this.breaker.release("connections");
    if (this.#waiting.size > 0 && this.breaker.used("connections") < this.breaker.limits.maxConnections) this.#offer(null);
  }

  addKeeper(keeper: KeepsConnections): void {
    this.#keepers.add(keeper);
  }

  removeKeeper(keeper: KeepsConnections): void {
    this.#keepers.delete(keeper);
  }

  /** Nothing is under way, open or waiting: it may be forgotten. */
  get isIdle(): boolean {
    return this.routed === 0 && this.#keepers.size === 0 && this.breaker.used("requests") === 0 && this.breaker.used("connections") === 0;
  }

  /** Reports what opened and closed; called with every tick. */
  step(nowMs: number, report: ReportHealth): void {
    this.breaker.step(this, nowMs, report);
    this.adaptive.step(this, nowMs, report);
  }

  #makeRoom(): boolean {
    for (const keeper of this.#keepers) if (keeper.closeOldestIdle()) return true;
    return false;
  }

  #offer(freed: Member | null): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.giveUp(first);
    first.go(freed);
  }
}
