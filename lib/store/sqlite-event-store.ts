import type { DatabaseSync } from "node:sqlite";
import type { Change } from "../model/index.ts";
import { inTransaction } from "../sqlite/index.ts";
import { canonicalJson, invariant } from "../std/index.ts";
import type { EventLog } from "./event-log.ts";
import type { EventStore } from "./event-store.ts";
import type { ChainEnd } from "./hash-chain.ts";
import type { HeadFile } from "./head-file.ts";
import type { IdempotencyKeys } from "./idempotency-keys.ts";
import type { StateSnapshots } from "./state-snapshots.ts";
import { StoreWriteError } from "./store-write-error.ts";

/** What an open store is made of. */
export interface SqliteEventStoreParts {
  readonly database: DatabaseSync;
  readonly log: EventLog;
  readonly snapshots: StateSnapshots;
  readonly keys: IdempotencyKeys;
  readonly head: HeadFile;
  /** The last entry, already checked. */
  readonly end: ChainEnd;
  readonly verify: EventStore["verify"];
  readonly bytes: () => number;
  readonly release: () => void;
}

/** The event store over an open, locked and checked database. */
export function createSqliteEventStore(parts: SqliteEventStoreParts): EventStore {
  const { database, log, snapshots, keys, head } = parts;
  let end = parts.end;
  let failure: string | null = null;

  /** One durable transaction. Whatever SQLite refuses to write ends all writing: after a failed fsync nobody knows what is on the disk. */
  function write<T>(work: () => T): T {
    if (failure !== null) throw new StoreWriteError(`The store is read-only: ${failure}`);
    try {
      return inTransaction(database, work);
    } catch (cause) {
      if (!isSqliteError(cause)) throw cause;
      failure = cause.message;
      throw new StoreWriteError(`The store could not write and is read-only now: ${cause.message}`, { cause });
    }
  }

  function moveHead(): void {
    try {
      head.write(end);
    } catch (cause) {
      // The entry is durable and stays acknowledged; a disk that refuses one line gets no further entry.
      failure = (cause as Error).message;
    }
  }

  return {
    append(complete, idempotency) {
      const appended = write(() => {
        const seq = end.seq + 1;
        const id = `chg-${seq}` as Change["id"];
        const change = complete({ seq, id });
        invariant(change.seq === seq && change.id === id, "a change keeps the place it was given");
        const payload = canonicalJson(change);
        const next = log.insert(end, change, payload);
        if (idempotency !== undefined) keys.attach(idempotency.key, idempotency.requestHash, id);
        return { next, payload };
      });
      end = appended.next;
      moveHead();
      // What is folded now is what a restart will fold: nothing that JSON cannot carry gets through.
      return JSON.parse(appended.payload) as Change;
    },
    readAfter: (seq, limit) => log.changesAfter(seq, limit),
    readBefore: (seq, limit, service) => log.changesBefore(seq, limit, service),
    read(id) {
      const seq = /^chg-([1-9]\d{0,14})$/.exec(id)?.[1];
      return seq === undefined ? undefined : log.change(Number(seq));
    },
    get lastSeq() {
      return end.seq;
    },
    get readOnly() {
      return failure !== null;
    },
    latestStateSnapshot: () => snapshots.list().find(({ fits }) => fits)?.snapshot,
    saveStateSnapshot(seq, state) {
      const entry = log.entry(seq);
      invariant(entry !== undefined, `no entry ${seq} to take a snapshot at`);
      write(() => snapshots.save({ seq, hash: entry.hash, state }));
    },
    recall: (key, requestHash) => write(() => keys.recall(key, requestHash)),
    remember: (key, response) => write(() => keys.remember(key, response)),
    verify: parts.verify,
    bytes: parts.bytes,
    close() {
      if (!database.isOpen) return;
      database.close();
      head.close();
      parts.release();
    },
  };
}

function isSqliteError(cause: unknown): cause is Error & { readonly errcode: number } {
  return cause instanceof Error && (cause as { code?: string }).code === "ERR_SQLITE_ERROR";
}
