/**
 * One request's life.
 *
 *   choosing ──► connecting ──► waiting ──► answering ──► done
 *      ▲  │          │          ▲  │            │
 *      │  └── kept ──┼──────────┘  │            └─ instance lost: the caller is reset
 *      └── another instance, or once more, where `Attempts` says so
 *   connecting, waiting ──► tunnel ──► done      CONNECT that was connected; 101
 *   any state before answering ──► done          by an answer of our own with its code
 *
 * Invariants: the version is chosen once, so a request finishes on its version whatever is shifted meanwhile; nothing is sent before
 * the connection stands; a head that was passed on is followed by the whole body or by a reset; the request is counted exactly once,
 * when it ends. Back-pressure goes both ways: what one side cannot take is not read from the other.
 */
import { type ErrorCode, statusOf } from "../model/index.ts";
import { Attempts } from "./attempts.ts";
import type { CallerSide, ProxyContext } from "./caller-side.ts";
import type { RequestHead } from "./http1/request-head.ts";
import type { ResponseHead } from "./http1/response-head.ts";
import { writeInterimHead, writeRequestHead, writeResponseHead } from "./http1/write-head.ts";
import { writeOwnAnswer } from "./own-answer.ts";
import { RequestBody } from "./request-body.ts";
import { planRequest, type RequestPlan } from "./request-plan.ts";
import type { EdgeCounters } from "./telemetry-recorder.ts";
import { newTraceparent } from "./traceparent.ts";
import { Tunnel } from "./tunnel.ts";
import type { UpstreamUser } from "./upstream-connection.ts";

type ExchangeState = "choosing" | "connecting" | "waiting" | "answering" | "tunnel" | "done";

/** Up to this many bytes a body joins its head in one string; copying costs less than a second write. */
const JOIN_BYTES_MAX = 16 * 1024;

const DETAILS: Partial<Record<ErrorCode, string>> = {
  "routing.no-healthy-instance": "The chosen version has no instance.",
  "routing.egress-denied": "The instance's port belongs to Interlock itself.",
  "upstream.connect-failure": "No instance accepts connections.",
  "overload.requests": "As many requests to the version are under way as its policy allows.",
  "overload.connections": "As many connections to the version are open as its policy allows.",
  "overload.pending": "Too many requests wait for a connection to the version, or this one waited too long.",
  "overload.concurrency": "The version queues: more requests would only wait.",
  "proxy.overloaded": "The proxy cannot keep up with all requests.",
};

export class Exchange implements UpstreamUser {
  readonly #context: ProxyContext;
  readonly #caller: CallerSide;
  readonly #head: RequestHead;
  readonly #startedMs: number;
  readonly #body: RequestBody;
  #state: ExchangeState = "choosing";
  #attempts: Attempts | null = null;
  #edge: EdgeCounters | null = null;
  #tunnel: Tunnel | null = null;
  #versionLine = "";
  #outHead = "";
  #sawInterim = false;
  #isResent = false;
  #status = 0;
  #keepsAlive = false;
  #upstreamKeepAliveS = -1;
  #bytesIn: number;
  #bytesOut = 0;
  #answeredMs = 0;

  constructor(context: ProxyContext, caller: CallerSide, head: RequestHead) {
    this.#context = context;
    this.#caller = caller;
    this.#head = head;
    this.#startedMs = context.clock.monotonicMs();
    this.#bytesIn = head.text.length + 2;
    this.#body = new RequestBody(head);
  }

  /** Begins; `bytes` from `bodyAt` on are what came after the head. */
  start(bytes: Buffer, bodyAt: number): void {
    const { config, limits, random, retries } = this.#context;
    retries.active++;
    if (bodyAt < bytes.length) this.#body.keep(this.#takeBody(bytes, bodyAt));
    const plan = planRequest(this.#head, this.#caller.listener, config, random);
    this.#noteEdge(plan);
    if (plan.kind === "refusal") return this.#refuse(plan.code, plan.detail);
    if (this.#isBodyRefused()) return;
    this.#attempts = new Attempts(this.#context, plan, { head: this.#head, source: this.#caller.source, startedMs: this.#startedMs });
    if (this.#head.method !== "CONNECT") this.#outHead = writeRequestHead(this.#head, this.#ownLines());
    this.#caller.deadlineMs = this.#startedMs + limits.answerTimeoutMs;
    this.#attempt(this.#attempts);
  }

  /** Nothing more is to be read from the caller for now. */
  get wantsPause(): boolean {
    if (this.#tunnel !== null) return this.#tunnel.isClogged;
    if (this.#body.isDone) return false;
    return this.#state === "choosing" || this.#state === "connecting" || this.#attempts?.connection?.isClogged === true;
  }

  onCallerBytes(bytes: Buffer): void {
    if (this.#tunnel !== null) return this.#tunnel.fromCaller(bytes);
    if (this.#body.isDone) return this.#caller.hold(bytes);
    const body = this.#takeBody(bytes, 0);
    if (this.#isBodyRefused()) return;
    if (this.#state === "waiting" || this.#state === "answering") {
      if (body !== null) this.#attempts?.connection?.write(body);
      this.#armDeadline();
    } else this.#body.keep(body);
    this.#caller.updateFlow();
  }

  /** The caller has stopped sending. In a tunnel that is passed on; otherwise it is taken as gone, since most often it is. */
  onCallerEnd(): void {
    if (this.#tunnel !== null) this.#tunnel.callerEnded();
    else this.#caller.reset();
  }

  /** The caller's connection is gone: the instance need not work on. */
  onCallerGone(): void {
    if (this.#state === "done") return;
    this.#attempts?.drop();
    this.#end(this.#tunnel === null ? 0 : this.#status, false);
  }

  onCallerDrained(): void {
    this.#attempts?.connection?.resume();
  }

  onDeadline(): void {
    this.#caller.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.#tunnel !== null) return this.#endTunnel();
    if (this.#state === "answering") {
      // A caller that does not read its answer has given it up; an instance that does not go on has failed.
      if (this.#caller.isClogged) return this.#caller.reset();
      this.#attempts?.timedOut();
      return this.#cut("upstream.timeout");
    }
    if (!this.#body.isDone && this.#attempts?.connection?.isClogged !== true) {
      return this.#refuse("request.timeout", "The request body did not arrive in time.");
    }
    this.#attempts?.timedOut();
    this.#refuse("upstream.timeout", "The instance did not start its answer in time.");
  }

  onConnected(): void {
    if (this.#head.method === "CONNECT") this.#openTunnel("HTTP/1.1 200 Connection Established\r\n\r\n", 200);
    else this.#send();
  }

  onConnectFailed(): void {
    const attempts = this.#attempts;
    const refusal = attempts === null ? "upstream.connect-failure" : attempts.connectFailed();
    if (attempts !== null && refusal === null) this.#attempt(attempts);
    else this.#refuseWith(refusal ?? "upstream.connect-failure");
  }

  onInterim(head: ResponseHead): void {
    this.#sawInterim = true;
    if (!this.#head.isHttp10) this.#write(writeInterimHead(head, ""));
  }

  onSwitch(head: ResponseHead, rest: Buffer): void {
    if (!this.#head.isUpgrade) return this.onProtocolError("it switched protocols without being asked");
    this.#openTunnel(writeInterimHead(head, this.#versionLine), 101);
    if (rest.length > 0) this.#tunnel?.fromUpstream(rest);
  }

  onAnswer(head: ResponseHead, body: string | Buffer | null, done: boolean): void {
    const { isHttp10 } = this.#head;
    this.#state = "answering";
    this.#attempts?.answered();
    this.#status = head.status;
    this.#upstreamKeepAliveS = head.facts.keepAliveTimeoutS;
    const isDelimited = head.framing !== "close" && !(isHttp10 && head.framing === "chunked");
    this.#keepsAlive = isDelimited && this.#mayKeepAlive();
    const out = writeResponseHead(head, { extra: this.#versionLine, toHttp10: isHttp10, keepsAlive: this.#keepsAlive });
    if (typeof body === "string") this.#write(out + body);
    else if (body === null) this.#write(out);
    else if (body.length <= JOIN_BYTES_MAX) this.#write(out + body.toString("latin1"));
    else {
      this.#bytesOut += out.length + body.length;
      this.#caller.writePair(out, body);
    }
    this.#goOn(done);
  }

  onAnswerBytes(bytes: Buffer | null, done: boolean): void {
    if (bytes !== null) this.#write(bytes);
    this.#goOn(done);
  }

  onProtocolError(why: string): void {
    this.#context.log(`${this.#edge?.callee.service ?? "?"} ${this.#edge?.callee.version ?? ""} did not answer valid HTTP/1.1: ${why}`);
    this.#attempts?.failed("gateway", "no valid HTTP/1.1");
    this.#refuse("upstream.protocol-error", `The instance did not answer valid HTTP/1.1: ${why}.`);
  }

  onUpstreamGone(answerBytes: boolean): void {
    if (this.#state === "answering" || this.#tunnel !== null) {
      this.#attempts?.failed("gateway", "connection lost");
      return this.#cut("upstream.reset");
    }
    const attempts = this.#attempts;
    attempts?.failed("gateway", "connection lost");
    const { retries } = this.#context;
    if (attempts === null || !retries.mayResend(this.#head, answerBytes || this.#sawInterim, this.#isResent)) {
      return this.#refuse("upstream.reset", "The instance closed the connection before its answer.");
    }
    this.#isResent = true;
    retries.resending++;
    attempts.giveUpTry();
    this.#attempt(attempts);
  }

  onUpstreamDrained(): void {
    this.#caller.updateFlow();
  }

  onTunnelBytes(bytes: Buffer): void {
    this.#tunnel?.fromUpstream(bytes);
  }

  onTunnelEnd(): void {
    this.#tunnel?.upstreamEnded();
  }

  /** A flaw of ours fails this request and nothing else. */
  onInternalError(error: unknown): void {
    this.#context.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
    this.#refuse("proxy.internal", "The proxy failed on this request.");
  }

  #noteEdge(plan: RequestPlan): void {
    const { listener } = this.#caller;
    if (plan.kind === "route") {
      this.#versionLine = `x-interlock-version: ${plan.version}\r\n`;
      this.#edge = listener.edgeFor(plan);
    } else if (plan.kind === "egress" || plan.service !== null) {
      const service = plan.kind === "egress" ? `${plan.host}:${plan.port}` : (plan.service ?? "");
      this.#edge = this.#context.recorder.edge(listener.caller, { service, version: null }, null);
    }
    this.#edge?.begin();
  }

  /** Takes what belongs to the body out of what came; the rest waits for the next request, or for the tunnel. */
  #takeBody(bytes: Buffer, start: number): Buffer | null {
    const body = this.#body.isDone ? null : this.#body.take(bytes, start);
    const end = Math.max(start, this.#body.end);
    this.#bytesIn += end - start;
    if (end < bytes.length && this.#body.fault === null) this.#caller.hold(bytes.subarray(end));
    return body;
  }

  #isBodyRefused(): boolean {
    const { bodyBytesMax } = this.#context.limits;
    if (this.#body.fault !== null) this.#refuse("request.malformed", `The request body is not valid: ${this.#body.fault}.`);
    else if (Math.max(this.#body.bytes, this.#head.facts.contentLength) > bodyBytesMax) {
      this.#refuse("request.body-too-large", `The request body is over ${bodyBytesMax} bytes.`);
    } else return false;
    return true;
  }

  /** Lines that the proxy adds to the request. */
  #ownLines(): string {
    const { forwardedLines } = this.#caller;
    const { facts, host } = this.#head;
    const forwarded = forwardedLines === "" || host === "" ? forwardedLines : `${forwardedLines}x-forwarded-host: ${host}\r\n`;
    return facts.traceparentCount > 0 ? forwarded : `${forwarded}traceparent: ${newTraceparent(this.#context.random)}\r\n`;
  }

  #attempt(attempts: Attempts): void {
    const { isHttp10, method } = this.#head;
    this.#state = "choosing";
    const refusal = attempts.start(this, { toHead: method === "HEAD", bare: isHttp10 }, this.#asksForTunnel);
    if (refusal !== null) return this.#refuseWith(refusal);
    if (attempts.connection?.isOpen === true) return this.#send();
    this.#state = "connecting";
    if (!this.#body.isDone) this.#caller.updateFlow();
  }

  #send(): void {
    const connection = this.#attempts?.connection;
    if (connection === undefined || connection === null) return;
    const { kept } = this.#body;
    this.#state = "waiting";
    this.#attempts?.countSent();
    if (kept === null) connection.write(this.#outHead);
    else if (kept.length <= JOIN_BYTES_MAX) connection.write(this.#outHead + kept.toString("latin1"));
    else connection.writePair(this.#outHead, kept);
    if (this.#body.isDone) return;
    // A request with a body is never sent twice, so what was sent need not be kept.
    this.#body.kept = null;
    this.#armDeadline();
    this.#caller.updateFlow();
  }

  /** While the body is on its way only its pauses count; from its end on the instance has its time to answer. */
  #armDeadline(): void {
    const { limits, sweep } = this.#context;
    const isWaiting = this.#body.isDone && this.#state === "waiting";
    this.#caller.deadlineMs = sweep.nowMs + (isWaiting ? limits.answerTimeoutMs : limits.idleTimeoutMs);
  }

  /**
   * What is to become a tunnel does not take a connection out of the pool and never goes back into it, granted or not; nor does its
   * caller's go on, since what the caller has sent in advance is no request (RELIABILITY 26).
   */
  get #asksForTunnel(): boolean {
    return this.#head.isUpgrade || this.#head.method === "CONNECT";
  }

  #mayKeepAlive(): boolean {
    const { isDraining } = this.#context;
    return this.#head.keepsAlive && this.#body.isDone && !this.#asksForTunnel && !isDraining && !this.#caller.listener.isClosing;
  }

  #write(data: string | Buffer): void {
    this.#bytesOut += data.length;
    this.#caller.write(data);
  }

  #goOn(done: boolean): void {
    if (!done) {
      const { limits, sweep } = this.#context;
      this.#caller.deadlineMs = sweep.nowMs + limits.idleTimeoutMs;
      if (this.#caller.isClogged) this.#attempts?.connection?.pause();
      return;
    }
    const failed = this.#status >= 500;
    this.#attempts?.completed(this.#status);
    if (this.#body.isDone && !this.#asksForTunnel) this.#attempts?.release(this.#upstreamKeepAliveS);
    else this.#attempts?.drop();
    this.#end(this.#status, failed);
    this.#caller.finishExchange(this.#keepsAlive);
  }

  #refuseWith(code: ErrorCode): void {
    this.#refuse(code, DETAILS[code] ?? "");
  }

  #refuse(code: ErrorCode, detail: string): void {
    if (this.#state === "done") return;
    if (this.#state === "answering" || this.#tunnel !== null) return this.#cut(code);
    this.#attempts?.drop();
    const keepsAlive = this.#mayKeepAlive() && code !== "proxy.internal";
    const { isHttp10, method } = this.#head;
    this.#write(writeOwnAnswer({ code, detail, keepsAlive, toHead: method === "HEAD", toHttp10: isHttp10 }));
    this.#context.recorder.countCode(code);
    this.#end(statusOf(code), statusOf(code) >= 500);
    this.#caller.finishExchange(keepsAlive);
  }

  /** Half an answer was passed on and the rest will not come. The code says whose fault it is; the instance's is counted by then. */
  #cut(code: ErrorCode): void {
    this.#context.recorder.countCode(code);
    this.#attempts?.drop();
    this.#end(this.#status, statusOf(code) >= 500);
    this.#caller.reset();
  }

  #openTunnel(answer: string, status: number): void {
    const connection = this.#attempts?.connection;
    if (connection === undefined || connection === null) return;
    this.#state = "tunnel";
    this.#status = status;
    this.#answeredMs = this.#context.clock.monotonicMs();
    if (status === 200) this.#attempts?.countSent();
    this.#attempts?.answered();
    this.#write(answer);
    this.#tunnel = new Tunnel(this.#context, this.#caller, connection, () => this.#endTunnel());
    const held = this.#caller.takeHeld();
    if (held !== null) this.#tunnel.fromCaller(held);
  }

  #endTunnel(): void {
    if (this.#state === "done") return;
    this.#attempts?.letGo();
    this.#end(this.#status, false);
    this.#caller.finishExchange(false);
  }

  /** Counts the request, once. Status 0: the caller went away. */
  #end(status: number, failed: boolean): void {
    this.#state = "done";
    this.#context.retries.active--;
    if (this.#isResent) this.#context.retries.resending--;
    this.#attempts?.close();
    const endedMs = this.#tunnel === null ? this.#context.clock.monotonicMs() : this.#answeredMs;
    this.#edge?.end({
      statusClass: Math.floor(status / 100),
      failed,
      failedOver: this.#attempts?.failedOver ?? false,
      retries: Math.max(0, this.#attempts?.retries ?? 0),
      bytesIn: this.#bytesIn + (this.#tunnel?.bytesIn ?? 0),
      bytesOut: this.#bytesOut + (this.#tunnel?.bytesOut ?? 0),
      durationUs: (endedMs - this.#startedMs) * 1_000,
    });
  }
}
