import { mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "../std/index.ts";
import { inTransaction } from "./transaction.ts";

/** Why a file could not be opened; `detail` is a sentence for people. */
export interface DatabaseFailure {
  readonly code: "database.unreadable" | "database.newer-schema";
  readonly detail: string;
}

export interface DatabaseOptions {
  readonly path: string;
  /** SQL scripts; the n-th brings the schema from version n to n + 1. */
  readonly migrations: readonly string[];
  /** FULL: a commit survives a power cut. NORMAL: it survives the death of this process, and a power cut may take the last ones. */
  readonly synchronous: "FULL" | "NORMAL";
}

/** How long a statement waits for a reader or a backup of another process, in ms. */
const BUSY_TIMEOUT_MS = 2_000;

/** Files up to this size are looked through at each start (some 100 ms); damage in larger ones shows when it is read. */
const LOOKED_THROUGH_BYTES_MAX = 64 * 1024 * 1024;

/** Opens or creates a database file and brings its schema up to date. */
export function openDatabase(options: DatabaseOptions): Result<DatabaseSync, DatabaseFailure> {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    const isNew = databaseBytes(options.path) === 0;
    database = new DatabaseSync(options.path, { timeout: BUSY_TIMEOUT_MS });
    // Only at its beginning can a file be told that its pages may be given back later.
    if (isNew) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous}; PRAGMA journal_size_limit = 16777216;`);
    const version = schemaVersion(database);
    if (version > options.migrations.length) {
      database.close();
      return err({
        code: "database.newer-schema",
        detail: `${options.path} was written by a newer Interlock (schema ${version}, known up to ${options.migrations.length}). Start that version.`,
      });
    }
    for (let from = version; from < options.migrations.length; from++) migrate(database, options.migrations[from] as string, from + 1);
    return ok(database);
  } catch (cause) {
    if (database?.isOpen) database.close();
    return err({ code: "database.unreadable", detail: `${options.path} cannot be opened: ${messageOf(cause)}.` });
  }
}

/**
 * Like `openDatabase`, for files whose loss is bearable: a damaged file is set aside as `<name>.damaged` and a new one takes its place.
 * `onReplaced` receives a sentence saying so. A file of a newer schema is refused all the same.
 */
export function openDisposableDatabase(
  options: DatabaseOptions,
  onReplaced: (sentence: string) => void,
): Result<DatabaseSync, DatabaseFailure> {
  const first = openChecked(options);
  if (first.ok || first.error.code === "database.newer-schema") return first;
  try {
    rmSync(`${options.path}-wal`, { force: true });
    rmSync(`${options.path}-shm`, { force: true });
    renameSync(options.path, `${options.path}.damaged`);
  } catch {
    return first;
  }
  const second = openDatabase(options);
  if (second.ok) onReplaced(`${first.error.detail} It was set aside as ${basename(options.path)}.damaged, and a new one was begun.`);
  return second;
}

/** Bytes on disk of a database with its write-ahead log; 0 when there is none. */
export function databaseBytes(path: string): number {
  let bytes = 0;
  for (const suffix of ["", "-wal", "-shm"]) bytes += statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

function openChecked(options: DatabaseOptions): Result<DatabaseSync, DatabaseFailure> {
  const opened = openDatabase(options);
  if (!opened.ok || databaseBytes(options.path) > LOOKED_THROUGH_BYTES_MAX) return opened;
  let finding: string;
  try {
    finding = String(opened.value.prepare("PRAGMA quick_check(1)").get()?.quick_check);
  } catch (cause) {
    finding = messageOf(cause);
  }
  if (finding === "ok") return opened;
  opened.value.close();
  return err({ code: "database.unreadable", detail: `${options.path} is damaged: ${finding}.` });
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}

function migrate(database: DatabaseSync, script: string, toVersion: number): void {
  inTransaction(database, () => {
    database.exec(script);
    database.exec(`PRAGMA user_version = ${toVersion}`);
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
