import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "../std/index.ts";
import type { StoreFailure } from "./event-store.ts";

/** SQLite's result code for a lock held by somebody else. */
const SQLITE_BUSY = 5;

/** Held by the one process that may write to a data folder. */
export interface WriterLock {
  release(): void;
}

/** Takes the data folder's lock without waiting. The kernel frees it when the process dies, however it dies. */
export function acquireWriterLock(dir: string): Result<WriterLock, StoreFailure> {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(dir, "engine.lock"), { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    if (database?.isOpen) database.close();
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) {
      return err({
        code: "store.locked",
        detail: `Another engine is using the data folder ${dir}. Stop it first, or give this one a folder of its own with INTERLOCK_DATA.`,
      });
    }
    return err({ code: "store.unreadable", detail: `The data folder ${dir} cannot be used: ${(cause as Error).message}.` });
  }
  const held = database;
  return ok({ release: () => held.close() });
}
