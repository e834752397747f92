/**
 * When did the requests of a batch happen? A batch covers the time since the previous one of the same boot: half a second as a rule, but the whole outage when
 * the engine was away, since figures then pile up in the proxy. Counting such a batch at its end would show a burst that never was, so it
 * is spread evenly over the time that it covers.
 *
 * Placement: a batch ends at its own `atMs`, unless the proxy's clock and ours differ by more than `SKEW_MS_MAX`; then it ends on arrival.
 * Invariant: the slices of a batch add up to the batch, count by count and bucket by bucket. Within a slice `failed` ≤ `requests`.
 */
import type { EdgeDelta } from "../model/index.ts";
import type { SparseHistogram } from "./histogram.ts";
import type { LiveTally } from "./tally.ts";

/** The stretch of wall-clock time that a batch covers. */
export interface Coverage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A difference between the proxy's clock and ours that is taken for delay, not for a wrong clock. */
const SKEW_MS_MAX = 10_000;
/** How often proxies send. */
const USUAL_MS = 500;
/** Longest stretch that a batch is spread over; what is older is counted at its beginning. */
const COVERAGE_MS_MAX = 3_600_000;
/** Slices of all edges of one batch together: bounds the work after a long outage. */
const SLICES_MAX = 100_000;

/** The time that a batch closed at `atMs` and received at `nowMs` covers; `previousToMs` is where the boot's previous batch ended. */
export function coverageOf(atMs: number, nowMs: number, previousToMs: number | undefined): Coverage {
  const toMs = Math.floor(Math.abs(nowMs - atMs) <= SKEW_MS_MAX ? Math.min(atMs, nowMs) : nowMs);
  if (previousToMs === undefined || previousToMs >= toMs) return { fromMs: toMs - USUAL_MS, toMs };
  return { fromMs: Math.max(previousToMs, toMs - COVERAGE_MS_MAX), toMs };
}

/** The middle of each slice that a batch of `edges` edges is cut into: one for the usual half second, more for a longer time. */
export function sliceTimes({ fromMs, toMs }: Coverage, edges: number): readonly number[] {
  const lengthMs = toMs - fromMs;
  const wanted = lengthMs <= 3 * USUAL_MS ? 1 : Math.round(lengthMs / USUAL_MS);
  const count = Math.max(1, Math.min(wanted, Math.floor(SLICES_MAX / Math.max(1, edges))));
  return Array.from({ length: count }, (_, index) => fromMs + ((index + 0.5) * lengthMs) / count);
}

/** Slice `index` of `count` of an edge's counts. */
export function sliceOf(edge: EdgeDelta, index: number, count: number): LiveTally {
  const requests = requestsOf(edge);
  const { denied, encrypted, failovers, plain, retries } = edge;
  if (count === 1) return { requests, failed: edge.failed, retries, denied, failovers, encrypted, plain, latency: edge.latency };
  const failed = part(edge.failed, index, count, 0.5);
  return {
    requests: failed + part(requests - edge.failed, index, count, 0),
    failed,
    retries: part(retries, index, count, 0),
    denied: part(denied, index, count, 0),
    failovers: part(failovers, index, count, 0),
    encrypted: part(encrypted, index, count, 0),
    plain: part(plain, index, count, 0),
    latency: sliceOfHistogram(edge.latency, index, count),
  };
}

/** Requests that ended on an edge. */
export function requestsOf(edge: EdgeDelta): number {
  let requests = edge.aborted;
  for (const answers of edge.statusClasses) requests += answers;
  return requests;
}

function sliceOfHistogram(latency: SparseHistogram, index: number, count: number): number[] {
  const slice: number[] = [];
  for (let at = 0; at < latency.length; at += 2) {
    // Buckets start out of step with each other (golden ratio), so that rare durations do not all land in the same slice.
    const share = part(latency[at + 1] as number, index, count, (at * 0.309_016_994_374_947_4) % 1);
    if (share > 0) slice.push(latency[at] as number, share);
  }
  return slice;
}

/** The `index`-th of `count` whole parts of `total`, as equal as can be; over all indexes they add up to `total`. `phase`: 0 to below 1. */
function part(total: number, index: number, count: number, phase: number): number {
  const upTo = (slices: number): number => (slices === count ? total : Math.floor((slices * total) / count + (slices === 0 ? 0 : phase)));
  return upTo(index + 1) - upTo(index);
}
