/**
 * Weighted rendezvous hashing (highest random weight): Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
 * IEEE/ACM ToN 6(1), 1998; weights after Schindelhauer and Schomaker, "Weighted distributed hash tables", SPAA 2005.
 *
 * Each candidate scores -weight / ln(u), where u in (0, 1) is the hash of key and name; the highest score wins.
 * Invariants: a candidate wins a share of the keys equal to its share of the weights; when one leaves, only its keys move, each to the next in
 * its order; when one's weight grows, keys move only to it. Order of input never matters.
 */
import { mixHash, stableHash } from "./stable-hash.ts";

/** The score of the candidate named `nameHash` for the key `keyHash`; 0 or less where the weight is. Highest wins. */
export function rendezvousScore(keyHash: number, nameHash: number, weight: number): number {
  return -weight / Math.log((mixHash(keyHash, nameHash) + 0.5) / 0x1_0000_0000);
}

/** Candidates in the order in which `key` prefers them: the first is the one that the key finds. */
export function rankByKey<T extends { readonly id: string; readonly weight?: number }>(
  candidates: readonly T[],
  key: string,
): readonly T[] {
  const keyHash = stableHash(key);
  return candidates
    .map((candidate) => ({ candidate, score: rendezvousScore(keyHash, stableHash(candidate.id), candidate.weight ?? 1) }))
    .sort((left, right) => right.score - left.score || (left.candidate.id < right.candidate.id ? -1 : 1))
    .map(({ candidate }) => candidate);
}
