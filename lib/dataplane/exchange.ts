/**
 * One request's life, layer by layer: limits → route (`request-plan`) → authorization (`admission`, `token-gate`) → faults → tries
 * (`request-tries`, `attempts`, `retry-policy`, `request-times`) → answer. Beside it a copy may go out (`mirror`); what is counted: `request-record`.
 *
 *   trying ──► waiting ──► answering ──► done
 *      ▲          │           │
 *      └──────────┘           └─ instance lost: the caller is reset
 *        another try, where the rules of retries say so
 *   trying, waiting ──► tunnel ──► done       CONNECT that was connected; 101
 *   any state before answering ──► done       by an answer of our own with its code
 * Invariants: the version is chosen once, so a request finishes on its version whatever is shifted meanwhile; nothing is sent before the connection stands;
 * a head that was passed on is followed by the whole body or by a reset; the request is counted exactly once, when it ends. Back-pressure goes both ways:
 * what one side cannot take is not read from the other. A feature that the request does not use costs it nothing but a look.
 */
import { type ErrorCode, statusOf } from "../model/index.ts";
import type { HeaderPatch, RouteAnswer } from "../routing/index.ts";
import type { CancelTimer } from "../std/index.ts";
import { type Admission, admit } from "./admission.ts";
import { answerLines } from "./answer-lines.ts";
import type { Attempts } from "./attempts.ts";
import type { CallerSide, ProxyContext } from "./caller-side.ts";
import type { RequestHead } from "./http1/request-head.ts";
import type { ResponseHead } from "./http1/response-head.ts";
import { writeInterimHead, writeResponseHead } from "./http1/write-head.ts";
import type { RequestMirror } from "./mirror.ts";
import { writeOutgoingHead } from "./outgoing-head.ts";
import { type AnswerFrame, detailOf, writeOwnAnswer, writeRuleAnswer } from "./own-answer.ts";
import { pause } from "./pause.ts";
import { RequestBody } from "./request-body.ts";
import { type Destination, planRequest } from "./request-plan.ts";
import { RequestRecord } from "./request-record.ts";
import { RequestTimes, timeoutsOf } from "./request-times.ts";
import { RequestTries, type TriesUser } from "./request-tries.ts";
import { Tunnel } from "./tunnel.ts";
import { writeBytes, writeMessage } from "./write-message.ts";

type ExchangeState = "trying" | "waiting" | "answering" | "tunnel" | "done";

export class Exchange implements TriesUser {
  readonly #context: ProxyContext;
  readonly #caller: CallerSide;
  readonly #head: RequestHead;
  readonly #body: RequestBody;
  readonly #record: RequestRecord;
  #state: ExchangeState = "trying";
  #times: RequestTimes | null = null;
  #tries: RequestTries | null = null;
  #attempts: Attempts | null = null;
  #admission: Admission | null = null;
  #mirror: RequestMirror | null = null;
  #tunnel: Tunnel | null = null;
  #cancelPause: CancelTimer | null = null;
  #outHead = "";
  #plan: Destination | null = null;
  #status = 0;
  #keepsAlive = false;
  #upstreamKeepAliveS = -1;

  constructor(context: ProxyContext, caller: CallerSide, head: RequestHead) {
    this.#context = context;
    this.#caller = caller;
    this.#head = head;
    this.#record = new RequestRecord(context, caller, head, context.clock.monotonicMs());
    this.#body = new RequestBody(head);
  }

  /** Begins; `bytes` from `bodyAt` on are what came after the head. */
  start(bytes: Buffer, bodyAt: number): void {
    const { config, limits, random, retries } = this.#context;
    retries.active++;
    if (bodyAt < bytes.length) this.#body.keep(this.#takeBody(bytes, bodyAt));
    const plan = planRequest(this.#head, this.#caller.listener, config, random);
    this.#record.planned(plan);
    if (plan.kind === "refusal") return this.#refuse(plan.code, plan.detail);
    if (this.#isBodyRefused()) return;
    this.#times = new RequestTimes(timeoutsOf(plan, limits), this.#record.startedMs, limits);
    this.#caller.deadlineMs = this.#times.untilMs;
    if (plan.kind === "answer") return this.#answerByRule(plan);
    if (plan.kind === "egress" || plan.authorization === null) return this.#route(plan);
    const next = (admission: Admission) => this.#admit(plan, admission);
    admit(this.#context, this.#caller, this.#head, plan, { next, onError: (error) => this.onInternalError(error) });
  }

  /** Nothing more is to be read from the caller for now. */
  get wantsPause(): boolean {
    if (this.#tunnel !== null) return this.#tunnel.isClogged;
    if (this.#body.isDone) return false;
    return this.#state === "trying" || this.#attempts?.connection?.isClogged === true;
  }

  onCallerBytes(bytes: Buffer): void {
    if (this.#tunnel !== null) return this.#tunnel.fromCaller(bytes);
    if (this.#body.isDone) return this.#caller.hold(bytes);
    const body = this.#takeBody(bytes, 0);
    if (this.#isBodyRefused()) return;
    if (this.#state === "waiting" || this.#state === "answering") {
      if (body !== null) this.#attempts?.connection?.write(body);
      if (this.#body.isDone) this.#times?.bodyEnded(this.#context.clock.monotonicMs());
      this.#armDeadline();
    } else this.#body.keep(body);
    this.#caller.updateFlow();
  }

  /** The caller has stopped sending. In a tunnel that is passed on; in the middle of a request, or before a tunnel, it is gone. */
  onCallerEnd(): void {
    if (this.#tunnel !== null) this.#tunnel.callerEnded();
    else if (!this.#body.isDone || this.#head.asksForTunnel) this.#caller.reset();
    else this.#caller.sendsNoMore();
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
    if (this.#state === "waiting" && !this.#body.isDone && this.#attempts?.connection?.isClogged !== true) {
      return this.#refuse("request.timeout", "The request body did not arrive in time.");
    }
    if (this.#attempts?.connection != null) this.#attempts.timedOut();
    const isTryOver = this.#times?.isTryOver(this.#context.clock.monotonicMs()) === true;
    if (!isTryOver) return this.#refuse("upstream.timeout", "The instance did not start its answer in time.");
    if (!this.#tryAgain(false)) this.onRefused("upstream.try-timeout");
  }

  onConnected(): void {
    const attempts = this.#attempts;
    const connection = attempts?.connection ?? null;
    if (attempts === null || connection === null) return;
    this.#record.sent(attempts);
    const refusal = connection.isEncrypted ? null : (this.#admission?.refusal() ?? null);
    if (refusal !== null) return this.onRefused(refusal);
    if (this.#head.method === "CONNECT") return this.#openTunnel("HTTP/1.1 200 Connection Established\r\n\r\n", 200);
    this.#state = "waiting";
    attempts.countSent();
    writeMessage(connection, this.#outHead, this.#body.kept);
    if (this.#body.isDone) return;
    // A request with a body is never sent twice, so what was sent need not be kept.
    this.#body.kept = null;
    this.#armDeadline();
    this.#caller.updateFlow();
  }

  onConnectFailed(): void {
    this.#tries?.connectFailed();
  }

  onRefused(code: ErrorCode): void {
    this.#refuse(code, detailOf(code));
  }

  onInterim(head: ResponseHead): void {
    if (this.#tries !== null) this.#tries.stands = true;
    if (!this.#head.isHttp10) this.#write(writeInterimHead(head, ""));
  }

  onSwitch(head: ResponseHead, rest: Buffer): void {
    if (!this.#head.isUpgrade) return this.onProtocolError("it switched protocols without being asked");
    this.#openTunnel(writeInterimHead(head, answerLines(head, this.#attempts, this.#plan, this.#record)), 101);
    if (rest.length > 0) this.#tunnel?.fromUpstream(rest);
  }

  onAnswer(head: ResponseHead, body: string | Buffer | null, done: boolean): void {
    const { isHttp10 } = this.#head;
    this.#attempts?.answered();
    if (head.facts.interlockCode !== "" && this.#attempts?.connection?.isEncrypted && this.#isTriedElsewhere(head)) return;
    if (this.#tries?.isRetried(head.status) === true && this.#tryAgain(false, head.status)) return;
    this.#state = "answering";
    this.#status = head.status;
    this.#upstreamKeepAliveS = head.facts.keepAliveTimeoutS;
    const isDelimited = head.framing !== "close" && !(isHttp10 && head.framing === "chunked");
    this.#keepsAlive = isDelimited && this.#mayKeepAlive();
    const extra = answerLines(head, this.#attempts, this.#plan, this.#record);
    const out = writeResponseHead(head, { extra, toHttp10: isHttp10, keepsAlive: this.#keepsAlive });
    this.#record.bytesOut += out.length + (body?.length ?? 0);
    writeMessage(this.#caller, out, body);
    this.#goOn(done);
  }

  onAnswerBytes(bytes: Buffer | null, done: boolean): void {
    if (bytes !== null) this.#write(bytes);
    this.#goOn(done);
  }

  onProtocolError(why: string): void {
    const { service, version } = this.#record.callee;
    this.#context.log(`${service} ${version ?? ""} did not answer valid HTTP/1.1: ${why}`);
    this.#attempts?.failed("gateway", "no valid HTTP/1.1");
    this.#refuse("upstream.protocol-error", `The instance did not answer valid HTTP/1.1: ${why}.`);
  }

  onUpstreamGone(answerBytes: boolean): void {
    this.#attempts?.failed("gateway", "connection lost");
    if (this.#state === "answering" || this.#tunnel !== null) return this.#cut("upstream.reset");
    if (answerBytes || !this.#tryAgain(this.#attempts?.wasKept === true)) {
      this.#refuse("upstream.reset", "The instance closed the connection before its answer.");
    }
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

  /** Takes what belongs to the body out of what came; the rest waits for the next request, or for the tunnel. */
  #takeBody(bytes: Buffer, start: number): Buffer | null {
    const body = this.#body.isDone ? null : this.#body.take(bytes, start);
    const end = Math.max(start, this.#body.end);
    this.#record.bytesIn += end - start;
    this.#mirror?.add(body, this.#body.isDone);
    if (end < bytes.length && this.#body.fault === null) this.#caller.hold(bytes.subarray(end));
    return body;
  }

  #isBodyRefused(): boolean {
    const fault = this.#body.refusal(this.#context.limits.bodyBytesMax);
    if (fault !== null) this.#refuse(fault.code, fault.detail);
    return fault !== null;
  }

  #admit(plan: Exclude<Destination, { readonly kind: "egress" }>, admission: Admission): void {
    if (this.#state === "done") return;
    this.#admission = admission;
    const refusal = admission.refusalBefore(plan);
    if (refusal === null) this.#route(plan);
    else this.onRefused(refusal);
  }

  #route(plan: Destination): void {
    const { mirrors, random } = this.#context;
    const head = this.#head;
    const times = this.#times ?? new RequestTimes(timeoutsOf(plan, this.#context.limits), this.#record.startedMs, this.#context.limits);
    this.#plan = plan;
    this.#tries = new RequestTries(this.#context, this.#caller, this, { head, plan, times, startedMs: this.#record.startedMs });
    this.#attempts = this.#tries.attempts;
    if (head.method !== "CONNECT") this.#outHead = writeOutgoingHead(head, plan, this.#caller, random);
    if (plan.kind !== "route" || plan.effects === null) return this.#tries.next();
    const claims = this.#admission?.claims ?? null;
    this.#mirror = mirrors.begin(this.#context, { head, outHead: this.#outHead, decision: plan, caller: this.#caller, claims });
    this.#mirror?.add(this.#body.kept, this.#body.isDone);
    this.#caller.updateFlow();
    this.#tries.next(plan.effects.delayMs);
  }

  /** Makes the request once more where that is safe; false where the outcome of this try stands. `status`: of an answer that is thrown away. */
  #tryAgain(isStale: boolean, status = 0): boolean {
    const tries = this.#tries;
    const pauseMs = tries?.giveUp({ isStale, isUnsent: this.#state === "trying", status }) ?? null;
    if (tries === null || pauseMs === null) return false;
    this.#state = "trying";
    this.#caller.updateFlow();
    tries.next(pauseMs);
    return true;
  }

  /** The instance's own proxy did not reach it, or lost it: what this proxy would do had it called the instance itself. */
  #isTriedElsewhere({ facts: { interlockCode }, status }: ResponseHead): boolean {
    if (interlockCode === "upstream.reset") return this.#tryAgain(false, status);
    const tries = this.#tries;
    if (interlockCode !== "upstream.connect-failure" || tries?.stands !== false || !this.#body.isKept) return false;
    this.#state = "trying";
    tries.connectFailed(true);
    return true;
  }

  /** While the body is on its way its pauses count, and its pace; from its end on the instance has its time to answer. */
  #armDeadline(): void {
    const times = this.#times;
    if (times === null) return;
    const isClogged = this.#attempts?.connection?.isClogged === true;
    this.#caller.deadlineMs = times.deadline(this.#context.sweep.nowMs, this.#state === "waiting" ? this.#body : null, isClogged);
  }

  #mayKeepAlive(): boolean {
    const { isLeaving } = this.#context;
    return this.#head.keepsAlive && this.#body.isDone && !this.#head.asksForTunnel && !isLeaving && !this.#caller.listener.isClosing;
  }

  #write(data: string | Buffer): void {
    this.#record.bytesOut += data.length;
    writeBytes(this.#caller, data);
  }

  #goOn(done: boolean): void {
    if (!done) {
      this.#armDeadline();
      if (this.#caller.isClogged) this.#attempts?.connection?.pause();
      return;
    }
    this.#attempts?.completed(this.#status);
    if (this.#body.isDone && !this.#head.asksForTunnel) this.#attempts?.release(this.#upstreamKeepAliveS);
    else this.#attempts?.drop();
    this.#end(this.#status, this.#status >= 500);
    this.#caller.finishExchange(this.#keepsAlive);
  }

  #answerByRule(plan: RouteAnswer): void {
    const next = () => {
      const frame = this.#frame(plan.plan.responseHeaders);
      this.#finish(writeRuleAnswer(plan, frame), plan.code, plan.status, frame.keepsAlive);
    };
    if (plan.delayMs === 0) return next();
    this.#caller.updateFlow();
    this.#cancelPause = pause(this.#context.clock, plan.delayMs, { next, onError: (error) => this.onInternalError(error) });
  }

  #refuse(code: ErrorCode, detail: string): void {
    if (this.#state === "done") return;
    if (this.#state === "answering" || this.#tunnel !== null) return this.#cut(code);
    this.#attempts?.drop();
    this.#record.deniedBy = this.#admission?.deniedBy ?? null;
    const frame = this.#frame(this.#plan?.kind === "route" ? this.#plan.plan.responseHeaders : null);
    const keepsAlive = frame.keepsAlive && code !== "proxy.internal";
    this.#finish(writeOwnAnswer({ ...frame, keepsAlive, code, detail }), code, statusOf(code), keepsAlive);
  }

  #frame(edits: HeaderPatch | null): AnswerFrame {
    return { keepsAlive: this.#mayKeepAlive(), toHead: this.#head.method === "HEAD", toHttp10: this.#head.isHttp10, edits };
  }

  /** Ends the request with an answer of our own. */
  #finish(answer: string, code: ErrorCode | null, status: number, keepsAlive: boolean): void {
    this.#write(answer);
    if (code !== null) this.#record.countCode(code);
    this.#end(status, status >= 500);
    this.#caller.finishExchange(keepsAlive);
  }

  /** Half an answer was passed on and the rest will not come. The code says whose fault it is; the instance's is counted by then. */
  #cut(code: ErrorCode): void {
    this.#record.countCode(code);
    this.#attempts?.drop();
    this.#end(this.#status, statusOf(code) >= 500);
    this.#caller.reset();
  }

  #openTunnel(answer: string, status: number): void {
    const connection = this.#attempts?.connection ?? null;
    if (connection === null) return;
    this.#state = "tunnel";
    this.#status = status;
    if (status === 200) this.#attempts?.countSent();
    this.#attempts?.answered();
    this.#write(answer);
    const idleMs = this.#times?.idleMs ?? this.#context.limits.idleTimeoutMs;
    this.#tunnel = new Tunnel(this.#context, this.#caller, connection, idleMs, () => this.#endTunnel());
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
    this.#cancelPause?.();
    this.#context.retries.active--;
    this.#tries?.close();
    this.#record.end(status, failed, this.#tunnel, this.#attempts, this.#outHead);
  }
}
