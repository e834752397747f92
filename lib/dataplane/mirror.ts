/**
 * Copies of requests that a rule mirrors: sent beside the request, their answers thrown away.
 *
 * Invariants: the caller never waits for a copy, and no copy slows its request down; a copy carries `x-interlock-mirror: true`, is counted on an edge of
 * its own (`mirror: true`), is never retried and never mirrored again; whoever may not call a service does not reach it by a mirror either.
 * Bounds: `UNDER_WAY_MAX` copies at a time, bodies up to `BODY_BYTES_MAX`; what is beyond is dropped and counted. A copy lives no longer than the time
 * that its service gives a request.
 */
import type { AuthorizationPolicy } from "../model/index.ts";
import type { MirrorTarget, RouteDecision } from "../routing/index.ts";
import { ok } from "../std/index.ts";
import { gauge, type MetricFamily } from "../telemetry/index.ts";
import { Admission } from "./admission.ts";
import type { CallerSide, ProxyContext } from "./caller-side.ts";
import type { RequestHead } from "./http1/request-head.ts";
import { MirrorCopy } from "./mirror-copy.ts";
import type { Claims } from "./token-gate.ts";

const UNDER_WAY_MAX = 32;
const BODY_BYTES_MAX = 64 * 1024;

/** The request that is copied. */
export interface MirrorSource {
  readonly head: RequestHead;
  /** As it is sent to the instance. */
  readonly outHead: string;
  readonly decision: RouteDecision;
  readonly caller: Pick<CallerSide, "listener" | "source">;
  /** Verified with the policy of the request's own service. */
  readonly claims: Claims | null;
}

/** The copies of one proxy. */
export class Mirrors {
  underWay = 0;
  /** Copies that were not made, by reason. */
  readonly dropped = { busy: 0, body: 0 };

  /** For `/metrics`. */
  families(): readonly MetricFamily[] {
    const samples = Object.entries(this.dropped).map(([reason, value]) => ({ labels: { reason }, value }));
    const help = "Copies of mirrored requests that were not made: too many under way (busy), or the body too large (body).";
    return [
      gauge("interlock_proxy_mirrors_active", "Copies of mirrored requests under way.", this.underWay),
      { type: "counter", name: "interlock_proxy_mirrors_dropped", help, samples },
    ];
  }

  /** Starts to copy a request; null where there is nothing to copy. */
  begin(context: ProxyContext, source: MirrorSource): RequestMirror | null {
    const { decision, head } = source;
    const count = decision.effects?.mirrors.length ?? 0;
    if (count === 0 || head.isUpgrade) return null;
    if (head.facts.contentLength > BODY_BYTES_MAX) {
      this.dropped.body += count;
      return null;
    }
    return new RequestMirror(context, this, source);
  }
}

/** The copies of one request: holds its body until that is complete, then sends them. */
export class RequestMirror {
  readonly #context: ProxyContext;
  readonly #mirrors: Mirrors;
  readonly #source: MirrorSource;
  #body: Buffer[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(context: ProxyContext, mirrors: Mirrors, source: MirrorSource) {
    this.#context = context;
    this.#mirrors = mirrors;
    this.#source = source;
  }

  /** More of the body, as it is sent on; `isDone`: that was all. */
  add(bytes: Buffer | null, isDone: boolean): void {
    if (this.#isOver) return;
    if (bytes !== null) {
      this.#body.push(bytes);
      this.#bytes += bytes.length;
    }
    const targets = this.#source.decision.effects?.mirrors ?? [];
    if (this.#bytes > BODY_BYTES_MAX) {
      this.#mirrors.dropped.body += targets.length;
      this.#close();
    } else if (isDone) {
      const body = Buffer.concat(this.#body);
      this.#close();
      for (const target of targets) this.#send(target, body);
    }
  }

  #close(): void {
    this.#isOver = true;
    this.#body = [];
  }

  #send(target: MirrorTarget, body: Buffer): void {
    const context = this.#context;
    const { caller, claims, decision, head, outHead } = this.#source;
    if (this.#mirrors.underWay >= UNDER_WAY_MAX) {
      this.#mirrors.dropped.busy++;
      return;
    }
    const isOwn = target.service === decision.service;
    const other = isOwn ? undefined : context.config?.table.service(target.service);
    const authorization: AuthorizationPolicy | null = isOwn ? decision.authorization : (other?.authorization ?? null);
    const [, path = ""] = /^\S+ ([^ ?]*)/.exec(outHead) ?? [];
    const plan: RouteDecision = {
      ...decision,
      service: target.service,
      version: target.version,
      endpoints: target.endpoints,
      failover: [],
      policy: isOwn ? decision.policy : (other?.policy ?? decision.policy),
      authorization,
      effects: null,
    };
    // A token was verified for the service that was called; towards another one it proves nothing.
    const { listener, source } = caller;
    const request = { principal: listener.principal, identity: null, method: head.method, path, claims: ok(isOwn ? claims : null) };
    const admission = authorization === null ? null : new Admission(authorization, request);
    const edge = context.recorder.edge(listener.caller, { service: target.service, version: target.version }, null, true);
    this.#mirrors.underWay++;
    new MirrorCopy(
      context,
      { plan, head, outHead, caller: listener.caller, source, as: listener.subject, edge, admission },
      () => this.#mirrors.underWay--,
    ).start(body);
  }
}
