import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Change } from "../model/index.ts";
import { type ChainEnd, chainHash, type StoredEntry } from "./hash-chain.ts";

/** The `events` table with its index by service. Reads are ordered; payloads are parsed on the way out. */
export interface EventLog {
  /** Adds the entry that follows `end`. The caller holds a transaction. */
  insert(end: ChainEnd, change: Change, payload: string): ChainEnd;
  entry(seq: number): StoredEntry | undefined;
  entriesAfter(seq: number): IterableIterator<StoredEntry>;
  change(seq: number): Change | undefined;
  changesAfter(seq: number, limit: number): readonly Change[];
  changesBefore(seq: number, limit: number, service?: string): readonly Change[];
  /** An entry that is filed under a service and is not in the log; undefined when there is none. */
  strayService(): number | undefined;
}

type Row = ReturnType<StatementSync["get"]>;

const ENTRY = `SELECT e.seq, e.payload, e.prev_hash, e.hash,
  (SELECT group_concat(service, ',' ORDER BY service) FROM event_services s WHERE s.seq = e.seq) AS services FROM events e`;

/** Rows fetched at a time while walking the log; memory stays flat however long it is. */
const PAGE_ROWS = 500;

/** Reads and writes entries of an open database. */
export function createEventLog(database: DatabaseSync): EventLog {
  const insertEntry = database.prepare("INSERT INTO events (seq, payload, prev_hash, hash) VALUES (?, ?, ?, ?)");
  const insertService = database.prepare("INSERT INTO event_services (service, seq) VALUES (?, ?)");
  const one = database.prepare(`${ENTRY} WHERE e.seq = ?`);
  const page = database.prepare(`${ENTRY} WHERE e.seq > ? ORDER BY e.seq LIMIT ?`);
  const payload = database.prepare("SELECT payload FROM events WHERE seq = ?");
  const after = database.prepare("SELECT payload FROM events WHERE seq > ? ORDER BY seq LIMIT ?");
  const before = database.prepare("SELECT payload FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?");
  const beforeOfService = database.prepare(
    "SELECT e.payload FROM event_services s JOIN events e ON e.seq = s.seq WHERE s.service = ? AND s.seq < ? ORDER BY s.seq DESC LIMIT ?",
  );
  const stray = database.prepare("SELECT min(s.seq) AS seq FROM event_services s LEFT JOIN events e ON e.seq = s.seq WHERE e.seq IS NULL");

  function* entriesAfter(seq: number): IterableIterator<StoredEntry> {
    for (let last = seq; ; ) {
      const rows = page.all(last, PAGE_ROWS);
      for (const row of rows) yield entryOf(row);
      if (rows.length < PAGE_ROWS) return;
      last = Number(rows.at(-1)?.seq);
    }
  }

  return {
    insert(end, change, text) {
      const hash = chainHash(end.hash, text);
      insertEntry.run(change.seq, text, end.hash, hash);
      for (const service of new Set(change.services)) insertService.run(service, change.seq);
      return { seq: change.seq, hash };
    },
    entry(seq) {
      const row = one.get(seq);
      return row === undefined ? undefined : entryOf(row);
    },
    entriesAfter,
    change(seq) {
      const row = payload.get(seq);
      return row === undefined ? undefined : changeOf(row);
    },
    changesAfter: (seq, limit) => after.all(clampSeq(seq), limit).map(changeOf),
    changesBefore: (seq, limit, service) =>
      (service === undefined ? before.all(clampSeq(seq), limit) : beforeOfService.all(service, clampSeq(seq), limit)).map(changeOf),
    strayService() {
      const seq = stray.get()?.seq;
      return seq === null || seq === undefined ? undefined : Number(seq);
    },
  };
}

/** Callers say "all" with Infinity. */
function clampSeq(seq: number): number {
  return Math.min(seq, Number.MAX_SAFE_INTEGER);
}

function entryOf(row: NonNullable<Row>): StoredEntry {
  return {
    seq: Number(row.seq),
    payload: String(row.payload),
    prevHash: String(row.prev_hash),
    hash: String(row.hash),
    services: row.services === null ? "" : String(row.services),
  };
}

function changeOf(row: NonNullable<Row>): Change {
  return JSON.parse(String(row.payload)) as Change;
}
