/**
 * A program's place in the mesh: service and version made where they are missing, a lease beside a proxy, heartbeats.
 *
 * States of the lease: standby (proxy and identity, no requests) → serving → standby → gone. Each heartbeat says which, so that one that got lost is made
 * good by the next.
 * Invariants: a deaf engine ends nothing, the next heartbeat tries again; a lease that the engine does not know any more is taken out anew at the same
 * address, service and version included, and the program keeps the proxy that it was told.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type ApiClient, ApiProblem, type Instance } from "../../client/index.ts";
import { UsageError } from "../exit-code.ts";
import { openRelay, type Relay } from "./relay.ts";
import type { Workload } from "./workload.ts";

const TTL_MS = 10_000;
const BEAT_MS = 2_500;
const CALL_MS = 2_000;
const POLL_MS = 50;
const LISTENER_PATIENCE_MS = 15_000;

export interface MembershipOptions {
  readonly client: ApiClient;
  readonly workload: Workload;
  readonly port: number;
  /** One line for people. */
  readonly say: (line: string) => void;
}

/** The engine and the mesh are there, but nothing can join now. */
export class CannotJoin extends Error {
  override readonly name = "CannotJoin";
}

export class Membership {
  readonly #options: MembershipOptions;
  readonly #node: string;
  #id = "";
  #standby = true;
  #told = 0;
  #relay: Relay | null = null;
  #beat: NodeJS.Timeout | undefined;
  #isBeating = false;
  #isDeaf = false;
  #hasLeft = false;

  private constructor(options: MembershipOptions, node: string) {
    this.#options = options;
    this.#node = node;
  }

  /** Registers the program, standing by, and resolves once the proxy of its node has opened its outbound listener. */
  static async join(options: MembershipOptions): Promise<Membership> {
    const node = await chooseNode(options.client, options.workload.node);
    const membership = new Membership(options, node);
    await membership.#begin();
    return membership;
  }

  async #begin(): Promise<void> {
    await ensureVersion(this.#options.client, this.#options.workload);
    this.#told = await this.#takeLease();
    this.#beat = setInterval(() => void this.#heartbeat(), BEAT_MS);
  }

  get id(): string {
    return this.#id;
  }

  get node(): string {
    return this.#node;
  }

  /** Its outbound proxy, the same for the program's whole life. */
  get proxyUrl(): string {
    return `http://127.0.0.1:${this.#told}`;
  }

  /** From now on it gets requests. */
  async serve(): Promise<void> {
    this.#standby = false;
    await this.#heartbeat();
  }

  /** From now on it gets no new requests; its own still go out. */
  async standBy(): Promise<void> {
    this.#standby = true;
    await this.#heartbeat();
  }

  /** Ends the lease, as far as the engine listens: else it runs out by itself. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
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
      await this.#prolong();
      if (this.#isDeaf) this.#options.say("The engine answers again.");
      this.#isDeaf = false;
    } catch (failure) {
      if (!this.#isDeaf) this.#options.say(`The engine does not answer; trying again. (${messageOf(failure)})`);
      this.#isDeaf = true;
    } finally {
      this.#isBeating = false;
    }
    // It changed while the call was under way.
    if (standby !== this.#standby) await this.#heartbeat();
  }

  async #prolong(): Promise<Instance> {
    const { client, workload } = this.#options;
    const request = { params: { id: this.#id }, query: { standby: this.#standby ? "true" : "false" } } as const;
    try {
      return await client.call("PUT /api/v1/instances/{id}/heartbeat", { ...request, signal: AbortSignal.timeout(CALL_MS) });
    } catch (failure) {
      if (!(failure instanceof ApiProblem && failure.code === "instance.unknown")) throw failure;
    }
    this.#options.say("The lease ran out; joining again.");
    await ensureVersion(client, workload);
    await this.#keepProxy(await this.#takeLease());
    return await client.call("PUT /api/v1/instances/{id}/heartbeat", { ...request, params: { id: this.#id } });
  }

  /** Returns the port of the outbound listener. */
  async #takeLease(): Promise<number> {
    const { client, port, workload } = this.#options;
    const { service, version, zone } = workload;
    const node = this.#node;
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
    if (this.#relay === null && port !== this.#told) {
      this.#relay = await openRelay(this.#told, port);
      if (this.#relay === null)
        this.#options.say(`Port ${this.#told}, its proxy, was taken by another program: it calls nobody until it is restarted.`);
    }
    this.#relay?.to(port);
  }
}

/** The node asked for, or the first with a connected proxy. */
async function chooseNode(client: ApiClient, wanted: string | null): Promise<string> {
  const { proxies } = await client.call("GET /api/v1/mesh");
  const nodes = proxies.filter(({ connected }) => connected).map(({ node }) => node);
  const node = wanted === null ? nodes.toSorted()[0] : nodes.find((name) => name === wanted);
  if (node !== undefined) return node;
  if (nodes.length === 0)
    throw new CannotJoin("No proxy is connected to the engine, so the program would have none. Start one, and run this again.");
  throw new CannotJoin(`No proxy of node ${wanted} is connected. There are: ${nodes.join(", ")}.`);
}

/** Throws `UsageError` where the version is registered with other requirements than those given. */
async function ensureVersion(client: ApiClient, { service, version, requirements }: Workload): Promise<void> {
  const reason = "interlock run";
  const known = await client
    .call("GET /api/v1/services/{service}/versions", { params: { service }, query: { limit: 500 } })
    .catch(except("service.unknown"));
  if (known === null) await client.call("POST /api/v1/services", { body: { name: service, reason } }).catch(except("service.exists"));
  const registered = known?.items.find((candidate) => candidate.version === version);
  if (registered === undefined) {
    const request = { params: { service }, body: { version, requirements, reason } };
    await client.call("POST /api/v1/services/{service}/versions", request).catch(except("version.exists"));
    return;
  }
  const differs = Object.entries(requirements).filter(([name, range]) => registered.requirements[name] !== range);
  if (differs.length === 0) return;
  const has = Object.entries(registered.requirements).map(([name, range]) => `${name}=${range}`);
  throw new UsageError(
    `--requires: ${service} ${version} is registered and requires ${has.join(", ") || "nothing"}. Leave the option out, or run another version.`,
  );
}

function except(code: string): (failure: unknown) => null {
  return (failure) => {
    if (failure instanceof ApiProblem && failure.code === code) return null;
    throw failure;
  };
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
