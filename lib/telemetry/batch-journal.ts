/**
 * Batches as they came in, and the last one of each boot. What makes every batch count exactly once:
 *
 * - A batch is added in one transaction with its boot's last `seq`; a repeat is recognised by it, whenever it comes.
 * - Folding batches into roll-ups and totals moves `folded` (the id of the last folded batch) in the same transaction.
 * - After a crash, batches after `folded` are counted anew from here: memory lost them, the tables never had them. Those up to `folded` are kept
 *   for a minute more, to fill the live windows again, and are not counted.
 *
 * Commits are not fsynced (synchronous=NORMAL): they survive the death of this process, and a power cut may take the last few seconds.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EdgeDelta, TelemetryBatch } from "../model/index.ts";
import { inTransaction } from "../sqlite/index.ts";
import type { Coverage } from "./batch-slices.ts";

/** How long the last batch of a boot is remembered. */
const BOOT_KEPT_MS = 30 * 24 * 3_600_000;
/** Folded batches are dropped beyond this number, however young. */
const FOLDED_MAX = 20_000;

/** A batch in the journal. */
export interface JournalEntry {
  readonly coverage: Coverage;
  readonly batch: TelemetryBatch;
  /** Whether roll-ups and totals contain it. */
  readonly folded: boolean;
}

/** The tables `journal` and `boots`. */
export class BatchJournal {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #upsertBoot: StatementSync;
  readonly #saveFolded: StatementSync;
  readonly #pruneJournal: StatementSync;
  readonly #pruneBoots: StatementSync;
  readonly #boots = new Map<string, { seq: number; toMs: number }>();
  #lastId = 0;
  #folded: number;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare("INSERT INTO journal (from_ms, to_ms, batch) VALUES (?, ?, ?)");
    this.#upsertBoot = database.prepare("INSERT OR REPLACE INTO boots (boot_id, last_seq, to_ms) VALUES (?, ?, ?)");
    this.#saveFolded = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('folded', ?)");
    this.#pruneJournal = database.prepare("DELETE FROM journal WHERE id <= ? AND (to_ms < ? OR id < ?)");
    this.#pruneBoots = database.prepare("DELETE FROM boots WHERE to_ms < ?");
    this.#folded = Number(database.prepare("SELECT value FROM meta WHERE name = 'folded'").get()?.value ?? 0);
    this.#lastId = this.#folded;
    for (const row of database.prepare("SELECT boot_id, last_seq, to_ms FROM boots").all()) {
      this.#boots.set(String(row.boot_id), { seq: Number(row.last_seq), toMs: Number(row.to_ms) });
    }
  }

  /** Whether a batch is in the journal, or was. A proxy sends its batches in order, one at a time. */
  isKnown(bootId: string, seq: number): boolean {
    return seq <= (this.#boots.get(bootId)?.seq ?? 0);
  }

  /** Where the boot's last batch ended. */
  lastToMs(bootId: string): number | undefined {
    return this.#boots.get(bootId)?.toMs;
  }

  /** Adds a batch; throws when it could not be written, and nothing has changed then. */
  add(batch: TelemetryBatch, coverage: Coverage): void {
    const fromMs = Math.floor(coverage.fromMs);
    const toMs = Math.floor(coverage.toMs);
    const id = inTransaction(this.#database, () => {
      this.#upsertBoot.run(batch.bootId, batch.seq, toMs);
      return Number(this.#insert.run(fromMs, toMs, JSON.stringify(batch)).lastInsertRowid);
    });
    this.#boots.set(batch.bootId, { seq: batch.seq, toMs });
    this.#lastId = id;
  }

  /** Everything that is still here, in order of arrival. */
  *replay(): IterableIterator<JournalEntry> {
    for (const row of this.#database.prepare("SELECT id, from_ms, to_ms, batch FROM journal ORDER BY id").all()) {
      const id = Number(row.id);
      this.#lastId = id;
      yield {
        coverage: { fromMs: Number(row.from_ms), toMs: Number(row.to_ms) },
        batch: completed(JSON.parse(String(row.batch)) as TelemetryBatch),
        folded: id <= this.#folded,
      };
    }
  }

  /** Marks everything up to now as folded and drops folded batches that ended before `keepFromMs`. The caller holds a transaction. */
  markFolded(keepFromMs: number): void {
    this.#saveFolded.run(this.#lastId);
    this.#pruneJournal.run(this.#lastId, Math.floor(keepFromMs), this.#lastId - FOLDED_MAX);
  }

  /** The transaction of `markFolded` was committed. */
  markedFolded(): void {
    this.#folded = this.#lastId;
  }

  /** Forgets boots that have been silent for 30 days. The caller holds a transaction. */
  pruneBoots(nowMs: number): void {
    const beforeMs = nowMs - BOOT_KEPT_MS;
    this.#pruneBoots.run(beforeMs);
    for (const [bootId, { toMs }] of this.#boots) if (toMs < beforeMs) this.#boots.delete(bootId);
  }
}

/** A batch that an older Interlock journalled knew no mirrors, refusals, failovers or mTLS. */
function completed(batch: TelemetryBatch): TelemetryBatch {
  return { ...batch, edges: batch.edges.map((edge) => ({ ...NOT_KNOWN, ...edge })) };
}

const NOT_KNOWN: Pick<EdgeDelta, "mirror" | "denied" | "failovers" | "encrypted" | "plain"> = {
  mirror: false,
  denied: 0,
  failovers: 0,
  encrypted: 0,
  plain: 0,
};
