/**
 * Small building blocks that know nothing of a mesh: outcomes, invariants, time, randomness, bounded containers.
 * Pure: no I/O, no process, no wall clock. It may be imported from anywhere and imports nothing.
 */
export { canonicalJson, type Json } from "./canonical-json.ts";
export type { CancelTimer, Clock } from "./clock.ts";
export { invariant, unreachable } from "./invariant.ts";
export { parseTime } from "./parse-time.ts";
export { createXorshift, type Random, randomBelow } from "./random.ts";
export { err, ok, type Result } from "./result.ts";
export { RingBuffer } from "./ring-buffer.ts";
