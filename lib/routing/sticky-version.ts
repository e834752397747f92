/**
 * Which version a key stays on: weighted rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM ToN
 * 6(1), 1998; with weights: Schindelhauer and Schomaker, "Weighted distributed hash tables", SPAA 2005).
 *
 * Each version draws, by a hash of key and version, an exponential time with its weight as the rate; the earliest wins, with probability weight / sum.
 * Invariants: the choice is a function of key and weights alone; while one version grows and the others keep their proportions to each
 * other (two versions always do), a key moves at most once, and to the one that grows; taking a version away moves its own keys only.
 * With three versions or more whose proportions change as well, a key may also move among those: no function of the weights alone can avoid it.
 */
import { mixHash, stableHash } from "./balance/stable-hash.ts";
import type { Picker } from "./picker.ts";

/** The position in `picker.versions` of the version that the key stays on; -1 when there is none. */
export function stickyPosition(key: string, { hashes, versions, weights }: Pick<Picker, "hashes" | "versions" | "weights">): number {
  if (versions.length < 2) return versions.length - 1;
  const hash = stableHash(key);
  let best = -1;
  let earliest = Number.POSITIVE_INFINITY;
  for (let position = 0; position < versions.length; position++) {
    const drawn = mixHash(hash, hashes[position] ?? 0);
    const time = -Math.log((drawn + 0.5) / 0x1_0000_0000) / (weights[position] ?? 0);
    if (time < earliest) {
      earliest = time;
      best = position;
    }
  }
  return best;
}
