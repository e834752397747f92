import type { ErrorCode, InstanceId } from "../model/index.ts";
import { chooseEndpoint, type RouteDecision } from "../routing/index.ts";
import type { ProxyContext } from "./caller-side.ts";
import type { RequestHead } from "./http1/request-head.ts";
import type { EgressPlan } from "./request-plan.ts";
import type { UpstreamConnection, UpstreamUser } from "./upstream-connection.ts";
import type { Upstream } from "./upstream-pool.ts";

/** What the instance's connection must know of the request. */
export interface Expects {
  readonly toHead: boolean;
  readonly bare: boolean;
}

/**
 * The attempts of one request: which instance, on which connection, and whether there is another one. All of them go to the version
 * that was chosen for the request.
 */
export class Attempts {
  /** Attempts beyond the first; -1 before it. */
  retries = -1;
  connection: UpstreamConnection | null = null;
  readonly #context: ProxyContext;
  readonly #plan: RouteDecision | EgressPlan;
  readonly #startedMs: number;
  #upstream: Upstream | null = null;
  #endpoint: InstanceId | null = null;
  #tried: Set<InstanceId> | null = null;
  #resent = false;

  constructor(context: ProxyContext, plan: RouteDecision | EgressPlan, startedMs: number) {
    this.#context = context;
    this.#plan = plan;
    this.#startedMs = startedMs;
  }

  /**
   * Takes an instance and a connection to it, kept or new; returns the code of the refusal when there is none. A connection that
   * is kept (`isOpen`) can be written to at once, a new one tells its user.
   */
  start(user: UpstreamUser, expects: Expects, alwaysNew = false): ErrorCode | null {
    const upstream = this.#choose();
    if (typeof upstream === "string") return upstream;
    this.retries++;
    this.#upstream = upstream;
    upstream.inFlight++;
    this.connection = (alwaysNew || this.#resent ? undefined : upstream.takeIdle()) ?? upstream.connect();
    this.connection.begin(user, expects);
    return null;
  }

  /** The connection stands and the request is written to it. */
  countSent(): void {
    if (this.#upstream !== null) this.#upstream.counters.requests++;
  }

  /** The instance failed on this request: 5xx, cut answer, time-out, lost connection. */
  countFailure(): void {
    if (this.#upstream !== null) this.#upstream.counters.failed++;
  }

  /** The connection was never made. True when another instance may be tried. */
  connectFailed(): boolean {
    const { clock, limits, pool } = this.#context;
    const upstream = this.#upstream;
    if (upstream !== null) {
      upstream.counters.connectFailures++;
      pool.avoid(upstream);
    }
    this.#exclude();
    this.#leave();
    const isOver = (this.#tried?.size ?? 0) >= limits.attemptsMax || clock.monotonicMs() - this.#startedMs > limits.connectBudgetMs;
    return !isOver && this.#plan.kind !== "egress";
  }

  /** The connection was lost after the request was sent and before its answer was complete. True when it may be sent once more. */
  lost(head: RequestHead, answerBytes: boolean): boolean {
    const { retries } = this.#context;
    this.countFailure();
    const others = this.#plan.kind === "route" ? this.#plan.endpoints.length - (this.#tried?.size ?? 0) - 1 : 0;
    if (others > 0) this.#exclude();
    this.#leave();
    if (!retries.mayResend(head, answerBytes, this.#resent)) return false;
    this.#resent = true;
    retries.resending++;
    return true;
  }

  /** The answer is complete: the connection may serve others. */
  release(announcedS: number): void {
    if (this.connection !== null) this.#upstream?.release(this.connection, announcedS);
    this.#leave();
  }

  /** Ends the connection, whatever is on it. */
  drop(): void {
    this.connection?.detach();
    this.connection?.destroy();
    this.#leave();
  }

  /** Lets a tunnel that has ended on both sides send what still waits. */
  letGo(): void {
    this.connection?.letGo();
    this.#leave();
  }

  /** The request is over. */
  close(): void {
    if (this.#resent) this.#context.retries.resending--;
  }

  #choose(): Upstream | ErrorCode {
    const { config, ownPorts, pool, random } = this.#context;
    if (this.#plan.kind === "egress") {
      const { host, port } = this.#plan;
      return ownPorts.has(port) && isLoopback(host) ? "routing.egress-denied" : pool.forEgress(host, port);
    }
    const endpoint = chooseEndpoint(this.#plan.endpoints, random, {
      inFlight: pool.inFlightOf,
      ...(this.#tried === null ? {} : { excluded: this.#tried }),
      ...(pool.anyAvoided ? { isAvoided: pool.isAvoided } : {}),
    });
    if (endpoint === undefined) return this.#tried === null ? "routing.no-healthy-instance" : "upstream.connect-failure";
    const isOurs = ownPorts.has(endpoint.port) && isLoopback(endpoint.address);
    if (isOurs || config?.reserved.has(endpoint.port) === true) return "routing.egress-denied";
    this.#endpoint = endpoint.id;
    return pool.forEndpoint(endpoint);
  }

  #exclude(): void {
    if (this.#endpoint === null) return;
    this.#tried ??= new Set();
    this.#tried.add(this.#endpoint);
  }

  #leave(): void {
    if (this.#upstream !== null) this.#upstream.inFlight--;
    this.#upstream = null;
    this.connection = null;
  }
}

/** In whatever way the address is written: a resolver takes `127.1`, `0x7f000001` and `0:0::1` too, and the URL parser reads them alike. */
function isLoopback(address: string): boolean {
  const url = `http://${address.includes(":") ? `[${address}]` : address}`;
  const host = URL.canParse(url) ? new URL(url).hostname : address;
  return /^(?:127\.|0\.0\.0\.0$|(?:.+\.)?localhost\.?$|\[::1?\]$|\[::ffff:(?:7f..:|0:0\]))/i.test(host);
}
