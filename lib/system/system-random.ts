import { randomInt } from "node:crypto";
import { createXorshift, type Random } from "../std/index.ts";

/** A fast generator seeded by the operating system; a new, independent one per call. Not for secrets. */
export function createSystemRandom(): Random {
  return createXorshift(randomInt(1, 0xffff_ffff));
}
