/**
 * The chain: hash(n) = SHA-256(hash(n − 1) + payload(n)), as lower-case hex; hash(0) is 64 zeros. The payload is the canonical JSON of the
 * change, which holds its own seq, so an entry cannot be moved, changed or left out without breaking the hash of its own or of the next place.
 *
 * `checkEntries` walks entries in order of seq and names the first place where chain, numbering or payload do not hold. A log whose last entries were
 * removed is a shorter log in good order: that is found only by comparing its end with something kept outside (`events.head`).
 */
import { createHash } from "node:crypto";

/** The hash before the first entry. */
export const GENESIS_HASH = "0".repeat(64);

/** One entry as it is stored. */
export interface StoredEntry {
  readonly seq: number;
  readonly payload: string;
  readonly prevHash: string;
  readonly hash: string;
  /** Services under which the entry is found, sorted, joined by ",". */
  readonly services: string;
}

/** The place and hash that the next entry follows. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

export type ChainCheck =
  | { readonly kind: "intact"; readonly end: ChainEnd }
  | { readonly kind: "broken"; readonly seq: number; readonly why: string };

/** The hash of an entry that follows `prevHash`. */
export function chainHash(prevHash: string, payload: string): string {
  return createHash("sha256").update(prevHash).update(payload).digest("hex");
}

/** Checks entries that follow `start`, in order. */
export function checkEntries(start: ChainEnd, entries: Iterable<StoredEntry>): ChainCheck {
  let end = start;
  for (const entry of entries) {
    const why = flawOf(entry, end);
    if (why !== null) return { kind: "broken", seq: Math.min(entry.seq, end.seq + 1), why };
    end = { seq: entry.seq, hash: entry.hash };
  }
  return { kind: "intact", end };
}

function flawOf(entry: StoredEntry, previous: ChainEnd): string | null {
  if (entry.seq !== previous.seq + 1) return `entry ${previous.seq + 1} is missing`;
  if (entry.prevHash !== previous.hash) return "it does not follow the entry before it";
  if (entry.hash !== chainHash(entry.prevHash, entry.payload)) return "its content does not fit its hash";
  const change = JSON.parse(entry.payload) as { readonly seq: number; readonly services: readonly string[] };
  if (change.seq !== entry.seq) return `it holds the content of entry ${change.seq}`;
  if (entry.services !== [...new Set(change.services)].sort().join(",")) return "it is filed under other services than it touched";
  return null;
}
