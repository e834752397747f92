/**
 * One connection to an instance, plain or over mTLS to the proxy beside it. It reads answers strictly, finds their end, and hands them to whoever uses it.
 *
 * States: connecting → open (in use ⇄ idle) → closed, or open → tunnel → closed.
 * Invariants: bytes that come while nobody uses the connection, or after the end of an answer, close it, so an answer never reaches
 * somebody else's request; an answer whose end is in doubt is a fault; over mTLS nothing is written or read before the peer is verified. Reading uses one buffer for all connections (`onread`, public
 * API), so whatever outlives the callback is copied.
 */
import net from "node:net";
import type { ErrorCode } from "../model/index.ts";
import type { Deadlined, DeadlineSweep } from "./deadline-sweep.ts";
import { BodyPipe } from "./http1/body-pipe.ts";
import { findHeadEnd, HEAD_INCOMPLETE } from "./http1/head-end.ts";
import { parseResponseHead, type ResponseHead } from "./http1/response-head.ts";
import { dialFailureOf, type PeerConnection, type PeerDialer, type PeerDialing, type PeerTarget } from "./identity/peer-dialer.ts";
import type { ProxyLimits } from "./proxy-limits.ts";
import { resetSocket } from "./reset-socket.ts";
import { Unsent } from "./unsent.ts";

/** Whoever has a request on the connection. */
export interface UpstreamUser {
  onConnected(): void;
  /** The connection was never made; nothing was sent. */
  onConnectFailed(): void;
  /** 100, 102, 103. */
  onInterim(head: ResponseHead): void;
  /** 101, and what came after it. */
  onSwitch(head: ResponseHead, rest: Buffer): void;
  /** The head of the answer with the part of its body that came along, framed for the caller. `done`: that was all. Bytes are valid during the call only. */
  onAnswer(head: ResponseHead, body: string | Buffer | null, done: boolean): void;
  onAnswerBytes(bytes: Buffer | null, done: boolean): void;
  /** The instance does not speak valid HTTP/1.1; the connection is of no more use. */
  onProtocolError(why: string): void;
  /** The connection is lost before the answer was complete. `answerBytes`: some of it had come. */
  onUpstreamGone(answerBytes: boolean): void;
  onUpstreamDrained(): void;
  onTunnelBytes(bytes: Buffer): void;
  onTunnelEnd(): void;
  onInternalError(error: unknown): void;
}

/** What a connection must know of the request on it. */
export interface Expects {
  readonly toHead: boolean;
  /** The caller speaks HTTP/1.0, so a chunked answer is given to it without framing. */
  readonly bare: boolean;
}

/** Where a connection goes. */
export interface ConnectTarget {
  readonly host: string;
  readonly port: number;
  /** Over mTLS; null: in plain text. */
  readonly secure: { readonly dialer: PeerDialer; readonly peer: PeerTarget } | null;
}

/** A body of 64 KB comes with its head in one read. */
const READ_BUFFER = Buffer.allocUnsafeSlow(128 * 1024);
/** What is made text of at a time to find the end of a head. */
const HEAD_STEP_BYTES = 4 * 1024;
const INTERIM_MAX = 32;

export class UpstreamConnection implements Deadlined {
  deadlineMs: number;
  /** Set with the end of an answer: another request may follow on this connection. */
  isReusable = false;
  /** Why the connection was never made: nobody answered, or somebody else did. */
  failure: Extract<ErrorCode, "upstream.connect-failure" | "identity.peer-mismatch"> = "upstream.connect-failure";
  readonly #socket: net.Socket;
  readonly #unsent: Unsent;
  readonly #limits: ProxyLimits;
  readonly #sweep: DeadlineSweep;
  readonly #onClosed: (connection: UpstreamConnection) => void;
  #user: UpstreamUser | null = null;
  readonly #dialing: PeerDialing | null;
  #peer: PeerConnection | null = null;
  #state: "connecting" | "open" | "tunnel" | "closed" = "connecting";
  #headText = "";
  #pipe: BodyPipe | null = null;
  #keepsAlive = false;
  #answerBytes = false;
  #interims = 0;
  #toHead = false;
  #bare = false;

  constructor(
    target: ConnectTarget,
    limits: ProxyLimits,
    sweep: DeadlineSweep,
    onClosed: (connection: UpstreamConnection) => void,
    isForTunnel = false,
  ) {
    this.#limits = limits;
    this.#sweep = sweep;
    this.#onClosed = onClosed;
    this.deadlineMs = sweep.nowMs + limits.connectTimeoutMs;
    sweep.add(this);
    this.#dialing = this.#dial(target, isForTunnel);
    this.#socket = this.#dialing?.socket ?? this.#connectPlain(target);
    if (this.#dialing !== null) this.#socket.once("connect", () => this.#onCarrierConnect());
    this.#unsent = new Unsent(this.#socket);
    this.#socket.on(this.#dialing === null ? "connect" : "secureConnect", () => this.#guard(this.#onConnect));
    this.#socket.on("drain", () => this.#guard(this.#onDrain));
    this.#socket.on("end", () => this.#guard(this.#onEnd));
    // "close" always follows.
    this.#socket.on("error", (error) => this.#noteFailure(error));
    this.#socket.on("close", () => this.#guard(this.#onClose));
  }

  /** Puts a request on the connection. */
  begin(user: UpstreamUser, expects: Expects): void {
    this.#user = user;
    this.#toHead = expects.toHead;
    this.#bare = expects.bare;
    this.#answerBytes = false;
    this.#interims = 0;
    this.isReusable = false;
    if (this.#state === "open") this.deadlineMs = Number.POSITIVE_INFINITY;
  }

  /** Takes the request off the connection, without a word to its user. */
  detach(): void {
    this.#user = null;
  }

  get isOpen(): boolean {
    // A destroyed socket says "close" only later in the turn of the loop; until then it must not be handed out.
    return this.#state === "open" && !this.#socket.destroyed;
  }

  /** Another request may be put on it: both ends' certificates are the ones in force, and have some of their life left. */
  get isCurrent(): boolean {
    return this.#peer === null || this.#peer.isCurrent();
  }

  /** The other end is a proxy that has proven whose it is. */
  get isEncrypted(): boolean {
    return this.#peer !== null;
  }

  /** More waits to be sent than should. */
  get isClogged(): boolean {
    return this.#socket.writableLength > this.#limits.heldBytesMax;
  }

  get isFlushed(): boolean {
    return this.#peer === null && this.#unsent.isNothing;
  }

  write(data: string | Buffer): void {
    this.#socket.write(data as string, "latin1");
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** From now on bytes pass as they are. */
  startTunnel(): void {
    this.#state = "tunnel";
  }

  /** Half-closes a tunnel. */
  end(): void {
    this.#socket.end();
  }

  /** Ends a tunnel that nobody uses any more: what still waits is sent, or the connection is reset. */
  letGo(): void {
    this.#user = null;
    this.deadlineMs = this.#sweep.nowMs + this.#limits.idleTimeoutMs;
    this.#unsent.note();
    this.#socket.once("finish", () => {
      this.deadlineMs = this.#sweep.nowMs + this.#limits.lingerMs;
    });
    this.#socket.end();
  }

  /** Ends the connection at once. In a tunnel by a reset, since there the end of the bytes is all that tells them whole. */
  destroy(): void {
    if (this.#state === "tunnel") resetSocket(this.#socket);
    else this.#socket.destroy();
  }

  onDeadline(): void {
    if (this.#unsent.isMoving()) this.deadlineMs = this.#sweep.nowMs + this.#limits.idleTimeoutMs;
    else this.#unsent.abandon();
  }

  #connectPlain({ host, port, secure }: ConnectTarget): net.Socket {
    // The identity is gone since it was chosen: plain text is not what was asked for.
    if (secure !== null) return new net.Socket().destroy(new Error("there is no certificate"));
    return net.connect({ host, port, allowHalfOpen: true, noDelay: true, onread: this.#intoBuffer() });
  }

  /** Null in plain text, and where there is no certificate to call with. */
  #dial({ secure }: ConnectTarget, isForTunnel: boolean): PeerDialing | null {
    if (secure === null) return null;
    const wishes = isForTunnel ? { isResettable: true } : { onread: this.#intoBuffer() };
    const begun = secure.dialer.begin(secure.peer, { allowHalfOpen: true, ...wishes });
    if (!begun.ok) return null;
    if (isForTunnel) begun.value.socket.on("data", (bytes: Buffer) => this.#onRead(bytes, bytes.length));
    return begun.value;
  }

  #intoBuffer() {
    const callback = (length: number, buffer: Uint8Array) => {
      this.#onRead(buffer as Buffer, length);
      return true;
    };
    return { buffer: READ_BUFFER, callback };
  }

  #noteFailure(error: NodeJS.ErrnoException): void {
    if (this.#dialing !== null && dialFailureOf(error).code === "identity.peer-mismatch") this.failure = "identity.peer-mismatch";
  }

  #guard(handler: () => void): void {
    try {
      handler.call(this);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const user = this.#user;
    this.#user = null;
    this.destroy();
    user?.onInternalError(error);
  }

  #onConnect(): void {
    const peer = this.#dialing?.check() ?? null;
    if (peer?.ok === false) {
      this.failure = "identity.peer-mismatch";
      return;
    }
    this.#peer = peer?.value ?? null;
    this.#state = "open";
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.#user === null) this.#socket.destroy();
    else this.#user.onConnected();
  }

  /** Giving up early would cost both ends a handshake for nothing, just when they have no time for it. */
  #onCarrierConnect(): void {
    if (this.#state === "connecting") this.deadlineMs = this.#sweep.nowMs + this.#limits.handshakeTimeoutMs;
  }

  #onDrain(): void {
    this.#user?.onUpstreamDrained();
  }

  #onRead(buffer: Buffer, length: number): void {
    try {
      if (this.#user === null || this.#state === "connecting") this.#unsent.abandon();
      else if (this.#state === "tunnel") this.#user.onTunnelBytes(Buffer.from(buffer.subarray(0, length)));
      else if (this.#pipe === null) this.#readHeads(this.#user, buffer, length);
      else this.#readBody(this.#user, this.#pipe, buffer.subarray(0, length));
    } catch (error) {
      this.#fail(error);
    }
  }

  #readHeads(user: UpstreamUser, buffer: Buffer, length: number): void {
    const limit = this.#limits.answerHeadBytesMax;
    this.#answerBytes = true;
    for (let start = 0; start < length; ) {
      const before = this.#headText.length;
      const textEnd = Math.min(length, start + HEAD_STEP_BYTES);
      const text = this.#headText + buffer.toString("latin1", start, textEnd);
      const end = findHeadEnd(text, before, limit);
      this.#headText = end === HEAD_INCOMPLETE ? text : "";
      if (end === HEAD_INCOMPLETE) {
        start = textEnd;
        continue;
      }
      if (end < 0) return this.#refuse(user, "the head is not valid or too long");
      const head = parseResponseHead(text.slice(0, end + 2), this.#toHead, this.#limits.answerHeadersMax);
      if (!head.ok) return this.#refuse(user, head.error);
      const bodyAt = start + end + 4 - before;
      if (head.value.status >= 200) return this.#takeAnswer(user, head.value, text, end + 4, buffer, bodyAt, length);
      if (head.value.status === 101) return user.onSwitch(head.value, Buffer.from(buffer.subarray(bodyAt, length)));
      if (++this.#interims > INTERIM_MAX) return this.#refuse(user, "there are too many interim answers");
      user.onInterim(head.value);
      start = bodyAt;
    }
  }

  #takeAnswer(
    user: UpstreamUser,
    head: ResponseHead,
    text: string,
    bodyAtText: number,
    buffer: Buffer,
    bodyAt: number,
    length: number,
  ): void {
    const pipe = new BodyPipe(head.framing, head.facts.contentLength, this.#bare);
    let body: string | Buffer | null = null;
    let end = bodyAt;
    if (!pipe.done && bodyAt < length) {
      // An answer that came whole is small and already text: it leaves with its head in one write.
      if (head.framing === "length" && length - bodyAt === text.length - bodyAtText) {
        body = pipe.pushText(text, bodyAtText);
        end = bodyAt + body.length;
      } else {
        body = pipe.push(buffer.subarray(0, length), bodyAt);
        end = pipe.end;
      }
    }
    if (pipe.fault !== null) return this.#refuse(user, pipe.fault);
    this.#keepsAlive = head.keepsAlive;
    this.#pipe = pipe.done ? null : pipe;
    this.isReusable = pipe.done && head.keepsAlive && end === length;
    user.onAnswer(head, body, pipe.done);
  }

  #readBody(user: UpstreamUser, pipe: BodyPipe, bytes: Buffer): void {
    const body = pipe.push(bytes, 0);
    if (pipe.fault !== null) return this.#refuse(user, pipe.fault);
    if (pipe.done) {
      this.#pipe = null;
      this.isReusable = this.#keepsAlive && pipe.end === bytes.length;
    }
    user.onAnswerBytes(body, pipe.done);
  }

  #refuse(user: UpstreamUser, why: string): void {
    this.#user = null;
    this.#socket.destroy();
    user.onProtocolError(why);
  }

  #onEnd(): void {
    const user = this.#user;
    if (this.#state === "tunnel") {
      user?.onTunnelEnd();
      return;
    }
    const isWholeAnswer = user !== null && this.#pipe?.isOpenEnded === true;
    if (isWholeAnswer) this.#user = null;
    this.#socket.destroy();
    if (isWholeAnswer) user.onAnswerBytes(null, true);
  }

  #onClose(): void {
    const wasConnecting = this.#state === "connecting";
    this.#state = "closed";
    this.#sweep.remove(this);
    this.#onClosed(this);
    const user = this.#user;
    this.#user = null;
    if (user === null) return;
    if (wasConnecting) user.onConnectFailed();
    else user.onUpstreamGone(this.#answerBytes);
  }
}
