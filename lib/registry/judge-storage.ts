import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "../sqlite/index.ts";

/** What judges of releases know, as text, by release. Losing it costs a judge its memory, never a release its place: that is in the log. */
export interface JudgeStorage {
  load(): ReadonlyMap<string, string>;
  /** All in one transaction. */
  put(states: ReadonlyMap<string, string>): void;
  remove(release: string): void;
}

export function createJudgeStorage(database: DatabaseSync): JudgeStorage {
  const all = database.prepare("SELECT release, state FROM release_judges");
  const upsert = database.prepare(
    "INSERT INTO release_judges (release, state) VALUES (?, ?) ON CONFLICT (release) DO UPDATE SET state = excluded.state",
  );
  const drop = database.prepare("DELETE FROM release_judges WHERE release = ?");
  return {
    load: () => new Map(all.all().map((row) => [String(row["release"]), String(row["state"])])),
    put(states) {
      if (states.size === 0) return;
      inTransaction(database, () => {
        for (const [release, state] of states) upsert.run(release, state);
      });
    },
    remove: (release) => void drop.run(release),
  };
}
