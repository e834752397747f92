import type { CallerSide, ProxyContext } from "./caller-side.ts";
import type { UpstreamConnection } from "./upstream-connection.ts";

/**
 * Bytes both ways after 101, or after CONNECT was answered: unread, with back-pressure, each half closed on its own. Such a connection
 * is never used for anything else again.
 */
export class Tunnel {
  bytesIn = 0;
  bytesOut = 0;
  /** Monotonic. */
  readonly openedMs: number;
  readonly #context: ProxyContext;
  readonly #caller: CallerSide;
  readonly #connection: UpstreamConnection;
  readonly #idleMs: number;
  readonly #onEnd: () => void;
  #callerEnded = false;
  #upstreamEnded = false;

  constructor(context: ProxyContext, caller: CallerSide, connection: UpstreamConnection, idleMs: number, onEnd: () => void) {
    this.#context = context;
    this.#caller = caller;
    this.#connection = connection;
    this.#idleMs = idleMs;
    this.#onEnd = onEnd;
    this.openedMs = context.clock.monotonicMs();
    connection.startTunnel();
    this.#stayAlive();
  }

  get isClogged(): boolean {
    return this.#connection.isClogged;
  }

  fromCaller(bytes: Buffer): void {
    this.bytesIn += bytes.length;
    this.#connection.write(bytes);
    this.#stayAlive();
    this.#caller.updateFlow();
  }

  fromUpstream(bytes: Buffer): void {
    this.bytesOut += bytes.length;
    this.#caller.write(bytes);
    this.#stayAlive();
    if (this.#caller.isClogged) this.#connection.pause();
  }

  callerEnded(): void {
    this.#callerEnded = true;
    this.#connection.end();
    if (this.#upstreamEnded) this.#onEnd();
  }

  upstreamEnded(): void {
    this.#upstreamEnded = true;
    this.#caller.endWriting();
    if (this.#callerEnded) this.#onEnd();
  }

  #stayAlive(): void {
    this.#caller.deadlineMs = this.#context.sweep.nowMs + this.#idleMs;
  }
}
