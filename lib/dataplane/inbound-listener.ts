/**
 * The callee's side of one local instance: mTLS from callers' proxies in, plain HTTP to the instance out. It decides who may call; callers' proxies route,
 * balance, retry and count.
 *
 * Invariants: the listener stays while certificates come and go; a connection is served only after its peer was verified (`inbound-tls`); one that is to
 * end says so with its next answer and is never cut under an idle caller that could be writing its next request, unless that takes too long.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { VerifiedPeer } from "../identity/index.ts";
import type { ErrorCode, SnapshotEndpoint } from "../model/index.ts";
import { ok, type Result } from "../std/index.ts";
import { CallerConnection } from "./caller-connection.ts";
import type { ProxyContext } from "./caller-side.ts";
import type { IdentityAgent } from "./identity/identity-agent.ts";
import { createInboundTls, type InboundTls } from "./identity/inbound-tls.ts";
import { InboundSide, type InboundTarget } from "./inbound-side.ts";
import { listenOn } from "./listen-on.ts";
import { noteCarrier } from "./reset-socket.ts";
import type { Upstream } from "./upstream-pool.ts";

/** Names a connection on either side of its TLS socket. */
const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}|${remotePort}`;

/** Whoever can connect can be refused as often as he likes: the log gets one line of a code in this time, the figures get all. */
const TOLD_EVERY_MS = 10_000;

interface Served {
  readonly connection: CallerConnection;
  readonly side: InboundSide;
}

export class InboundListener {
  isClosing = false;
  readonly #context: ProxyContext;
  readonly #target: { endpoint: SnapshotEndpoint; readonly upstream: Upstream };
  readonly #server: Server;
  readonly #tls: InboundTls;
  readonly #served = new Map<Socket, Served>();
  /** Accepted, whether or not served yet. */
  readonly #accepted = new Map<string, Socket>();
  readonly #told = new Map<ErrorCode, { readonly atMs: number; untold: number }>();
  #port = 0;

  constructor(context: ProxyContext, agent: IdentityAgent, endpoint: SnapshotEndpoint) {
    this.#context = context;
    this.#target = { endpoint, upstream: context.pool.forLocal(endpoint) };
    this.#tls = createInboundTls({
      agent,
      subject: endpoint.id,
      clock: context.clock,
      mode: () => context.config?.table.service(endpoint.service)?.policy.tls.mode ?? "strict",
      onSecure: (socket, peer) => this.#serveSecure(socket, peer),
      onPlain: (socket) => this.#serve(socket, null),
      onRefused: (code, detail) => this.#refused(code, detail),
      onRetire: (socket) => this.#retire(socket),
    });
    const options = { allowHalfOpen: true, noDelay: true, highWaterMark: context.limits.heldBytesMax };
    this.#server = createServer(options, (socket) => this.#accept(socket));
  }

  get port(): number {
    return this.#port;
  }

  /** Whether it stands for this very instance. */
  serves(endpoint: SnapshotEndpoint): boolean {
    const same = (["address", "port", "service", "version"] as const).every((field) => this.#target.endpoint[field] === endpoint[field]);
    return same && !this.isClosing;
  }

  get connectionCount(): number {
    return this.#accepted.size;
  }

  get isBusy(): boolean {
    for (const { connection } of this.#served.values()) if (!connection.isIdle) return true;
    return false;
  }

  async listen(host: string, port: number): Promise<Result<number, string>> {
    const opened = await listenOn(this.#server, { host, port }, this.#context);
    if (!opened.ok) return opened;
    this.#port = opened.value;
    this.#context.ownPorts.add(this.#port);
    return ok(this.#port);
  }

  /** Leaves new connections to a successor; those that are open go on. */
  stopAccepting(): void {
    this.#server.close();
  }

  /** Accepts nothing more. Connections end with their next answer, or when their callers drop them. */
  close(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.#context.ownPorts.delete(this.#port);
    this.#server.close();
  }

  destroy(): void {
    this.close();
    this.#tls.close();
    for (const { connection } of this.#served.values()) connection.destroy();
    for (const socket of this.#accepted.values()) socket.destroy();
    this.#target.upstream.forget();
  }

  #accept(socket: Socket): void {
    const key = keyOf(socket);
    if (this.#accepted.size >= this.#context.limits.connectionsMax) {
      // There is no TLS yet to say why with.
      this.#context.recorder.countCode("proxy.overloaded");
      socket.destroy();
      return;
    }
    this.#accepted.set(key, socket);
    socket.once("close", () => this.#ended(key));
    this.#tls.accept(socket);
  }

  #ended(key: string): void {
    this.#accepted.delete(key);
    if (this.isClosing && this.#accepted.size === 0) {
      this.#tls.close();
      this.#target.upstream.forget();
    }
  }

  #serveSecure(socket: TLSSocket, peer: VerifiedPeer): void {
    const carrier = this.#accepted.get(keyOf(socket));
    if (carrier !== undefined) noteCarrier(socket, carrier);
    this.#serve(socket, peer);
  }

  #serve(socket: Socket, peer: VerifiedPeer | null): void {
    const target: InboundTarget = this.#target;
    const side = new InboundSide(target, peer, () => this.isClosing);
    const connection = new CallerConnection(this.#context, side, socket, () => this.#served.delete(socket));
    this.#served.set(socket, { connection, side });
  }

  /** Its certificate or ours is over: the next answer is the last one. */
  #retire(socket: Socket): void {
    const served = this.#served.get(socket);
    if (served !== undefined) served.side.isRetired = true;
  }

  #refused(code: Extract<ErrorCode, "identity.plaintext-refused" | "identity.peer-mismatch">, detail: string): void {
    const { log, recorder, sweep } = this.#context;
    recorder.countCode(code);
    const told = this.#told.get(code);
    if (told !== undefined && sweep.nowMs - told.atMs < TOLD_EVERY_MS) {
      told.untold++;
      return;
    }
    const since = told === undefined || told.untold === 0 ? "" : ` (${told.untold} more since the last line)`;
    this.#told.set(code, { atMs: sweep.nowMs, untold: 0 });
    log(`a call to ${this.#target.endpoint.id} is refused (${code}): ${detail}${since}`);
  }
}
