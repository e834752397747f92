import type { EdgeEnd, TelemetryBatch } from "../model/index.ts";

/** Golden signals of one edge, lane or service over a window. */
export interface Figures {
  readonly windowMs: number;
  readonly requests: number;
  readonly failed: number;
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

/** Requests that followed one service's split, by version, within the epoch. */
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

export interface Bin {
  readonly startMs: number;
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
}

/**
 * Figures of the mesh: live windows in memory, roll-ups on disk (1 h at 2 s, 24 h at 15 s, 30 d at 5 min; bounded in size).
 * Every batch counts exactly once per (`bootId`, `seq`), across restarts of engine and proxy.
 */
export interface TelemetryStore {
  /** Takes a batch durably (against the death of this process); true when it is new, false for a repeat. Either way it may be acknowledged. */
  accept(batch: TelemetryBatch): boolean;
  /** Every edge with requests within the last `windowMs` (at most 60 000). */
  edges(windowMs: number): readonly EdgeFigures[];
  /** Live figures per callee version: key `service` → version → figures. Version null (no version reached) is under "". */
  versions(windowMs: number): ReadonlyMap<string, ReadonlyMap<string, Figures>>;
  splitCounts(service: string, splitEpoch: number, windowMsMax: number): SplitCounts;
  /** Instances with failed connects or answers in the window, for health. */
  instances(
    windowMs: number,
  ): ReadonlyMap<string, { readonly requests: number; readonly failed: number; readonly connectFailures: number }>;
  series(selector: SeriesSelector, fromMs: number, toMs: number, stepMs: number): readonly Bin[];
  /** Exact totals since the store was created: for conservation checks and /metrics. */
  totals(): readonly { readonly caller: EdgeEnd; readonly callee: EdgeEnd; readonly requests: number; readonly failed: number }[];
  bytes(): number;
  close(): void;
}
