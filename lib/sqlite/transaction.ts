import type { DatabaseSync } from "node:sqlite";

/** Runs `work` as one transaction: all of it is committed, or, when it throws, none of it; what it threw is thrown on. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  let value: T;
  try {
    value = work();
    database.exec("COMMIT");
  } catch (cause) {
    // SQLite has rolled back by itself after some errors (disk full, I/O); a second ROLLBACK would hide the cause.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw cause;
  }
  return value;
}
