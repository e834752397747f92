/** One end of an edge. Traffic from outside: service `ingress`, version null. A request that reached no version: callee version null. */
export interface EdgeEnd {
  readonly service: string;
  readonly version: string | null;
}

/**
 * What happened on one edge since the previous batch. Counts are whole numbers; every request that ended is counted in exactly one batch.
 * `requests` = sum of `statusClasses` + `aborted`.
 */
export interface EdgeDelta {
  readonly caller: EdgeEnd;
  readonly callee: EdgeEnd;
  /** The service's `splitEpoch` when the version was chosen by the service's split; null when a rule's own split chose. */
  readonly splitEpoch: number | null;
  /** Copies of requests, made by a mirror: nobody waits for their answers, and they are kept apart from all other figures. */
  readonly mirror: boolean;
  /** Answers by class: 1xx (101 only), 2xx, 3xx, 4xx, 5xx. Answers made by the proxy are included. */
  readonly statusClasses: readonly [number, number, number, number, number];
  /** The caller went away before the answer was complete. */
  readonly aborted: number;
  /** 5xx answers plus answers cut short by the upstream: the numerator of the error rate. */
  readonly failed: number;
  /** Attempts beyond the first. */
  readonly retries: number;
  /** Requests that authorization refused, at either end; part of the 4xx. */
  readonly denied: number;
  /** Requests that left what they prefer: another zone, or another version. */
  readonly failovers: number;
  /** Requests that were sent to an instance over mTLS, and in plain text. What the proxy answered itself is in neither. */
  readonly encrypted: number;
  readonly plain: number;
  /**
   * Requests that an instance answered itself, and those of them that it failed: 5xx, or cut short. What a proxy answered (refusals, injected faults, instances that
   * cannot be reached) is in neither: it says nothing of the two versions. Absent from a proxy that does not tell.
   */
  readonly answered?: number;
  readonly answerFailures?: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Sum of durations, whole microseconds. */
  readonly latencyUsSum: number;
  /** Durations, request head read → answer complete, as [bucket, count, bucket, count, …], buckets of `lib/telemetry` ascending. */
  readonly latency: readonly number[];
}

/** What one instance did since the previous batch. */
export interface InstanceDelta {
  readonly instance: string;
  readonly requests: number;
  readonly failed: number;
  readonly connectFailures: number;
}

/** Figures of one proxy since its previous batch. */
export interface TelemetryBatch {
  readonly proxyId: string;
  readonly bootId: string;
  /** 1, 2, 3 … within one `bootId`. */
  readonly seq: number;
  /** Wall clock of the proxy when the batch was closed, ms. */
  readonly atMs: number;
  readonly edges: readonly EdgeDelta[];
  readonly instances: readonly InstanceDelta[];
  /** Answers made by the proxy itself, by `x-interlock-code`. */
  readonly codes: Readonly<Record<string, number>>;
}
