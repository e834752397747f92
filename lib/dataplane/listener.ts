import net from "node:net";
import type { EdgeEnd, Principal, ServiceName, Version } from "../model/index.ts";
import type { RouteDecision } from "../routing/index.ts";
import { ok, type Result } from "../std/index.ts";
import { CallerConnection } from "./caller-connection.ts";
import type { ListenerSide, ProxyContext } from "./caller-side.ts";
import type { HeadScope } from "./http1/request-head.ts";
import type { Subject } from "./identity/held-identity.ts";
import { listenOn } from "./listen-on.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import type { EdgeCounters } from "./telemetry-recorder.ts";

const ADDRESS = "127.0.0.1";
/** Connections over the limit that are still told so; the oldest makes room. */
const REFUSED_MAX = 256;

/** One listening port, on the loopback interface only: the ingress, or the outbound proxy of one local instance. */
export class Listener implements ListenerSide {
  readonly scope: HeadScope;
  readonly caller: EdgeEnd;
  readonly principal: Principal;
  /** An address on the loopback interface proves nothing. */
  readonly identity = null;
  readonly subject: Subject;
  readonly inbound = null;
  isClosing = false;
  readonly #context: ProxyContext;
  readonly #server: net.Server;
  readonly #connections = new Set<CallerConnection>();
  readonly #refused = new Set<CallerConnection>();
  readonly #edges = new Map<RouteDecision, EdgeCounters>();
  #edgesOf: ProxyConfig | null = null;
  #port = 0;

  constructor(context: ProxyContext, { caller, scope, subject }: Pick<ListenerSide, "caller" | "scope"> & { readonly subject: Subject }) {
    this.#context = context;
    this.scope = scope;
    this.caller = caller;
    this.subject = subject;
    const { service, version } = caller;
    // Whoever can connect to the loopback interface here stands for the instance, or for the outside.
    this.principal =
      version === null ? { kind: "ingress" } : { kind: "instance", service: service as ServiceName, version: version as Version };
    // The mark is where a connection counts as clogged, so that "drain" always follows.
    const options = { allowHalfOpen: true, noDelay: true, highWaterMark: context.limits.heldBytesMax, pauseOnConnect: true };
    this.#server = net.createServer(options, (socket) => this.#accept(socket));
  }

  get port(): number {
    return this.#port;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Somebody still waits for an answer, is in the middle of a request, or may not have its last answer yet. */
  get isBusy(): boolean {
    for (const connection of this.#connections) if (!connection.isIdle) return true;
    return false;
  }

  /** Listens on `port` (0: the kernel chooses); the system's error code when it cannot be had. */
  async listen(port: number): Promise<Result<number, string>> {
    const opened = await listenOn(this.#server, { host: ADDRESS, port }, this.#context);
    if (!opened.ok) return opened;
    this.#port = opened.value;
    this.#context.ownPorts.add(this.#port);
    return ok(this.#port);
  }

  /** Leaves new connections to a successor; those that are open go on. */
  stopAccepting(): void {
    this.#server.close();
  }

  /** Accepts nothing more; requests under way finish, and their connections close. */
  close(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.#context.ownPorts.delete(this.#port);
    this.#server.close();
    for (const connection of this.#connections) if (connection.isIdle) connection.close();
  }

  /** Ends what `close` left. */
  destroy(): void {
    this.close();
    for (const connections of [this.#connections, this.#refused]) for (const connection of connections) connection.destroy();
  }

  /** Counters of a decision's edge; decisions without effects live as long as their table, and so does this cache. */
  edgeFor(decision: RouteDecision): EdgeCounters {
    if (decision.effects !== null) return this.#lookUp(decision);
    if (this.#edgesOf !== this.#context.config) {
      this.#edgesOf = this.#context.config;
      this.#edges.clear();
    }
    const known = this.#edges.get(decision);
    if (known !== undefined && !known.forgotten) return known;
    const edge = this.#lookUp(decision);
    this.#edges.set(decision, edge);
    return edge;
  }

  #lookUp({ service, splitEpoch, version }: RouteDecision): EdgeCounters {
    return this.#context.recorder.edge(this.caller, { service, version }, splitEpoch);
  }

  #accept(socket: net.Socket): void {
    const { connectionsMax } = this.#context.limits;
    if (this.#connections.size < connectionsMax) this.#take(socket, this.#connections);
    else {
      const [oldest] = this.#refused;
      if (oldest !== undefined && this.#refused.size >= REFUSED_MAX) {
        oldest.destroy();
        this.#refused.delete(oldest);
      }
      const detail = `The proxy serves ${connectionsMax} connections on this listener already.`;
      this.#take(socket, this.#refused).refuse({ code: "proxy.overloaded", detail });
    }
  }

  #take(socket: net.Socket, connections: Set<CallerConnection>): CallerConnection {
    const connection = new CallerConnection(this.#context, this, socket, (closed) => connections.delete(closed));
    connections.add(connection);
    return connection;
  }
}
