import type { DatabaseSync } from "node:sqlite";

/** What the mesh has spoken of and does not say twice, by key. Losing it costs a repetition. */
export interface ToldStorage {
  has(key: string): boolean;
  add(key: string): void;
  /** Forgets all others. */
  keepOnly(keys: ReadonlySet<string>): void;
}

export function createToldStorage(database: DatabaseSync): ToldStorage {
  const known = new Set(
    database
      .prepare("SELECT key FROM told")
      .all()
      .map((row) => String(row["key"])),
  );
  const insert = database.prepare("INSERT INTO told (key) VALUES (?) ON CONFLICT (key) DO NOTHING");
  const drop = database.prepare("DELETE FROM told WHERE key = ?");
  return {
    has: (key) => known.has(key),
    add(key) {
      // In memory first: what cannot be written is still not said again in this run.
      known.add(key);
      insert.run(key);
    },
    keepOnly(keys) {
      for (const key of known) {
        if (keys.has(key)) continue;
        known.delete(key);
        drop.run(key);
      }
    },
  };
}
