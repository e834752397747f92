import type { ErrorCode } from "../model/index.ts";
import type { CancelTimer } from "../std/index.ts";
import { Attempts } from "./attempts.ts";
import type { CallerSide, ProxyContext } from "./caller-side.ts";
import type { RequestHead } from "./http1/request-head.ts";
import { pause } from "./pause.ts";
import type { Destination } from "./request-plan.ts";
import type { RequestTimes } from "./request-times.ts";
import type { RequestRetries } from "./retry-policy.ts";
import type { UpstreamUser } from "./upstream-connection.ts";

/** Whoever wants the request sent. */
export interface TriesUser extends UpstreamUser {
  /** There is no instance for the next try, or none may be asked. */
  onRefused(code: ErrorCode): void;
}

/** A request that is to be sent. */
export interface TriedRequest {
  readonly head: RequestHead;
  readonly plan: Destination;
  readonly times: RequestTimes;
  readonly startedMs: number;
}

/**
 * The tries of one request, one after the other: each within its time, and between two of them the pause that the rules of retries ask for. Its user is told
 * of each connection that stands (`onConnected`), kept ones included, and sends the request then.
 */
export class RequestTries {
  readonly attempts: Attempts;
  /** An interim answer has come: no other try is made. */
  stands = false;
  readonly #context: ProxyContext;
  readonly #caller: CallerSide;
  readonly #user: TriesUser;
  readonly #request: TriedRequest;
  readonly #retries: RequestRetries;
  #cancelPause: CancelTimer | null = null;

  constructor(context: ProxyContext, caller: CallerSide, user: TriesUser, request: TriedRequest) {
    const { head, plan, startedMs } = request;
    this.#context = context;
    this.#caller = caller;
    this.#user = user;
    this.#request = request;
    this.#retries = context.retries.begin(plan);
    this.attempts = new Attempts(context, plan, { head, source: caller.source, as: caller.listener.subject, startedMs });
  }

  /** Makes the next try, after a pause where one is given. */
  next(pauseMs = 0): void {
    const { clock } = this.#context;
    if (pauseMs > 0) {
      this.#cancelPause = pause(clock, pauseMs, { next: () => this.next(), onError: (error) => this.#user.onInternalError(error) });
      return;
    }
    const { head, times } = this.#request;
    if (times.hasTries) {
      times.beginTry(clock.monotonicMs());
      this.#caller.deadlineMs = times.untilMs;
    }
    const expects = { toHead: head.method === "HEAD", bare: head.isHttp10 };
    const refusal = this.attempts.start(this.#user, expects, head.asksForTunnel);
    if (refusal !== null) this.#user.onRefused(refusal);
    else if (this.attempts.connection?.isOpen === true) this.#user.onConnected();
    else this.#caller.updateFlow();
  }

  /** The connection was never made. `isRelayed`: the instance's proxy says so of its own. */
  connectFailed(isRelayed = false): void {
    const refusal = this.attempts.connectFailed(isRelayed);
    if (refusal === null) this.next();
    else this.#user.onRefused(refusal);
  }

  /** Whether an answer with this status may be thrown away for another try. */
  isRetried(status: number): boolean {
    return this.#retries.isRetried(status);
  }

  /**
   * Gives this try up and prepares another one, where that is safe and within the budget; how long to wait before it, or null where the outcome of
   * this try stands. `isUnsent`: nothing of the request was sent. `status`: of the answer that is thrown away.
   */
  giveUp({ isStale, isUnsent, status }: { readonly isStale: boolean; readonly isUnsent: boolean; readonly status: number }): number | null {
    const { head, times } = this.#request;
    if (this.stands) return null;
    if (!this.#retries.tryTake(head, isUnsent)) {
      if (this.#retries.refusedAt !== null) this.attempts.retryRefused(this.#retries.refusedAt);
      return null;
    }
    if (status > 0) this.attempts.completed(status);
    this.attempts.giveUpTry();
    times.endTry();
    this.#caller.deadlineMs = times.untilMs;
    return this.#retries.pauseMs(isStale, this.#context.random);
  }

  /** The request is over. */
  close(): void {
    this.#cancelPause?.();
    this.#retries.close();
    this.attempts.close();
  }
}
