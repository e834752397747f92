import type { Random } from "../../std/index.ts";

const CAP_FACTOR = 10;

/**
 * How long to wait before retry `retry` (1, 2, …), ms: uniform from 0 to baseMs × 2^(retry-1), at most 10 × baseMs. "Full jitter" after
 * M. Brooker, "Exponential backoff and jitter" (AWS Architecture Blog, 2015): callers that failed together do not come back together.
 */
export function backOffMs(retry: number, baseMs: number, random: Random): number {
  const ceilingMs = Math.min(CAP_FACTOR * baseMs, baseMs * 2 ** Math.min(30, retry - 1));
  return (random.nextUint32() / 0x1_0000_0000) * ceilingMs;
}
