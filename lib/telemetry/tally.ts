import type { Histogram, SparseHistogram } from "./histogram.ts";
import { mergeSparse } from "./histogram.ts";
import type { Figures } from "./telemetry-store.ts";

/** Counts of one edge in one stretch of time. */
export interface Tally {
  requests: number;
  failed: number;
  latency: SparseHistogram;
}

/** A tally with what only live figures tell. */
export interface LiveTally extends Tally {
  retries: number;
  denied: number;
  failovers: number;
  encrypted: number;
  plain: number;
}

/** Nothing yet, live. */
export function emptyLiveTally(): LiveTally {
  return { ...emptyTally(), retries: 0, denied: 0, failovers: 0, encrypted: 0, plain: 0 };
}

/** Adds `more` to `tally`, in place. */
export function addLiveTally(tally: LiveTally, more: LiveTally): void {
  addTally(tally, more);
  tally.retries += more.retries;
  tally.denied += more.denied;
  tally.failovers += more.failovers;
  tally.encrypted += more.encrypted;
  tally.plain += more.plain;
}

/** Nothing yet. */
export function emptyTally(): Tally {
  return { requests: 0, failed: 0, latency: [] };
}

/** Adds `more` to `tally`, in place. */
export function addTally(tally: Tally, more: Tally): void {
  tally.requests += more.requests;
  tally.failed += more.failed;
  tally.latency = tally.latency.length === 0 ? more.latency : mergeSparse(tally.latency, more.latency);
}

/** p50, p90 and p99 in ms; null when the histogram is empty. */
export function quantilesMs(histogram: Histogram): Pick<Figures, "p50Ms" | "p90Ms" | "p99Ms"> {
  const ms = (p: number): number | null => {
    const us = histogram.quantileUs(p);
    return us === null ? null : us / 1_000;
  };
  return { p50Ms: ms(0.5), p90Ms: ms(0.9), p99Ms: ms(0.99) };
}

/** Figures of several tallies over one window. `scratch` must be empty and is left empty. */
export function figuresOf(tallies: readonly LiveTally[], windowMs: number, scratch: Histogram): Figures {
  const sums = { requests: 0, failed: 0, retries: 0, denied: 0, failovers: 0, encrypted: 0, plain: 0 };
  for (const tally of tallies) {
    sums.requests += tally.requests;
    sums.failed += tally.failed;
    sums.retries += tally.retries;
    sums.denied += tally.denied;
    sums.failovers += tally.failovers;
    sums.encrypted += tally.encrypted;
    sums.plain += tally.plain;
    scratch.add(tally.latency);
  }
  const { failed, requests } = sums;
  const figures = {
    windowMs,
    ...sums,
    rps: (requests * 1_000) / windowMs,
    errorRate: requests === 0 ? null : failed / requests,
    ...quantilesMs(scratch),
  };
  scratch.clear();
  return figures;
}
