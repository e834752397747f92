/**
 * Everything that is ever added up of one edge, as a list of whole numbers: exact to 2^53, and what the `edges` table stores as JSON.
 * The order is part of the stored form: only append. A list that an older Interlock stored is shorter; what it does not have counts from 0.
 */
import type { EdgeDelta, EdgeEnd } from "../model/index.ts";
import { requestsOf } from "./batch-slices.ts";
import { addDurations, DURATION_BUCKETS } from "./duration-buckets.ts";
import type { EdgeTotals } from "./telemetry-store.ts";

const DURATIONS_US_SUM = 15;
const DURATIONS = 16;
const ANSWERED = DURATIONS + DURATION_BUCKETS;
/** How many sums there are. */
export const EDGE_SUMS: number = ANSWERED + 2;

/** Sums of an edge; `stored` is what an earlier process kept of them. */
export function createEdgeSums(stored: readonly number[] = []): number[] {
  return Array.from({ length: EDGE_SUMS }, (_, index) => stored[index] ?? 0);
}

/** Adds what happened on the edge. */
export function addToSums(sums: number[], delta: EdgeDelta): void {
  const { aborted, bytesIn, bytesOut, denied, encrypted, failed, failovers, latencyUsSum, retries, statusClasses } = delta;
  const more = [requestsOf(delta), failed, aborted, retries, bytesIn, bytesOut, latencyUsSum, ...statusClasses];
  more.push(denied, failovers, encrypted, latencyUsSum);
  for (const [index, count] of more.entries()) sums[index] = (sums[index] as number) + count;
  addDurations(sums, DURATIONS, delta.latency);
  sums[ANSWERED] = (sums[ANSWERED] as number) + (delta.answered ?? 0);
  sums[ANSWERED + 1] = (sums[ANSWERED + 1] as number) + (delta.answerFailures ?? 0);
}

/** The sums by name. */
export function totalsOf(caller: EdgeEnd, callee: EdgeEnd, sums: readonly number[]): EdgeTotals {
  const at = (index: number) => sums[index] as number;
  return {
    caller,
    callee,
    requests: at(0),
    failed: at(1),
    aborted: at(2),
    retries: at(3),
    bytesIn: at(4),
    bytesOut: at(5),
    latencyUsSum: at(6),
    statusClasses: [at(7), at(8), at(9), at(10), at(11)],
    denied: at(12),
    failovers: at(13),
    encrypted: at(14),
    durations: { counts: sums.slice(DURATIONS, ANSWERED), usSum: at(DURATIONS_US_SUM) },
    answered: at(ANSWERED),
    answerFailures: at(ANSWERED + 1),
  };
}
