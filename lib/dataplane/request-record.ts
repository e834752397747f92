import type { EdgeEnd, ErrorCode, InstanceId, Version } from "../model/index.ts";
import type { Attempts } from "./attempts.ts";
import type { CallerSide, ProxyContext } from "./caller-side.ts";
import type { RequestHead } from "./http1/request-head.ts";
import type { RequestPlan } from "./request-plan.ts";
import type { EdgeCounters } from "./telemetry-recorder.ts";
import type { Tunnel } from "./tunnel.ts";

/** Where nothing is known of whom a request was meant for: no service has this name. */
const NOBODY: EdgeEnd = { service: "?", version: null };

/** What is counted and told of one request, once, when it ends. */
export class RequestRecord {
  /** Monotonic. */
  readonly startedMs: number;
  bytesIn: number;
  bytesOut = 0;
  /** Of the proxy's own answer, or of what cut the instance's. */
  code: ErrorCode | null = null;
  /** The instance that was sent the request last, and whether over mTLS. */
  instance: InstanceId | null = null;
  isEncrypted = false;
  /** The authorization rule that refused it; in place of the route's rule it goes to the log, and nowhere else. */
  deniedBy: string | null = null;
  readonly #context: ProxyContext;
  readonly #caller: CallerSide;
  readonly #head: RequestHead;
  #edge: EdgeCounters | null = null;
  #callee: EdgeEnd = NOBODY;
  #rule: string | null = null;

  constructor(context: ProxyContext, caller: CallerSide, head: RequestHead, startedMs: number) {
    this.#context = context;
    this.#caller = caller;
    this.#head = head;
    this.startedMs = startedMs;
    this.bytesIn = head.text.length + 2;
  }

  get callee(): EdgeEnd {
    return this.#edge?.callee ?? this.#callee;
  }

  /** From now on it counts on the edge to where it goes, or was to go. What comes in at an inbound listener was counted by the caller's proxy. */
  planned(plan: RequestPlan): void {
    const { listener } = this.#caller;
    if (listener.inbound !== null) {
      const { id, service, version } = listener.inbound.endpoint;
      this.#callee = { service, version };
      this.instance = id;
      this.isEncrypted = listener.identity !== null;
      return;
    }
    if (plan.kind === "route") {
      this.#edge = listener.edgeFor(plan);
      this.#rule = plan.rule?.name ?? null;
    } else if (plan.kind === "egress" || (plan.kind !== "inbound" && plan.service !== null)) {
      const service = plan.kind === "egress" ? `${plan.host}:${plan.port}` : (plan.service ?? "");
      this.#edge = this.#context.recorder.edge(listener.caller, { service, version: null }, null);
      if (plan.kind === "answer") this.#rule = plan.rule.name ?? null;
    }
    this.#edge?.begin();
  }

  countCode(code: ErrorCode): void {
    this.code = code;
    this.#context.recorder.countCode(code);
  }

  /** The request is being written to an instance. */
  sent(attempts: Attempts): void {
    if (this.#caller.listener.inbound !== null) return;
    this.instance = attempts.instance;
    this.isEncrypted = attempts.connection?.isEncrypted === true;
    if (attempts.version !== null && this.#edge !== null && attempts.version !== this.#edge.callee.version) this.#follow(attempts.version);
  }

  /** A request that fails over to another version counts there: what that version answers says nothing of the one that was chosen. */
  #follow(version: Version): void {
    if (this.#edge === null) return;
    const { callee, caller, splitEpoch } = this.#edge;
    this.#edge.active--;
    this.#edge = this.#context.recorder.edge(caller, { service: callee.service, version }, splitEpoch);
    this.#edge.begin();
  }

  /** Status 0: the caller went away. `outHead`: as it was sent on; "" where it was not. A request that became a tunnel was answered when that opened. */
  end(status: number, failed: boolean, tunnel: Tunnel | null, attempts: Attempts | null, outHead: string): void {
    const { clock, requestLog } = this.#context;
    this.bytesIn += tunnel?.bytesIn ?? 0;
    this.bytesOut += tunnel?.bytesOut ?? 0;
    const endedMs = tunnel === null ? clock.monotonicMs() : tunnel.openedMs;
    const { bytesIn, bytesOut, code, isEncrypted: encrypted } = this;
    const durationMs = endedMs - this.startedMs;
    this.#edge?.end({
      statusClass: Math.floor(status / 100),
      failed,
      retries: Math.max(0, attempts?.retries ?? 0),
      bytesIn,
      bytesOut,
      durationUs: durationMs * 1_000,
      denied: code === "authorization.denied",
      failedOver: attempts?.failedOver === true,
      encrypted,
      plain: this.instance !== null && !encrypted,
      answered: this.instance !== null && status !== 0 && (code === null || (status < 500 && failed && code.startsWith("upstream."))),
    });
    if (!requestLog.wants(status, code)) return;
    const { host, method, path } = this.#head;
    requestLog.end({
      side: this.#caller.listener.inbound === null ? "caller" : "callee",
      caller: this.#caller.listener.caller,
      callee: this.callee,
      instance: this.instance,
      method,
      host,
      path,
      status,
      code,
      rule: this.deniedBy ?? this.#rule,
      durationMs,
      bytesIn,
      bytesOut,
      attempts: (attempts?.retries ?? -1) + 1,
      encrypted,
      mirror: false,
      traceId: traceIdOf(outHead === "" ? this.#head.text : outHead),
    });
  }
}

/** The trace that a head belongs to. */
export function traceIdOf(head: string): string | null {
  return /\ntraceparent:[ \t]*[0-9a-f]{2}-([0-9a-f]{32})-/i.exec(head)?.[1] ?? null;
}
