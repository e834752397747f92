/**
 * How many instances the load asks for.
 *
 *   more   at once, when each carries over 110 % of `targetRps`: as many as carry the load at `targetRps`
 *   fewer  when for the whole of `stabilisationMs` so few would carry the load plus 10 %: the most that was asked for in that time
 *
 * Between the two lies a band in which nothing moves, so a constant load, or one that varies by less than the band, never makes it flap.
 * A missing measurement asks for nothing: it is neither high nor low.
 */
import type { Autoscale } from "../model/index.ts";

const BAND = 1.1;
/** Rounding must not ask for one instance more than the load does. */
const EXACT = 1e-9;

/** What the autoscaler of one deployment remembers. */
export interface AutoscaleMemory {
  readonly target: number;
  /** Since when it has measured without a gap. */
  readonly sinceMs: number;
  /** What was asked for lately, the largest first: each is younger and smaller than the one before. */
  readonly asked: readonly { readonly atMs: number; readonly instances: number }[];
}

/** Begins at `instances`, within the limits. */
export function startAutoscale(settings: Autoscale, instances: number, nowMs: number): AutoscaleMemory {
  return { target: clamp(settings, instances), sinceMs: nowMs, asked: [] };
}

/** One measurement later. `rps`: of all instances together; null where it is not known. */
export function autoscale(settings: Autoscale, memory: AutoscaleMemory, rps: number | null, nowMs: number): AutoscaleMemory {
  const target = clamp(settings, memory.target);
  if (rps === null) return { target, sinceMs: nowMs, asked: [] };
  const { stabilisationMs, targetRps } = settings;
  const instances = clamp(settings, needed(rps * BAND, targetRps));
  const asked = [
    ...memory.asked.filter((each) => each.atMs > nowMs - stabilisationMs && each.instances > instances),
    { atMs: nowMs, instances },
  ];
  if (rps > target * targetRps * BAND) return { target: clamp(settings, needed(rps, targetRps)), sinceMs: memory.sinceMs, asked };
  const most = asked[0]?.instances ?? target;
  const isSettled = nowMs - memory.sinceMs >= stabilisationMs;
  return { target: isSettled ? Math.min(target, most) : target, sinceMs: memory.sinceMs, asked };
}

function needed(rps: number, targetRps: number): number {
  return Math.ceil(rps / targetRps - EXACT);
}

function clamp({ min, max }: Autoscale, instances: number): number {
  return Math.min(max, Math.max(min, instances));
}
