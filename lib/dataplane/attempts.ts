import type { ErrorCode, InstanceId, Version } from "../model/index.ts";
import type { FailureKind, Member } from "../routing/index.ts";
import type { ProxyContext } from "./caller-side.ts";
import type { Deadlined } from "./deadline-sweep.ts";
import { type HashedRequest, hashKeyOf, isHashing } from "./health/hash-key.ts";
import type { InstanceRoute } from "./health/service-board.ts";
import type { VersionLoad, Waiting } from "./health/version-load.ts";
import { type Hop, hopTo } from "./identity/mesh-identity.ts";
import type { InboundPlan } from "./inbound-plan.ts";
import { isLoopback } from "./loopback.ts";
import type { Destination, EgressPlan } from "./request-plan.ts";
import type { Expects, UpstreamConnection, UpstreamUser } from "./upstream-connection.ts";
import type { Upstream } from "./upstream-pool.ts";

/** What the choice of an instance may look at. */
export interface AttemptedRequest extends HashedRequest {
  readonly startedMs: number;
}

const NOT_HASHED = -2;

/**
 * The attempts of one request: which instance, on which connection, and whether there is another one. They go to the version that was
 * chosen for the request, or to those that take over when its instances are unhealthy. It takes part in all limits of the version
 * (`VersionLoad`), and tells `ServiceHealth` what became of each attempt.
 *
 * Invariant: whatever is taken for an attempt is given back once, in `#leave`.
 */
export class Attempts implements Waiting, Deadlined {
  /** Attempts beyond the first; -1 before it. */
  retries = -1;
  /** Null between attempts, and while the request waits for a connection. */
  connection: UpstreamConnection | null = null;
  /** The last attempt left what the request prefers, for another zone or version. */
  failedOver = false;
  /** Until when the request waits for a connection. */
  deadlineMs = Number.POSITIVE_INFINITY;
  readonly #context: ProxyContext;
  readonly #plan: Destination;
  readonly #request: AttemptedRequest;
  readonly #route: InstanceRoute | null;
  #upstream: Upstream | null = null;
  #member: Member | null = null;
  #instance: InstanceId | null = null;
  #load: VersionLoad | null = null;
  #version: Version | null;
  #tried: Set<InstanceId> | null = null;
  #hash = NOT_HASHED;
  #resent = false;
  #wasKept = false;
  /** The instance has the request and has not begun its answer. */
  #isAwaited = false;
  #sentMs = 0;
  #latencyMs: number | null = null;
  #user: UpstreamUser | null = null;
  #expects: Expects = { toHead: false, bare: false };
  #alwaysNew = false;
  /** Why the last connection was not made. */
  #failure: ErrorCode = "upstream.connect-failure";
  /** Why the request does not wait any longer. */
  #refusal: ErrorCode | null = null;

  constructor(context: ProxyContext, plan: Destination, request: AttemptedRequest) {
    this.#context = context;
    this.#plan = plan;
    this.#request = request;
    this.#route = plan.kind === "route" ? context.health.routeOf(plan) : null;
    this.#version = plan.kind === "egress" ? null : plan.version;
    if (this.#route !== null) this.#route.load.routed++;
  }

  /** The version of the instance that was tried last. */
  get version(): Version | null {
    return this.#version;
  }

  /** The instance that was tried last; null before, and outside the mesh. */
  get instance(): InstanceId | null {
    return this.#instance;
  }

  /** The connection of the last attempt had served others before. */
  get wasKept(): boolean {
    return this.#wasKept;
  }

  /**
   * Takes an instance and a connection to it, kept or new; returns the code of the refusal when there is none. A connection that
   * is kept (`isOpen`) can be written to at once, a new one tells its user, and so does one that is waited for.
   */
  start(user: UpstreamUser, expects: Expects, alwaysNew = false): ErrorCode | null {
    this.#user = user;
    this.#expects = expects;
    this.#alwaysNew = alwaysNew;
    this.#latencyMs = null;
    if (this.#plan.kind !== "route") return this.#startUnbalanced(this.#plan);
    const nowMs = this.#context.clock.monotonicMs();
    if (this.retries < 0 && this.#context.health.shedder.sheds(nowMs)) return "proxy.overloaded";
    const member = this.#choose(nowMs);
    if (typeof member === "string") return member;
    const refusal = this.#enter(member, nowMs) ?? (this.#connect(member, nowMs) ? null : this.#wait(nowMs));
    if (refusal === null) this.retries++;
    else this.#leave();
    return refusal;
  }

  /** Another try would be one more than `limit` retries under way to the version. */
  retryRefused(limit: number): void {
    this.#route?.load.breaker.refused("retries", limit, this.#context.clock.monotonicMs());
  }

  /** The connection stands and the request is written to it. */
  countSent(): void {
    if (this.#upstream !== null) this.#upstream.counters.requests++;
    if (this.#route === null || this.#member === null) return;
    this.#sentMs = this.#context.clock.monotonicMs();
    this.#isAwaited = true;
    this.#route.board.health.requestSent(this.#member.id, this.#sentMs);
  }

  /** The head of the final answer has come. */
  answered(): void {
    if (!this.#isAwaited || this.#route === null || this.#member === null) return;
    const nowMs = this.#context.clock.monotonicMs();
    this.#isAwaited = false;
    this.#latencyMs = nowMs - this.#sentMs;
    this.#route.board.health.waitEnded(this.#member.id, nowMs, this.#latencyMs);
  }

  /** The answer is complete, or thrown away for its status. */
  completed(status: number): void {
    if (status < 500) {
      if (this.#route !== null && this.#member !== null) this.#route.board.health.succeeded(this.#member.id);
    } else this.failed(status >= 502 && status <= 504 ? "gateway" : "server-error", `status ${status}`);
  }

  /** The instance failed on this request: 5xx, cut answer, time-out, lost connection. `what` says how in a few words. */
  failed(kind: FailureKind, what: string): void {
    if (this.#upstream !== null) this.#upstream.counters.failed++;
    if (this.#route === null || this.#member === null) return;
    this.#route.board.health.failed(this.#member.id, kind, what, this.#context.clock.monotonicMs());
  }

  /** The instance took too long. */
  timedOut(): void {
    if (this.#isAwaited) this.#latencyMs = this.#context.clock.monotonicMs() - this.#sentMs;
    this.failed("gateway", "no answer in time");
  }

  /**
   * The connection was never made. Null when another instance may be tried, else why not. `isRelayed`: the one to the instance's proxy was, and that
   * did not reach the instance.
   */
  connectFailed(isRelayed = false): ErrorCode | null {
    const { clock, limits, pool } = this.#context;
    const refusal = this.#refusal;
    if (refusal !== null) return refusal;
    const nowMs = clock.monotonicMs();
    const isLate = nowMs - this.#request.startedMs > limits.connectBudgetMs;
    const failure = isRelayed ? "upstream.connect-failure" : (this.connection?.failure ?? "upstream.connect-failure");
    if (isRelayed) this.connection?.detach();
    if (isRelayed) this.connection?.destroy();
    else if (failure === "upstream.connect-failure" && this.#mayGoPlain() && this.#member !== null && !isLate) {
      // Nobody listens for it; the instance itself may be well.
      pool.listenerIsDown(this.#member.id, nowMs);
      this.retries--;
      this.#leave();
      return null;
    }
    this.#failure = failure;
    if (this.#upstream !== null) this.#upstream.counters.connectFailures++;
    if (this.#route !== null && this.#member !== null) {
      const { id } = this.#member;
      this.#route.board.health.avoid(id, nowMs + limits.avoidMs, nowMs);
      this.#route.board.health.failed(id, "gateway", "no connection could be made", nowMs);
    }
    this.#exclude();
    this.#leave();
    const isOver = isLate || (this.#tried?.size ?? 0) >= limits.attemptsMax;
    return isOver || this.#plan.kind !== "route" ? failure : null;
  }

  #mayGoPlain(): boolean {
    return this.#upstream?.secure != null && this.#route?.board.policy.tls.mode === "permissive";
  }

  /** Gives this attempt up for another one, which `start` makes: elsewhere if there is anywhere else, on a connection of its own. */
  giveUpTry(): void {
    this.#exclude();
    this.drop();
    this.#resent = true;
  }

  /** The answer is complete: the connection may serve others. */
  release(announcedS: number): void {
    const { connection } = this;
    const upstream = this.#upstream;
    this.#leave();
    if (connection !== null) upstream?.release(connection, announcedS);
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
    if (this.#route !== null) this.#route.load.routed--;
  }

  /** A connection is free. The one whose turn has come takes it, if it may be given this instance. */
  go(freed: Member | null): void {
    const nowMs = this.#context.clock.monotonicMs();
    this.#stopWaiting();
    const isWelcome = freed !== null && this.#tried?.has(freed.id) !== true && freed.isHealthy;
    const member = isWelcome ? freed : this.#choose(nowMs);
    const refusal = typeof member === "string" ? member : this.#goTo(member, nowMs);
    if (refusal !== null) return this.#refuse(refusal);
    if (this.connection?.isOpen === true) this.#user?.onConnected();
  }

  /** It has waited for a connection for as long as making one may take. */
  onDeadline(): void {
    this.#refuse("overload.pending");
  }

  #goTo(member: Member, nowMs: number): ErrorCode | null {
    if (member.endpoint.version !== this.#load?.version) {
      this.#leave();
      const refusal = this.#enter(member, nowMs);
      if (refusal !== null) return refusal;
    } else this.#take(member);
    return this.#connect(member, nowMs) ? null : this.#wait(nowMs);
  }

  #refuse(refusal: ErrorCode): void {
    this.#refusal = refusal;
    this.#leave();
    this.#user?.onConnectFailed();
  }

  /** Out of the mesh, or to the instance behind an inbound listener. */
  #startUnbalanced(plan: EgressPlan | InboundPlan): ErrorCode | null {
    const { ownPorts, pool } = this.#context;
    const { host, port } = plan.kind === "egress" ? plan : plan.upstream;
    if (ownPorts.has(port) && isLoopback(host)) return "routing.egress-denied";
    const upstream = plan.kind === "egress" ? pool.forEgress(host, port) : plan.upstream;
    this.retries++;
    this.#begin(upstream, (this.#alwaysNew || this.#resent ? undefined : upstream.takeIdle()) ?? upstream.connect());
    return null;
  }

  #hopTo(member: Member, nowMs: number): Hop {
    const { identity, pool } = this.#context;
    const { endpoint } = member;
    if (endpoint.inbound === undefined || this.#route === null) return null;
    const isDown = pool.isListenerDown(endpoint.id, nowMs);
    return hopTo(endpoint, this.#route.board.policy.tls.mode, { identity, as: this.#request.as }, isDown);
  }

  #choose(nowMs: number): Member | ErrorCode {
    const { config, health, ownPorts } = this.#context;
    if (this.#route === null) return "routing.no-healthy-instance";
    const { pool } = this.#route;
    const { pick } = health;
    pick.nowMs = nowMs;
    pick.hash = this.#hashKey(this.#route);
    pick.excluded = this.#tried;
    let member = pool.choose(pick);
    if (member === undefined && this.#resent) {
      // It lost a connection, which does not mean that it takes no other: better than no answer.
      pick.excluded = null;
      member = pool.choose(pick);
    }
    if (member === undefined) return this.#tried === null ? "routing.no-healthy-instance" : this.#failure;
    this.failedOver = pool.lastIsAway;
    const { address, port } = member.endpoint;
    const isOurs = ownPorts.has(port) && isLoopback(address);
    if (this.#hopTo(member, nowMs) === "refused") return "identity.peer-mismatch";
    return isOurs || config?.reserved.has(port) === true ? "routing.egress-denied" : member;
  }

  #hashKey({ board }: InstanceRoute): number {
    const { loadBalancing } = board.policy;
    if (!isHashing(loadBalancing)) return -1;
    if (this.#hash === NOT_HASHED) this.#hash = hashKeyOf(loadBalancing.hashOn, this.#request);
    return this.#hash;
  }

  /** Counts the attempt in at the instance's version. */
  #enter(member: Member, nowMs: number): ErrorCode | null {
    const route = this.#route;
    if (route === null) return "routing.no-healthy-instance";
    const { version } = member.endpoint;
    const load = route.load.version === version ? route.load : route.board.loadOf(version);
    const refusal = load.enter(nowMs);
    if (refusal !== null) return refusal;
    this.#load = load;
    this.#take(member);
    return null;
  }

  #take(member: Member): void {
    this.#member = member;
    this.#instance = member.id;
    this.#version = member.endpoint.version;
    member.inFlight++;
  }

  /** A connection to the instance; false when it must be waited for. */
  #connect(member: Member, nowMs: number): boolean {
    const load = this.#load;
    const hop = this.#hopTo(member, nowMs);
    // "refused" was looked for when the instance was chosen; if it came true since, the connection fails by itself.
    const as = hop === "refused" ? this.#request.as : hop;
    const upstream = this.#context.pool.forEndpoint(member.endpoint, load, member, as);
    const kept = this.#alwaysNew || this.#resent ? undefined : upstream.takeIdle();
    if (kept === undefined && load?.mayConnect(nowMs) === false) return false;
    this.#begin(upstream, kept ?? upstream.connect(this.#alwaysNew));
    return true;
  }

  #begin(upstream: Upstream, connection: UpstreamConnection): void {
    this.#upstream = upstream;
    upstream.inFlight++;
    this.connection = connection;
    this.#wasKept = connection.isOpen;
    if (!this.#wasKept && this.#plan.kind === "route") {
      connection.deadlineMs = this.#context.sweep.nowMs + this.#plan.plan.timeouts.connectMs;
    }
    if (this.#user !== null) connection.begin(this.#user, this.#expects);
  }

  /** Waits for a connection to whatever instance, so none counts it as its own meanwhile. */
  #wait(nowMs: number): ErrorCode | null {
    const { sweep } = this.#context;
    this.#returnMember();
    const refusal = this.#load?.wait(this, nowMs) ?? null;
    if (refusal !== null) return refusal;
    this.deadlineMs = nowMs + (this.#plan.kind === "route" ? this.#plan.plan.timeouts.connectMs : 0);
    sweep.add(this);
    return null;
  }

  #stopWaiting(): void {
    if (this.deadlineMs === Number.POSITIVE_INFINITY) return;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#context.sweep.remove(this);
    this.#load?.giveUp(this);
  }

  #exclude(): void {
    if (this.#member === null) return;
    this.#tried ??= new Set();
    this.#tried.add(this.#member.id);
  }

  #leave(): void {
    this.#stopWaiting();
    if (this.#upstream !== null) this.#upstream.inFlight--;
    this.#upstream = null;
    this.connection = null;
    if (this.#load === null) return;
    const nowMs = this.#isAwaited || this.#latencyMs === null ? this.#context.clock.monotonicMs() : this.#sentMs + this.#latencyMs;
    if (this.#isAwaited && this.#member !== null) this.#route?.board.health.waitEnded(this.#member.id, nowMs, null);
    this.#isAwaited = false;
    this.#load.leave(this.#latencyMs, nowMs);
    this.#load = null;
    this.#returnMember();
  }

  #returnMember(): void {
    if (this.#member !== null) this.#member.inFlight--;
    this.#member = null;
  }
}
