import { type Random, randomBelow } from "../std/index.ts";

const FIRST_MS = 1_000;
/** The longest pause between two tries. */
export const BACK_OFF_MAX_MS = 900_000;

/** The pause after the `tries`-th try: twice as long each time, half of it at random, so that channels do not knock in step. */
export function backOffMs(tries: number, random: Random): number {
  const full = Math.min(BACK_OFF_MAX_MS, FIRST_MS * 2 ** Math.min(tries - 1, 20));
  return full / 2 + randomBelow(random, full / 2 + 1);
}
