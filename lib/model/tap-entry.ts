import type { EdgeEnd } from "./telemetry-batch.ts";

/** One line of the access log. Figures in ms and bytes; absent things are null. */
export interface TapEntry {
  readonly atMs: number;
  readonly proxy: string;
  /** Which proxy wrote it: the caller's, or the callee's, which a request over mTLS passes as well. */
  readonly side: "caller" | "callee";
  readonly caller: EdgeEnd;
  readonly callee: EdgeEnd;
  readonly instance: string | null;
  readonly method: string;
  readonly host: string;
  /** Without query: queries carry secrets. */
  readonly path: string;
  /** 0: the caller went away before an answer. */
  readonly status: number;
  /** Of the proxy's own answers and decisions, see `docs/failure-modes.md`; null for a plain answer of the instance. */
  readonly code: string | null;
  readonly rule: string | null;
  readonly durationMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly attempts: number;
  readonly encrypted: boolean;
  readonly mirror: boolean;
  readonly traceId: string | null;
}

/** All parts that are given must fit. */
export interface TapFilter {
  readonly service?: string;
  readonly version?: string;
  readonly caller?: string;
  readonly callerVersion?: string;
  readonly method?: string;
  readonly pathPrefix?: string;
  readonly statusMin?: number;
  readonly statusMax?: number;
  readonly code?: string;
  readonly minDurationMs?: number;
}
