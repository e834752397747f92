import type { EdgeEnd, Principal } from "../model/index.ts";
import type { RouteDecision } from "../routing/index.ts";
import type { Clock, Random } from "../std/index.ts";
import type { RequestLog } from "./access-log.ts";
import type { DeadlineSweep } from "./deadline-sweep.ts";
import type { HealthBoard } from "./health/health-board.ts";
import type { HeadScope } from "./http1/request-head.ts";
import type { Subject } from "./identity/held-identity.ts";
import type { MeshIdentity } from "./identity/mesh-identity.ts";
import type { InboundTarget } from "./inbound-side.ts";
import type { ListeningSockets } from "./listening-sockets.ts";
import type { Mirrors } from "./mirror.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import type { ProxyLimits } from "./proxy-limits.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { EdgeCounters, TelemetryRecorder } from "./telemetry-recorder.ts";
import type { TokenGate } from "./token-gate.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

/** What all requests of a proxy have in common. */
export interface ProxyContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: ProxyLimits;
  readonly sweep: DeadlineSweep;
  readonly recorder: TelemetryRecorder;
  /** Told of each request that ended, where somebody wants to know: see its file for how. */
  readonly requestLog: RequestLog;
  readonly pool: UpstreamPool;
  /** Which instances are healthy, and what is under way to them. */
  readonly health: HealthBoard;
  readonly retries: RetryPolicy;
  readonly mirrors: Mirrors;
  readonly tokens: TokenGate;
  /** Null: this proxy takes no part in mTLS. */
  readonly identity: MeshIdentity | null;
  readonly log: (line: string) => void;
  readonly sockets: ListeningSockets;
  /** Null until the first snapshot. */
  config: ProxyConfig | null;
  /** Ports this proxy itself listens on: sending there would go round in circles. */
  readonly ownPorts: Set<number>;
  /** The process is about to stop: idle connections end. */
  isDraining: boolean;
  /**
   * Answers say `connection: close`: the process is about to stop, or another one listens in its place. In the second case no connection is closed under a
   * caller that may be about to ask.
   */
  isLeaving: boolean;
}

/** Where a request came in, which says who sent it. */
export interface ListenerSide {
  readonly scope: HeadScope;
  readonly caller: EdgeEnd;
  /** Who calls, for authorization; null: nobody knows. */
  readonly principal: Principal | null;
  /** His SPIFFE id as proven on this connection; null: it is not encrypted. */
  readonly identity: string | null;
  /** In whose name instances are called over mTLS; null: in nobody's. */
  readonly subject: Subject | null;
  /** The local instance behind an inbound listener; null on any other. */
  readonly inbound: InboundTarget | null;
  /** No new requests: the instance is gone, or the process stops. */
  readonly isClosing: boolean;
  edgeFor(decision: RouteDecision): EdgeCounters;
}

/** The caller's connection, as one request on it sees it. */
export interface CallerSide {
  readonly listener: ListenerSide;
  /** The caller's address. */
  readonly source: string;
  /** `x-forwarded-for` and `-proto` lines for requests from outside; "" inside the mesh. */
  readonly forwardedLines: string;
  deadlineMs: number;
  readonly isClogged: boolean;
  /** Nothing that was written waits to be sent, and its memory is free again; never over TLS, which sends later. */
  readonly isFlushed: boolean;
  write(data: string | Buffer): void;
  /** Keeps bytes that belong to the next request, or to a tunnel that is not open yet. */
  hold(bytes: Buffer): void;
  takeHeld(): Buffer | null;
  /** Reads on, or stops reading, as the request under way wants it. */
  updateFlow(): void;
  /** Half-closes a tunnel. */
  endWriting(): void;
  /** The caller has ended its sending side after whole requests: it may wait for their answers, for a while. */
  sendsNoMore(): void;
  /** The request is over: on to the next one, or to the end of the connection. */
  finishExchange(keepsAlive: boolean): void;
  /** Cuts the connection so that the caller cannot take half an answer for a whole one. */
  reset(): void;
}
