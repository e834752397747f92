const LEAST_FACTOR = 0.1;

/** Part of its weight for an instance that has been in for `ageMs`: from 0.1 up to 1 after `slowStartMs`; always 1 when that is 0. */
export function slowStartFactor(ageMs: number, slowStartMs: number): number {
  return slowStartMs <= 0 || ageMs >= slowStartMs ? 1 : Math.max(LEAST_FACTOR, ageMs / slowStartMs);
}
