import { closeSync, fsyncSync, openSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { databaseBytes, openDatabase } from "../sqlite/index.ts";
import { type Clock, err, ok, type Result } from "../std/index.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import type { EventStore, StateSnapshot, StoreFailure } from "./event-store.ts";
import { type ChainEnd, checkEntries, GENESIS_HASH } from "./hash-chain.ts";
import { openHead, readHead } from "./head-file.ts";
import { createIdempotencyKeys } from "./idempotency-keys.ts";
import { EVENT_STORE_MIGRATIONS } from "./schema.ts";
import { createSqliteEventStore } from "./sqlite-event-store.ts";
import { createStateSnapshots, type StateSnapshots } from "./state-snapshots.ts";
import { acquireWriterLock } from "./writer-lock.ts";

const START: ChainEnd = { seq: 0, hash: GENESIS_HASH };

/** Logs up to this length are checked as a whole at each start (about 10 µs per entry); longer ones from the newest state snapshot on. */
export const CHECKED_WHOLE_ENTRIES_MAX = 20_000;

/**
 * Opens or creates the log in `dir` and makes itself its one writer. The chain is checked: as a whole up to `checkedWholeMax` entries or where no
 * state snapshot fits, else from the newest state snapshot on. A log that is broken, or ends before the last acknowledged entry, is refused.
 */
export function openEventStore(dir: string, clock: Clock, checkedWholeMax = CHECKED_WHOLE_ENTRIES_MAX): Result<EventStore, StoreFailure> {
  const lock = acquireWriterLock(dir);
  if (!lock.ok) return lock;
  const release = (): void => lock.value.release();
  const opened = openLocked({ dir, clock, checkedWholeMax, release });
  if (!opened.ok) release();
  return opened;
}

interface LockedFolder {
  readonly dir: string;
  readonly clock: Clock;
  readonly checkedWholeMax: number;
  readonly release: () => void;
}

function openLocked({ dir, clock, checkedWholeMax, release }: LockedFolder): Result<EventStore, StoreFailure> {
  const path = join(dir, "events.sqlite");
  const database = openDatabase({ path, migrations: EVENT_STORE_MIGRATIONS, synchronous: "FULL" });
  if (!database.ok) return err({ code: "store.unreadable", detail: database.error.detail });
  try {
    const log = createEventLog(database.value);
    const snapshots = createStateSnapshots(database.value);
    const headPath = join(dir, "events.head");
    const end = checkLog(log, snapshots, { headPath, checkedWholeMax });
    if (!end.ok) {
      database.value.close();
      return end;
    }
    const head = openHead(headPath, end.value);
    syncDirectory(dir);
    return ok(
      createSqliteEventStore({
        database: database.value,
        log,
        snapshots,
        head,
        end: end.value,
        keys: createIdempotencyKeys(database.value, clock),
        verify: () => verifyAll(log, snapshots),
        bytes: () => databaseBytes(path),
        release,
      }),
    );
  } catch (cause) {
    closeQuietly(database.value);
    return err({
      code: "store.unreadable",
      detail: `${path} cannot be read: ${(cause as Error).message}. Restore the data folder from a backup.`,
    });
  }
}

/** Where the log ends, once it is known to be in order as far as it is checked at a start. */
function checkLog(
  log: EventLog,
  snapshots: StateSnapshots,
  { headPath, checkedWholeMax }: { readonly headPath: string; readonly checkedWholeMax: number },
): Result<ChainEnd, StoreFailure> {
  const newest = snapshots.list()[0];
  const checked = walk(log, newest?.fits && newest.snapshot.seq > checkedWholeMax ? newest.snapshot : undefined);
  if (!checked.ok) return checked;
  const end = checked.value;
  if (newest !== undefined && newest.snapshot.seq > end.seq)
    return err(lostTail(end.seq, newest.snapshot.seq, "the newest state snapshot"));

  const head = readHead(headPath);
  if (head.kind === "damaged") {
    return err({
      code: "store.unreadable",
      detail: `${headPath} is damaged; it says where the log must end. If the log ends with the change you know to be the last (${end.seq} entries), delete this file and start again.`,
    });
  }
  if (head.kind === "absent") return checked;
  if (head.head.seq > end.seq) return err(lostTail(end.seq, head.head.seq, headPath));
  const acknowledged = head.head.seq === 0 ? START : log.entry(head.head.seq);
  if (acknowledged?.hash !== head.head.hash) {
    return err(broken(head.head.seq, `it is not the entry that was acknowledged (${headPath}); the log was replaced or rewritten`));
  }
  return checked;
}

/** Checks from the snapshot's own entry on, or everything. */
function walk(log: EventLog, from: StateSnapshot | undefined): Result<ChainEnd, StoreFailure> {
  let start = START;
  if (from !== undefined && from.seq > 1) {
    const before = log.entry(from.seq - 1);
    if (before === undefined) return err(broken(from.seq - 1, `entry ${from.seq - 1} is missing`));
    start = { seq: before.seq, hash: before.hash };
  }
  const checked = checkEntries(start, log.entriesAfter(start.seq));
  return checked.kind === "intact" ? ok(checked.end) : err(broken(checked.seq, checked.why));
}

function verifyAll(log: EventLog, snapshots: StateSnapshots): Result<{ readonly entries: number }, StoreFailure> {
  try {
    const checked = walk(log, undefined);
    if (!checked.ok) return checked;
    const stray = log.strayService();
    if (stray !== undefined) return err(broken(stray, "it is filed under services but does not exist"));
    const misfit = snapshots.list().find(({ fits }) => !fits);
    if (misfit !== undefined) return err(broken(misfit.snapshot.seq, "its state snapshot is damaged or belongs to another log"));
    return ok({ entries: checked.value.seq });
  } catch (cause) {
    return err({ code: "store.unreadable", detail: `The log cannot be read: ${(cause as Error).message}.` });
  }
}

function broken(seq: number, why: string): StoreFailure {
  return {
    code: "store.broken-chain",
    seq,
    detail: `The event log is broken at entry ${seq}: ${why}. Nothing was changed. Restore the data folder from a backup.`,
  };
}

function lostTail(lastSeq: number, expectedSeq: number, witness: string): StoreFailure {
  return broken(
    lastSeq + 1,
    `the log ends with entry ${lastSeq}, but entry ${expectedSeq} was acknowledged according to ${witness}; if you restored an older backup on purpose, delete events.head`,
  );
}

/** Makes the names of new files as durable as their content. */
function syncDirectory(dir: string): void {
  const handle = openSync(dir, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function closeQuietly(database: DatabaseSync): void {
  try {
    database.close();
  } catch {
    // The file is damaged; what matters is the first error.
  }
}
