import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "../sqlite/index.ts";

/** How many versions one durable write reserves; those not used when the process ends are skipped. */
const BLOCK = 1_000;

/** Numbers for snapshots: each greater than every number given before, across restarts and power cuts. */
export interface SnapshotVersions {
  next(): number;
  /** Makes the next numbers greater than `version`: for a proxy that holds a newer snapshot than this folder knows of. */
  raiseAbove(version: number): void;
}

/** The `counters` table. A number is given out only after a greater one is durable. */
export function createSnapshotVersions(database: DatabaseSync): SnapshotVersions {
  const select = database.prepare("SELECT value FROM counters WHERE name = 'snapshot-version'");
  const upsert = database.prepare(
    "INSERT INTO counters (name, value) VALUES ('snapshot-version', ?) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
  );
  let last = Number(select.get()?.value ?? 0);
  let reserved = last;

  function reserve(upTo: number): void {
    // The rest of this file may lose its last writes in a power cut; a snapshot version may not be given out twice.
    database.exec("PRAGMA synchronous = FULL");
    try {
      inTransaction(database, () => upsert.run(upTo));
    } finally {
      database.exec("PRAGMA synchronous = NORMAL");
    }
    reserved = upTo;
  }

  return {
    next() {
      if (last >= reserved) reserve(last + BLOCK);
      last += 1;
      return last;
    },
    raiseAbove(version) {
      if (version > last) last = version;
    },
  };
}
