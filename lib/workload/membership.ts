/**
 * A program's place in the mesh: a lease beside a proxy, heartbeats.
 *
 * States of the lease: standby (proxy and identity, no requests) → serving → standby → gone. Each heartbeat says which, so that one that got lost is made
 * good by the next.
 * Invariants: a deaf engine ends nothing, the next heartbeat tries again; a lease that the engine does not know any more is taken out anew at the same
 * address, service and version included, and the program keeps the proxy that it was told.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type ApiClient, ApiProblem, type Instance } from "../client/index.ts";
import { drawPort } from "./program-port.ts";
import { openRelay, type Relay } from "./relay.ts";

const TTL_MS = 10_000;
const BEAT_MS = 2_500;
const CALL_MS = 2_000;
const POLL_MS = 50;
const LISTENER_PATIENCE_MS = 15_000;
const DRAWS_MAX = 20;

export interface MembershipOptions {
  readonly client: ApiClient;
  readonly service: string;
  readonly version: string;
  readonly node: string;
  readonly zone: string | null;
  /** Where the program listens on 127.0.0.1. */
  readonly port: number;
  /** Before each lease is taken out: whatever it needs to be there. */
  readonly prepare?: () => Promise<void>;
  /** The lease is another one, or has another proxy, than before. */
  readonly onMoved?: () => void;
  /** Whoever has many programs tells of a deaf engine once. */
  readonly isQuiet?: boolean;
  /** One line for people. */
  readonly say: (line: string) => void;
}

/** A lease that was taken out before, for a program that was told `proxyPort`. */
export interface KnownLease {
  readonly id: string;
  readonly proxyPort: number;
  readonly standby: boolean;
}

/** The engine and the mesh are there, but nothing can join now. */
export class CannotJoin extends Error {
  override readonly name = "CannotJoin";
}

export class Membership {
  readonly #options: MembershipOptions;
  #id = "";
  #standby = true;
  #told = 0;
  #relay: Relay | null = null;
  #beat: NodeJS.Timeout | undefined;
  #isBeating = false;
  #isDeaf = false;
  #hasLeft = false;
  /** Those who want to know when the engine has taken it that it stands by. */
  readonly #waiting: ((isTaken: boolean) => void)[] = [];
  /** Its proxy's port is another program's. */
  #isCutOff = false;

  private constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** Registers the program, standing by, and resolves once the proxy of its node has opened its outbound listener. */
  static async join(options: MembershipOptions): Promise<Membership> {
    const membership = new Membership(options);
    await membership.#begin();
    return membership;
  }

  /** The same at a free port, which it draws: another one where the engine knows of a program there that does not listen yet. */
  static async joinAtFreePort(options: Omit<MembershipOptions, "port">): Promise<Membership> {
    for (let drawn = 1; ; drawn++) {
      try {
        return await Membership.join({ ...options, port: await drawPort() });
      } catch (failure) {
        if (!(failure instanceof ApiProblem && failure.code === "instance.exists") || drawn === DRAWS_MAX) throw failure;
      }
    }
  }

  /** Goes on with a lease that another process took out for a program which was told its proxy. */
  static resume(options: MembershipOptions, lease: KnownLease): Membership {
    const membership = new Membership(options);
    membership.#goOn(lease);
    return membership;
  }

  async #begin(): Promise<void> {
    await this.#options.prepare?.();
    try {
      this.#told = await this.#takeLease();
    } catch (failure) {
      await this.leave();
      throw failure;
    }
    this.#beat = setInterval(() => void this.#heartbeat(), BEAT_MS);
  }

  #goOn({ id, proxyPort, standby }: KnownLease): void {
    this.#id = id;
    this.#told = proxyPort;
    this.#standby = standby;
    this.#beat = setInterval(() => void this.#heartbeat(), BEAT_MS);
    void this.#heartbeat();
  }

  get id(): string {
    return this.#id;
  }

  get node(): string {
    return this.#options.node;
  }

  /** Where the program listens. */
  get port(): number {
    return this.#options.port;
  }

  /** The port of its outbound proxy, the same for the program's whole life. */
  get proxyPort(): number {
    return this.#told;
  }

  /** Its outbound proxy. */
  get proxyUrl(): string {
    return `http://127.0.0.1:${this.#told}`;
  }

  /** From now on it gets requests. */
  async serve(): Promise<void> {
    this.#standby = false;
    this.#tellWaiting(false);
    await this.#heartbeat();
  }

  /**
   * From now on it gets no new requests; its own still go out. Resolves with true once the engine has taken it, tried again until then, with false when
   * it has left or serves again.
   */
  async standBy(): Promise<boolean> {
    this.#standby = true;
    const taken = new Promise<boolean>((resolve) => this.#waiting.push(resolve));
    if (this.#hasLeft) this.#tellWaiting(false);
    void this.#heartbeat();
    return taken;
  }

  /** Ends the lease, as far as the engine listens: else it runs out by itself. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#tellWaiting(false);
    clearInterval(this.#beat);
    this.#relay?.close();
    if (this.#id === "") return;
    await this.#options.client
      .call("DELETE /api/v1/instances/{id}", { params: { id: this.#id }, signal: AbortSignal.timeout(CALL_MS) })
      .catch(() => {});
  }

  async #heartbeat(): Promise<void> {
    if (this.#isBeating || this.#hasLeft) return;
    this.#isBeating = true;
    const standby = this.#standby;
    try {
      const { outbound } = await this.#prolong(standby);
      if (standby && this.#standby) this.#tellWaiting(true);
      if (outbound !== null) await this.#keepProxy(outbound.port);
      if (this.#isDeaf) this.#tell("The engine answers again.");
      this.#isDeaf = false;
    } catch (failure) {
      if (!this.#isDeaf) this.#tell(`The engine does not answer; trying again. (${messageOf(failure)})`);
      this.#isDeaf = true;
    } finally {
      this.#isBeating = false;
    }
    // It changed while the call was under way.
    if (standby !== this.#standby) await this.#heartbeat();
  }

  #tell(line: string): void {
    if (this.#options.isQuiet !== true) this.#options.say(line);
  }

  #tellWaiting(isTaken: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(isTaken);
  }

  async #prolong(standby: boolean): Promise<Instance> {
    const { client } = this.#options;
    const request = { params: { id: this.#id }, query: { standby: standby ? "true" : "false" } } as const;
    try {
      return await client.call("PUT /api/v1/instances/{id}/heartbeat", { ...request, signal: AbortSignal.timeout(CALL_MS) });
    } catch (failure) {
      if (!(failure instanceof ApiProblem && failure.code === "instance.unknown")) throw failure;
    }
    this.#options.say("The lease ran out; joining again.");
    await this.#options.prepare?.();
    await this.#keepProxy(await this.#takeLease());
    this.#options.onMoved?.();
    return await client.call("PUT /api/v1/instances/{id}/heartbeat", { ...request, params: { id: this.#id } });
  }

  /** Returns the port of the outbound listener. */
  async #takeLease(): Promise<number> {
    const { client, node, port, service, version, zone } = this.#options;
    const body = { version, address: "127.0.0.1", port, node, ttlMs: TTL_MS, standby: true, ...(zone === null ? {} : { zone }) };
    const { id } = await client.call("POST /api/v1/services/{service}/instances", { params: { service }, body });
    this.#id = id;
    for (let waitedMs = 0; waitedMs < LISTENER_PATIENCE_MS && !this.#hasLeft; waitedMs += POLL_MS) {
      const { outbound } = await client.call("PUT /api/v1/instances/{id}/heartbeat", { params: { id } });
      if (outbound !== null) return outbound.port;
      await pause(POLL_MS);
    }
    throw new CannotJoin(`The proxy of ${node} opened no listener for ${id} in ${LISTENER_PATIENCE_MS / 1_000} s; look at its log.`);
  }

  async #keepProxy(port: number): Promise<void> {
    if (this.#relay === null && port === this.#told) return;
    if (this.#relay === null) {
      this.#relay = await openRelay(this.#told, port);
      if (this.#relay === null && !this.#isCutOff)
        this.#options.say(`Port ${this.#told}, its proxy, was taken by another program: it calls nobody until it is restarted.`);
    }
    this.#isCutOff = this.#relay === null;
    this.#relay?.to(port);
  }
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
