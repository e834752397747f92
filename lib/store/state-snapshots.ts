import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { StateSnapshot } from "./event-store.ts";

/** How many snapshots are kept. */
export const STATE_SNAPSHOTS_KEPT = 3;

/** Folds of the log that were put aside, so that a start need not fold from the first entry. */
export interface StateSnapshots {
  /** Newest first; `fits` says whether it is undamaged and belongs to an entry of this log. */
  list(): readonly { readonly snapshot: StateSnapshot; readonly fits: boolean }[];
  /** Saves a fold and drops all but the newest three. */
  save(snapshot: StateSnapshot): void;
}

/** The `state_snapshots` table. */
export function createStateSnapshots(database: DatabaseSync): StateSnapshots {
  const select = database.prepare(
    "SELECT s.seq, s.hash, s.state, s.digest, e.hash AS entry_hash FROM state_snapshots s LEFT JOIN events e ON e.seq = s.seq ORDER BY s.seq DESC",
  );
  const insert = database.prepare("INSERT OR REPLACE INTO state_snapshots (seq, hash, state, digest) VALUES (?, ?, ?, ?)");
  const trim = database.prepare("DELETE FROM state_snapshots WHERE seq NOT IN (SELECT seq FROM state_snapshots ORDER BY seq DESC LIMIT ?)");
  return {
    list: () =>
      select.all().map((row) => {
        const snapshot = { seq: Number(row.seq), hash: String(row.hash), state: String(row.state) };
        return { snapshot, fits: row.digest === digestOf(snapshot) && row.entry_hash === snapshot.hash };
      }),
    save(snapshot) {
      insert.run(snapshot.seq, snapshot.hash, snapshot.state, digestOf(snapshot));
      trim.run(STATE_SNAPSHOTS_KEPT);
    },
  };
}

function digestOf(snapshot: StateSnapshot): string {
  return createHash("sha256").update(`${snapshot.seq} ${snapshot.hash} `).update(snapshot.state).digest("hex");
}
