/**
 * What happened, counted where it happened: per edge (caller version × callee version × split epoch) in typed arrays, per instance,
 * per code of the proxy's own answers.
 *
 * Invariants (conservation): a request is counted in exactly one batch, when it ended; a closed batch never changes and is handed
 * out again, with the same `seq`, until it is acknowledged; meanwhile newer counts pile up in the next one. Counters that somebody
 * still holds are never forgotten. Requests that no service could be named for (malformed, unknown host, denied) have no edge and are
 * counted by their code only, so that nothing a stranger sends becomes a name.
 */
import type { EdgeDelta, EdgeEnd, ErrorCode, InstanceDelta, TelemetryBatch } from "../model/index.ts";
import type { Clock } from "../std/index.ts";
import { createHistogram } from "../telemetry/index.ts";

const ABORTED = 0;
const FAILED = 6;
const RETRIES = 7;
const BYTES_IN = 8;
const BYTES_OUT = 9;
const LATENCY_US = 10;
const DENIED = 11;
const FAILOVERS = 12;
const ENCRYPTED = 13;
const PLAIN = 14;
const ANSWERED = 15;
const ANSWER_FAILURES = 16;
const COUNTERS = 17;

/** Counters nobody holds are forgotten after this many batches without a count. */
const QUIET_BATCHES_MAX = 120;

/** How one request ended. */
export interface RequestEnd {
  /** 1 to 5: first digit of the status; 0: the caller went away before the answer was complete. */
  readonly statusClass: number;
  /** 5xx, or an answer cut short by the instance. */
  readonly failed: boolean;
  readonly retries: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationUs: number;
  /** Authorization refused it, here or at the callee's proxy. */
  readonly denied?: boolean;
  /** It left what it prefers: another zone, or another version. */
  readonly failedOver?: boolean;
  /** It went over mTLS. */
  readonly encrypted?: boolean;
  /** It was sent to an instance in plain text. */
  readonly plain?: boolean;
  /** An instance answered it itself, in whole or in part. */
  readonly answered?: boolean;
}

/** Counters of one edge. `begin` a request, `end` it once. */
export class EdgeCounters {
  readonly caller: EdgeEnd;
  readonly callee: EdgeEnd;
  readonly splitEpoch: number | null;
  /** Copies made by a mirror: an edge of their own, kept out of all other figures. */
  readonly mirror: boolean;
  /** Requests under way, which hold on to these counters. */
  active = 0;
  /** No longer part of the recorder: look the edge up again. */
  forgotten = false;
  quietBatches = 0;
  readonly #counters = new Float64Array(COUNTERS);
  readonly #latency = createHistogram();
  #touched = false;

  constructor(caller: EdgeEnd, callee: EdgeEnd, splitEpoch: number | null, mirror: boolean) {
    this.caller = caller;
    this.callee = callee;
    this.splitEpoch = splitEpoch;
    this.mirror = mirror;
  }

  begin(): void {
    this.active++;
  }

  end({ statusClass, failed, retries, bytesIn, bytesOut, durationUs, denied, failedOver, encrypted, plain, answered }: RequestEnd): void {
    this.active--;
    this.#touched = true;
    const counters = this.#counters;
    (counters[statusClass] as number)++;
    if (failed) (counters[FAILED] as number)++;
    counters[RETRIES] = (counters[RETRIES] as number) + retries;
    counters[BYTES_IN] = (counters[BYTES_IN] as number) + bytesIn;
    counters[BYTES_OUT] = (counters[BYTES_OUT] as number) + bytesOut;
    if (denied === true) (counters[DENIED] as number)++;
    if (failedOver === true) (counters[FAILOVERS] as number)++;
    if (encrypted === true) (counters[ENCRYPTED] as number)++;
    if (plain === true) (counters[PLAIN] as number)++;
    if (answered === true) (counters[ANSWERED] as number)++;
    if (answered === true && failed) (counters[ANSWER_FAILURES] as number)++;
    if (statusClass === ABORTED) return;
    counters[LATENCY_US] = (counters[LATENCY_US] as number) + Math.round(durationUs);
    this.#latency.record(durationUs);
  }

  /** What was counted since the last `take`; null for nothing. */
  peek(): EdgeDelta | null {
    if (!this.#touched) return null;
    const [aborted, c1, c2, c3, c4, c5, failed, retries, bytesIn, bytesOut, latencyUsSum, denied, failovers, encrypted, plain, ...own] =
      this.#counters as Iterable<number> as Seventeen;
    const [answered, answerFailures] = own;
    return {
      caller: this.caller,
      callee: this.callee,
      splitEpoch: this.splitEpoch,
      mirror: this.mirror,
      statusClasses: [c1, c2, c3, c4, c5] as const,
      aborted,
      failed,
      denied,
      failovers,
      encrypted,
      plain,
      answered,
      answerFailures,
      retries,
      bytesIn,
      bytesOut,
      latencyUsSum,
      latency: this.#latency.encode(),
    };
  }

  /** What was counted since the last call; null for nothing. */
  take(): EdgeDelta | null {
    const delta = this.peek();
    this.#counters.fill(0);
    this.#latency.clear();
    this.#touched = false;
    return delta;
  }
}

type N = number;
type Seventeen = readonly [N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N];

/** Counters of one instance. */
export class InstanceCounters {
  requests = 0;
  failed = 0;
  connectFailures = 0;
  /** The instance is gone from the configuration and nothing is under way: forget it after the next batch. */
  retired = false;
}

export class TelemetryRecorder {
  readonly #proxyId: string;
  readonly #bootId: string;
  readonly #clock: Clock;
  readonly #edges = new Map<string, EdgeCounters>();
  readonly #instances = new Map<string, InstanceCounters>();
  readonly #codes = new Map<ErrorCode, number>();
  #seq = 0;
  #inFlight: TelemetryBatch | null = null;

  constructor(identity: { readonly proxyId: string; readonly bootId: string }, clock: Clock) {
    this.#proxyId = identity.proxyId;
    this.#bootId = identity.bootId;
    this.#clock = clock;
  }

  /** Counters of an edge, made when they are new. A holder looks again once they are `forgotten`. */
  edge(caller: EdgeEnd, callee: EdgeEnd, splitEpoch: number | null, mirror = false): EdgeCounters {
    const key = `${caller.service} ${caller.version} ${callee.service} ${callee.version} ${splitEpoch}${mirror ? " mirror" : ""}`;
    let edge = this.#edges.get(key);
    if (edge === undefined) {
      edge = new EdgeCounters(caller, callee, splitEpoch, mirror);
      this.#edges.set(key, edge);
    }
    return edge;
  }

  instance(id: string): InstanceCounters {
    let counters = this.#instances.get(id);
    if (counters === undefined) {
      counters = new InstanceCounters();
      this.#instances.set(id, counters);
    }
    counters.retired = false;
    return counters;
  }

  /** An answer made by the proxy itself. */
  countCode(code: ErrorCode): void {
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
  }

  /** Told of each batch when it is closed, once. */
  onClosed: (batch: TelemetryBatch) => void = () => {};

  /** What the next batch would say so far; nothing changes. */
  peek(): Pick<TelemetryBatch, "edges" | "codes"> {
    const edges = [...this.#edges.values()].map((edge) => edge.peek()).filter((delta) => delta !== null);
    return { edges, codes: Object.fromEntries(this.#codes) };
  }

  /** The batch that waits for its acknowledgement; null when none does. */
  get inFlight(): TelemetryBatch | null {
    return this.#inFlight;
  }

  /** Closes a batch over everything counted so far, or returns the one that still waits. An empty batch says "nothing happened". */
  closeBatch(): TelemetryBatch {
    if (this.#inFlight !== null) return this.#inFlight;
    this.#seq++;
    this.#inFlight = {
      proxyId: this.#proxyId,
      bootId: this.#bootId,
      seq: this.#seq,
      atMs: this.#clock.wallMs(),
      edges: this.#takeEdges(),
      instances: this.#takeInstances(),
      codes: Object.fromEntries(this.#codes),
    };
    this.#codes.clear();
    this.onClosed(this.#inFlight);
    return this.#inFlight;
  }

  /** The engine has counted a batch. Anything but the one in flight is ignored. */
  acknowledge(bootId: string, seq: number): void {
    if (bootId === this.#bootId && seq === this.#inFlight?.seq) this.#inFlight = null;
  }

  #takeEdges(): EdgeDelta[] {
    const deltas: EdgeDelta[] = [];
    for (const [key, edge] of this.#edges) {
      const delta = edge.take();
      edge.quietBatches = delta === null ? edge.quietBatches + 1 : 0;
      if (delta !== null) deltas.push(delta);
      else if (edge.active === 0 && edge.quietBatches > QUIET_BATCHES_MAX) {
        edge.forgotten = true;
        this.#edges.delete(key);
      }
    }
    return deltas;
  }

  #takeInstances(): InstanceDelta[] {
    const deltas: InstanceDelta[] = [];
    for (const [instance, counters] of this.#instances) {
      const { requests, failed, connectFailures } = counters;
      if (requests + failed + connectFailures > 0) deltas.push({ instance, requests, failed, connectFailures });
      counters.requests = 0;
      counters.failed = 0;
      counters.connectFailures = 0;
      if (counters.retired) this.#instances.delete(instance);
    }
    return deltas;
  }
}
