import type { Random } from "../std/index.ts";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * A new `traceparent` (W3C Trace Context 1, section 3.2) for a request that came without a valid one. The sampled flag is set, so that
 * whoever records spans further down records this request too; the proxy records none, so a valid one is passed on unchanged.
 */
export function newTraceparent(random: Random): string {
  // An all-zero id is invalid; a fixed low bit costs nothing of the chance that matters.
  return `00-${hex(random)}${hex(random)}${hex(random)}${hex(random, 1)}-${hex(random)}${hex(random, 1)}-01`;
}

function hex(random: Random, or = 0): string {
  const word = random.nextUint32() | or;
  return `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`;
}
