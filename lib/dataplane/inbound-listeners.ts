import type { OutboundListener, ServiceName, SnapshotEndpoint } from "../model/index.ts";
import type { ProxyContext } from "./caller-side.ts";
import type { IdentityAgent } from "./identity/identity-agent.ts";
import { InboundListener } from "./inbound-listener.ts";

export interface InboundOptions {
  readonly agent: IdentityAgent;
  /** Where they listen; the address of each instance unless given. */
  readonly address?: string;
  /** Ports from earlier, by instance; asked for again so that they stay. */
  readonly ports?: ReadonlyMap<string, number>;
}

interface Opened {
  readonly listener: InboundListener;
  readonly address: string;
  readonly service: ServiceName;
}

const PORT_DRAWS_MAX = 20;

/**
 * The inbound listeners of a node's instances. One listens from the moment its instance is known, and is told to the engine once there is a certificate to
 * answer with: until then callers would dial it in vain. Under strict it is told at once: calls in vain are what strict asks for, and callers that do not know of it
 * would take the instance for one without a proxy and call it in plain text.
 */
export class InboundListeners {
  readonly #context: ProxyContext;
  readonly #options: InboundOptions;
  readonly #ports: Map<string, number>;
  readonly #opened = new Map<string, Opened>();
  readonly #closing = new Set<InboundListener>();

  constructor(context: ProxyContext, options: InboundOptions) {
    this.#context = context;
    this.#options = options;
    this.#ports = new Map(options.ports);
  }

  /** All that listen or still finish requests. */
  all(): InboundListener[] {
    return [...[...this.#opened.values()].map(({ listener }) => listener), ...this.#closing];
  }

  /** All that listen. */
  opened(): readonly OutboundListener[] {
    return [...this.#opened].map(([instance, { address, listener }]) => ({ instance, address, port: listener.port }) as OutboundListener);
  }

  /** What callers' proxies may dial. */
  ready(): readonly OutboundListener[] {
    return this.opened().filter(({ instance }) => this.#options.agent.held(instance) !== null || this.#isStrict(instance));
  }

  /** Opens one for each of these and closes the others; whether anything changed. `taken`: ports that instances claim. */
  async follow(wanted: ReadonlyMap<string, SnapshotEndpoint>, taken: ReadonlySet<number>): Promise<boolean> {
    let changed = false;
    for (const [id, { listener }] of this.#opened) {
      const endpoint = wanted.get(id);
      if (endpoint !== undefined && listener.serves(endpoint)) continue;
      changed = true;
      this.#opened.delete(id);
      this.#closing.add(listener);
      listener.close();
    }
    for (const old of this.#closing) if (old.connectionCount === 0) this.#closing.delete(old);
    const missing = [...wanted.values()].filter(({ id }) => !this.#opened.has(id));
    await Promise.all(missing.map((endpoint) => this.#open(endpoint, taken)));
    for (const id of this.#ports.keys()) if (!wanted.has(id)) this.#ports.delete(id);
    return changed || missing.length > 0;
  }

  #isStrict(instance: string): boolean {
    const service = this.#opened.get(instance)?.service;
    return service !== undefined && this.#context.config?.table.service(service)?.policy.tls.mode === "strict";
  }

  async #open(endpoint: SnapshotEndpoint, taken: ReadonlySet<number>): Promise<void> {
    const { id } = endpoint;
    const before = this.#ports.get(id);
    const address = this.#options.address ?? endpoint.address;
    let why = "every port is taken";
    for (let draw = 0; draw < PORT_DRAWS_MAX; draw++) {
      const listener = new InboundListener(this.#context, this.#options.agent, endpoint);
      const opened = await listener.listen(address, draw === 0 && before !== undefined && !taken.has(before) ? before : 0);
      if (opened.ok && !taken.has(opened.value)) {
        this.#opened.set(id, { listener, address, service: endpoint.service });
        this.#ports.set(id, opened.value);
        return;
      }
      if (!opened.ok) why = opened.error;
      listener.destroy();
    }
    this.#context.log(`no inbound listener for ${id} at ${address} (${why}): it is called in plain text until the next change`);
  }
}
