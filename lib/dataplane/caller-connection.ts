/**
 * One connection of a caller: reads heads, runs one exchange at a time, keeps what comes early.
 *
 * States: reading a head ⇄ exchange → lingering → closed. Pipelined requests are kept unread, bounded, until the answer before
 * them is complete, so answers never overtake each other and bytes after one request never become part of another.
 * A caller that does not read its answers gets no more of them: no head is read while more than `heldBytesMax` waits to be sent.
 * Lingering: after our last byte the caller may still be sending; it is read and thrown away for a moment, because closing on
 * unread bytes makes the kernel reset the connection and the caller lose the answer. The moment begins once the last byte has left;
 * a caller that takes nothing until the idle time-out is reset, since half an answer must not look like a whole one.
 * A caller that has ended its sending side gets the answers to what it sent, if they come soon (`half-closed`); one that ended it within a request is reset.
 */
import type { Socket } from "node:net";
import type { CallerSide, ListenerSide, ProxyContext } from "./caller-side.ts";
import type { Deadlined } from "./deadline-sweep.ts";
import { Exchange } from "./exchange.ts";
import { HalfClosed } from "./half-closed.ts";
import { findHeadEnd, HEAD_INCOMPLETE, HEAD_TOO_LARGE, headStart } from "./http1/head-end.ts";
import type { HeadFault } from "./http1/head-fault.ts";
import { parseRequestHead } from "./http1/request-head.ts";
import { writeOwnAnswer } from "./own-answer.ts";
import { asksForService } from "./request-plan.ts";
import { resetSocket } from "./reset-socket.ts";
import { readShared } from "./shared-reads.ts";
import { Unsent } from "./unsent.ts";

const NOTHING = Buffer.alloc(0);

export class CallerConnection implements CallerSide, Deadlined {
  deadlineMs: number;
  readonly listener: ListenerSide;
  readonly source: string;
  readonly forwardedLines: string;
  readonly #context: ProxyContext;
  readonly #socket: Socket;
  /** Bytes as they are read are valid for that moment only. */
  readonly #isShared: boolean;
  readonly #unsent: Unsent;
  readonly #onClosed: (connection: CallerConnection) => void;
  #exchange: Exchange | null = null;
  #headText = "";
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** No request has come yet. */
  #isFresh = true;
  #isReading = false;
  #isPaused = false;
  #isLingering = false;
  /** It sends no more. */
  #halfClosed: HalfClosed | null = null;

  constructor(context: ProxyContext, listener: ListenerSide, accepted: Socket, onClosed: (connection: CallerConnection) => void) {
    this.#context = context;
    this.listener = listener;
    this.source = accepted.remoteAddress ?? "unknown";
    const { socket, isShared } = readShared(accepted, context.limits.heldBytesMax, (bytes) => this.#onRead(bytes));
    this.#socket = socket;
    this.#isShared = isShared;
    this.#unsent = new Unsent(socket);
    this.#onClosed = onClosed;
    this.forwardedLines = listener.scope === "ingress" ? `x-forwarded-for: ${this.source}\r\nx-forwarded-proto: http\r\n` : "";
    this.deadlineMs = context.sweep.nowMs + context.limits.headTimeoutMs;
    context.sweep.add(this);
    socket.on("drain", () => this.#onDrain());
    socket.on("finish", () => this.#onFinish());
    socket.on("end", () => this.#onEnd());
    // What went wrong does not matter: "close" always follows.
    socket.on("error", () => {});
    socket.on("close", () => this.#onClose());
  }

  get isClogged(): boolean {
    return this.#socket.writableLength > this.#context.limits.heldBytesMax;
  }

  get isFlushed(): boolean {
    return this.#isShared && this.#unsent.isNothing;
  }

  /** The caller neither waits for an answer, nor has it begun a request, nor is its connection closing. */
  get isIdle(): boolean {
    return this.#exchange === null && !this.#isLingering && this.#headText === "" && this.#heldBytes === 0;
  }

  write(data: string | Buffer): void {
    this.#socket.write(data as string, "latin1");
  }

  hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.updateFlow();
  }

  takeHeld(): Buffer | null {
    if (this.#heldBytes === 0) return null;
    const [first = null] = this.#held;
    const bytes = this.#held.length === 1 ? first : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    this.updateFlow();
    return bytes;
  }

  updateFlow(): void {
    const stop = this.#heldBytes > this.#context.limits.heldBytesMax || this.#exchange?.wantsPause === true;
    if (stop === this.#isPaused) return;
    this.#isPaused = stop;
    if (stop) this.#socket.pause();
    else this.#socket.resume();
  }

  endWriting(): void {
    this.#socket.end();
  }

  finishExchange(keepsAlive: boolean): void {
    this.#exchange = null;
    this.updateFlow();
    if (!keepsAlive) return this.close();
    this.deadlineMs = this.#context.sweep.nowMs + this.#context.limits.keepAliveMs;
    this.#unsent.note();
    if (this.#isReading) return;
    this.#readHeld();
    this.#closeIfOver();
  }

  reset(): void {
    resetSocket(this.#socket);
  }

  sendsNoMore(): void {
    const { limits, sweep } = this.#context;
    // A proxy never stops sending and goes on reading: it has given its request up.
    if (this.listener.scope === "inbound") return this.reset();
    this.#halfClosed ??= new HalfClosed(this.#socket, sweep, limits.halfCloseMs, () => this.reset());
  }

  /** Ends the connection after what was written; what still comes in is thrown away. */
  close(): void {
    const { limits, sweep } = this.#context;
    this.#isLingering = true;
    this.#held = [];
    this.#heldBytes = 0;
    this.deadlineMs = sweep.nowMs + limits.idleTimeoutMs;
    this.#unsent.note();
    this.updateFlow();
    this.#socket.end();
  }

  /** Ends the connection at once; an answer that is under way is cut. */
  destroy(): void {
    if (this.#exchange === null) this.#unsent.abandon();
    else this.reset();
  }

  onDeadline(): void {
    if (this.#exchange !== null) this.#onExchangeDeadline(this.#exchange);
    else if (!this.#isLingering && this.#headText !== "") this.#refuseLate();
    else if (this.#unsent.isMoving()) this.deadlineMs = this.#context.sweep.nowMs + this.#context.limits.idleTimeoutMs;
    else this.#unsent.abandon();
  }

  #refuseLate(): void {
    this.refuse({ code: "request.timeout", detail: "The request head did not arrive in time." });
  }

  #onExchangeDeadline(exchange: Exchange): void {
    try {
      exchange.onDeadline();
    } catch (error) {
      this.#fail(error);
    }
  }

  #onRead(bytes: Buffer): void {
    if (this.#isLingering) return;
    try {
      // A head becomes text at once; all else outlives this moment.
      if (this.#exchange === null && this.#heldBytes === 0 && this.#mayRead) return this.#read(bytes, this.#isShared);
      const owned = this.#isShared ? Buffer.from(bytes) : bytes;
      if (this.#exchange !== null) this.#exchange.onCallerBytes(owned);
      else {
        this.hold(owned);
        this.#readHeld();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #onDrain(): void {
    try {
      if (this.#exchange !== null) this.#exchange.onCallerDrained();
      else this.#readHeld();
    } catch (error) {
      this.#fail(error);
    }
  }

  #onFinish(): void {
    if (this.#isLingering) this.deadlineMs = this.#context.sweep.nowMs + this.#context.limits.lingerMs;
  }

  /** The next head may be read: its request would be answered after all others, and the caller takes answers. */
  get #mayRead(): boolean {
    return this.#exchange === null && !this.#isLingering && !this.isClogged;
  }

  #readHeld(): void {
    if (this.#mayRead && this.#heldBytes > 0) this.#read(this.takeHeld(), false);
  }

  /** Reads head after head, as long as requests are answered at once. What follows a head is copied out of a shared buffer. */
  #read(bytes: Buffer | null, isShared: boolean): void {
    let next = bytes;
    let isFirst = isShared;
    this.#isReading = true;
    try {
      while (next !== null) {
        this.#readHead(next, isFirst);
        isFirst = false;
        next = this.#mayRead && this.#heldBytes > 0 ? this.takeHeld() : null;
      }
    } finally {
      this.#isReading = false;
    }
    this.#closeIfOver();
  }

  /** The answer before said "keep-alive" and no request is to come any more. */
  #closeIfOver(): void {
    const isLast = this.#halfClosed !== null && this.#exchange === null && this.#heldBytes === 0 && !this.#isLingering;
    if (isLast || (this.isIdle && (this.listener.isClosing || this.#context.isDraining))) this.close();
  }

  #readHead(bytes: Buffer, isShared: boolean): void {
    const { limits, sweep } = this.#context;
    const before = this.#headText.length;
    const text = this.#headText + bytes.toString("latin1", 0, Math.min(bytes.length, limits.headBytesMax + 1));
    const end = findHeadEnd(text, before, limits.headBytesMax);
    if (end === HEAD_INCOMPLETE) {
      // On a new connection the time runs since it was made.
      if (before === 0 && !this.#isFresh) this.deadlineMs = sweep.nowMs + limits.headTimeoutMs;
      this.#headText = text;
      return;
    }
    this.#headText = "";
    if (end === HEAD_TOO_LARGE) {
      return this.refuse({ code: "request.head-too-large", detail: `The request head is over ${limits.headBytesMax} bytes.` });
    }
    // A text that can never become a head goes to the parser too, which knows what to say about it.
    const head = parseRequestHead(end < 0 ? text : text.slice(headStart(text), end + 2), this.listener.scope, limits.headersMax);
    if (!head.ok) return this.refuse(head.error);
    const restAt = end + 4 - before;
    const rest = restAt >= bytes.length ? NOTHING : isShared ? Buffer.from(bytes.subarray(restAt)) : bytes.subarray(restAt);
    if (asksForService(head.value, this.listener.scope, this.#context.config)) return this.#becomeTunnel(rest);
    const exchange = new Exchange(this.#context, this, head.value);
    this.#exchange = exchange;
    this.#isFresh = false;
    exchange.start(rest, 0);
  }

  /** The tunnel ends here: requests follow on this connection. */
  #becomeTunnel(rest: Buffer): void {
    this.#isFresh = false;
    this.deadlineMs = this.#context.sweep.nowMs + this.#context.limits.keepAliveMs;
    this.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (rest.length > 0) this.hold(rest);
  }

  /** Answers without a request and closes: without a head that was understood nothing that follows can be. */
  refuse({ code, detail }: HeadFault | { readonly code: "request.timeout" | "proxy.overloaded"; readonly detail: string }): void {
    this.#context.recorder.countCode(code);
    this.write(writeOwnAnswer({ code, detail, keepsAlive: false, toHead: false, toHttp10: false }));
    this.close();
  }

  #fail(error: unknown): void {
    if (this.#exchange !== null) return this.#exchange.onInternalError(error);
    this.#context.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
    this.#context.recorder.countCode("proxy.internal");
    this.#unsent.abandon();
  }

  #onEnd(): void {
    if (this.#exchange !== null) this.#exchange.onCallerEnd();
    else if (this.#heldBytes > 0) this.sendsNoMore();
    else if (!this.#isLingering) this.close();
  }

  #onClose(): void {
    this.#context.sweep.remove(this);
    this.#halfClosed?.end();
    this.#onClosed(this);
    try {
      this.#exchange?.onCallerGone();
    } catch (error) {
      this.#context.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
    }
    this.#exchange = null;
  }
}
