import type { EdgeEnd, TelemetryBatch } from "../model/index.ts";

/** Golden signals of one edge, lane or service over a window. */
export interface Figures {
  readonly windowMs: number;
  readonly requests: number;
  readonly failed: number;
  /** Attempts beyond the first. */
  readonly retries: number;
  /** Requests that authorization refused. */
  readonly denied: number;
  /** Requests that left their zone or version. */
  readonly failovers: number;
  /** Requests that went over mTLS. */
  readonly encrypted: number;
  /** Sent to an instance in plain text. */
  readonly plain: number;
  readonly rps: number;
  /** failed / requests; null without requests. */
  readonly errorRate: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
}

export interface EdgeFigures extends Figures {
  readonly caller: EdgeEnd;
  readonly callee: EdgeEnd;
}

/** Exact counts of one edge since the store was created. */
export interface EdgeTotals {
  readonly caller: EdgeEnd;
  readonly callee: EdgeEnd;
  readonly requests: number;
  readonly failed: number;
  /** Answers by class: 1xx, 2xx, 3xx, 4xx, 5xx. */
  readonly statusClasses: readonly [number, number, number, number, number];
  readonly aborted: number;
  readonly retries: number;
  readonly denied: number;
  readonly failovers: number;
  readonly encrypted: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly latencyUsSum: number;
  /** Coarse histogram of durations (`DURATION_BOUNDS_S`), and the sum of those in it: an Interlock before it did not keep one. */
  readonly durations: { readonly counts: readonly number[]; readonly usSum: number };
  /** Requests that an instance answered itself, and those of them that it failed: counted since Interlock tells them from answers of proxies. */
  readonly answered: number;
  readonly answerFailures: number;
}

/** What one instance did within a window. */
export interface InstanceFigures {
  readonly requests: number;
  readonly failed: number;
  readonly connectFailures: number;
}

/** Requests that followed one service's split, by version, within the epoch; `windowMs` is how far back figures reach, with requests or without. */
export interface SplitCounts {
  readonly windowMs: number;
  readonly requests: ReadonlyMap<string, number>;
}

/** Which series: all edges into `calleeService` (and version), narrowed by caller where given. */
export interface SeriesSelector {
  readonly calleeService: string;
  readonly calleeVersion?: string;
  readonly callerService?: string;
  readonly callerVersion?: string;
}

/** One step of a series: what happened in [startMs, startMs + durationMs). */
export interface Bin {
  readonly startMs: number;
  readonly durationMs: number;
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
}

/** How much goes along an edge. */
export type EdgeFlow = Pick<EdgeFigures, "caller" | "callee" | "requests" | "rps">;

/**
 * Figures of the mesh: live windows in memory, roll-ups on disk (1 h at 2 s, 24 h at 15 s, 30 d at 5 min; bounded in size).
 * Every batch counts exactly once per (`bootId`, `seq`), across restarts of engine and proxy.
 */
export interface TelemetryStore {
  /**
   * Takes a batch durably (against the death of this process); true when it is new, false for a repeat. Either way it may be acknowledged.
   * Throws when it could not be written; it must not be acknowledged then.
   */
  accept(batch: TelemetryBatch): boolean;
  /** Every edge with requests within the last `windowMs` (at most 60 000). `windowMs` of the figures is shorter while the store is younger. */
  edges(windowMs: number): readonly EdgeFigures[];
  /** The same edges with their rates alone: no histogram is merged, which is most of the work. */
  flows(windowMs: number): readonly EdgeFlow[];
  /** Copies of requests made by mirrors, per edge, within the window; they are in no other answer. */
  mirrors(windowMs: number): readonly EdgeFigures[];
  /** Live figures per callee version: key `service` → version → figures. Version null (no version reached) is under "". */
  versions(windowMs: number): ReadonlyMap<string, ReadonlyMap<string, Figures>>;
  /** Edges with requests within the window, summed by a key; those whose key is null are left out. */
  figuresBy(windowMs: number, keyOf: (caller: EdgeEnd, callee: EdgeEnd) => string | null): ReadonlyMap<string, Figures>;
  /** At most 5 min back (60 s across a restart). */
  splitCounts(service: string, splitEpoch: number, windowMsMax: number): SplitCounts;
  /** Instances that took requests or refused connections within the window, by id. */
  instances(windowMs: number): ReadonlyMap<string, InstanceFigures>;
  /**
   * The selected edges as one series: a bin for every step that begins in [fromMs, toMs), `fromMs` rounded down to a multiple of the step. The step grows where
   * figures that old are kept more coarsely, or where there would be more than 5 000 bins: `durationMs` tells.
   */
  series(selector: SeriesSelector, fromMs: number, toMs: number, stepMs: number): readonly Bin[];
  /** Exact totals since the store was created: for conservation checks and /metrics. */
  totals(): readonly EdgeTotals[];
  /** Exact totals of mirrored copies. */
  mirrorTotals(): readonly EdgeTotals[];
  /** Answers made by proxies themselves since the store was created, by code. */
  codes(): ReadonlyMap<string, number>;
  bytes(): number;
  close(): void;
}
