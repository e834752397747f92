import { type EdgeEnd, type ErrorCode, type InstanceId, statusOf } from "../model/index.ts";
import type { RouteDecision } from "../routing/index.ts";
import type { Admission } from "./admission.ts";
import { Attempts } from "./attempts.ts";
import type { ProxyContext } from "./caller-side.ts";
import type { Deadlined } from "./deadline-sweep.ts";
import type { RequestHead } from "./http1/request-head.ts";
import type { ResponseHead } from "./http1/response-head.ts";
import type { Subject } from "./identity/held-identity.ts";
import { traceIdOf } from "./request-record.ts";
import type { EdgeCounters } from "./telemetry-recorder.ts";
import type { UpstreamUser } from "./upstream-connection.ts";
import { writeMessage } from "./write-message.ts";

/** What a copy is made of. */
export interface MirrorOrder {
  readonly plan: RouteDecision;
  readonly head: RequestHead;
  /** As it is sent to the instance of the request itself. */
  readonly outHead: string;
  readonly caller: EdgeEnd;
  /** The caller's address. */
  readonly source: string;
  /** In whose name it is sent over mTLS. */
  readonly as: Subject | null;
  readonly edge: EdgeCounters;
  /** Null: everybody may call the service. */
  readonly admission: Admission | null;
}

/** One copy of a request on its way: one try, the answer is read and thrown away. Counted once, when it ends. */
export class MirrorCopy implements UpstreamUser, Deadlined {
  deadlineMs: number;
  readonly #context: ProxyContext;
  readonly #order: MirrorOrder;
  readonly #onEnd: () => void;
  readonly #attempts: Attempts;
  readonly #startedMs: number;
  #body: Buffer = Buffer.alloc(0);
  #status = 0;
  #instance: InstanceId | null = null;
  #isEncrypted = false;
  #bytesOut = 0;
  #keepAliveS = -1;
  #isOver = false;

  constructor(context: ProxyContext, order: MirrorOrder, onEnd: () => void) {
    this.#context = context;
    this.#order = order;
    this.#onEnd = onEnd;
    this.#startedMs = context.clock.monotonicMs();
    this.deadlineMs = this.#startedMs + order.plan.policy.timeouts.requestMs;
    this.#attempts = new Attempts(context, order.plan, {
      head: order.head,
      source: order.source,
      as: order.as,
      startedMs: this.#startedMs,
    });
  }

  start(body: Buffer): void {
    this.#body = body;
    this.#order.edge.begin();
    this.#context.sweep.add(this);
    const refusal = this.#attempts.start(this, { toHead: this.#order.head.method === "HEAD", bare: false });
    if (refusal !== null) this.#end(refusal);
    else if (this.#attempts.connection?.isOpen === true) this.onConnected();
  }

  onConnected(): void {
    const { connection } = this.#attempts;
    if (connection === null) return;
    this.#isEncrypted = connection.isEncrypted;
    const refusal = this.#isEncrypted ? null : (this.#order.admission?.refusal() ?? null);
    if (refusal !== null) return this.#end(refusal);
    this.#instance = this.#attempts.instance;
    this.#attempts.countSent();
    const head = `${this.#order.outHead.slice(0, -2)}x-interlock-mirror: true\r\n\r\n`;
    writeMessage(connection, head, this.#body);
  }

  onConnectFailed(): void {
    this.#end(this.#attempts.connectFailed() ?? "upstream.connect-failure");
  }

  onInterim(): void {}

  onSwitch(): void {
    this.#fail("upstream.protocol-error", "it switched protocols without being asked");
  }

  onAnswer(head: ResponseHead, body: string | Buffer | null, done: boolean): void {
    this.#status = head.status;
    this.#keepAliveS = head.facts.keepAliveTimeoutS;
    this.#attempts.answered();
    this.#bytesOut += head.text.length;
    this.#goOn(body, done);
  }

  onAnswerBytes(bytes: Buffer | null, done: boolean): void {
    this.#goOn(bytes, done);
  }

  onProtocolError(): void {
    this.#fail("upstream.protocol-error", "no valid HTTP/1.1");
  }

  onUpstreamGone(): void {
    this.#fail("upstream.reset", "connection lost");
  }

  onUpstreamDrained(): void {}

  onTunnelBytes(): void {}

  onTunnelEnd(): void {}

  onInternalError(error: unknown): void {
    this.#context.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
    this.#end("proxy.internal");
  }

  onDeadline(): void {
    this.#attempts.timedOut();
    this.#end("upstream.timeout");
  }

  #goOn(bytes: string | Buffer | null, done: boolean): void {
    this.#bytesOut += bytes?.length ?? 0;
    if (!done) return;
    this.#attempts.completed(this.#status);
    this.#attempts.release(this.#keepAliveS);
    this.#end(null);
  }

  #fail(code: ErrorCode, what: string): void {
    this.#attempts.failed("gateway", what);
    this.#end(code);
  }

  #end(code: ErrorCode | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.sweep.remove(this);
    this.#attempts.drop();
    this.#attempts.close();
    this.#onEnd();
    const { caller, edge, head, outHead, plan } = this.#order;
    const status = code === null ? this.#status : statusOf(code);
    const durationMs = this.#context.clock.monotonicMs() - this.#startedMs;
    const [bytesIn, bytesOut] = [outHead.length + this.#body.length, this.#bytesOut];
    const [instance, encrypted] = [this.#instance, this.#isEncrypted];
    const isDenied = code === "authorization.denied";
    const statusClass = Math.floor(status / 100);
    edge.end({
      statusClass,
      failed: status >= 500,
      retries: 0,
      bytesIn,
      bytesOut,
      durationUs: durationMs * 1_000,
      denied: isDenied,
      encrypted,
      plain: instance !== null && !encrypted,
      answered: instance !== null && code === null,
    });
    if (!this.#context.requestLog.wants(status, code)) return;
    this.#context.requestLog.end({
      side: "caller",
      caller,
      callee: edge.callee,
      instance,
      method: head.method,
      host: head.host,
      path: head.path,
      status,
      code,
      rule: this.#order.admission?.deniedBy ?? plan.rule?.name ?? null,
      durationMs,
      bytesIn,
      bytesOut,
      attempts: 1,
      encrypted,
      mirror: true,
      traceId: traceIdOf(outHead),
    });
  }
}
