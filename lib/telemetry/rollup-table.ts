import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EdgeRecord } from "./edge-catalog.ts";
import { KEPT_LONGER, TIERS } from "./rollup-tiers.ts";
import { decodeSparse, encodeSparse } from "./sparse-codec.ts";
import { addTally, type Tally } from "./tally.ts";

/** Figures that are not in the table yet: per tier, start of bin → edge → tally. */
export type PendingRollups = readonly Map<number, Map<EdgeRecord, Tally>>[];

/** A stored bin of one edge. */
export interface RollupRow extends Tally {
  readonly startMs: number;
}

/** The `rollups` table, with the number of rows per tier. Callers hold a transaction around what writes. */
export class RollupTable {
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #range: StatementSync;
  readonly #expire: StatementSync;
  readonly #oldest: StatementSync;
  readonly #saveRows: StatementSync;
  readonly #loadRows: StatementSync;
  #rows: number[] = [];

  constructor(database: DatabaseSync) {
    this.#read = database.prepare("SELECT requests, failed, latency FROM rollups WHERE tier = ? AND edge = ? AND start_ms = ?");
    this.#write = database.prepare(
      "INSERT OR REPLACE INTO rollups (tier, edge, start_ms, requests, failed, latency) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#range = database.prepare(
      "SELECT start_ms, requests, failed, latency FROM rollups WHERE tier = ? AND edge = ? AND start_ms >= ? AND start_ms < ?",
    );
    this.#expire = database.prepare("DELETE FROM rollups WHERE tier = ? AND edge = ? AND start_ms < ?");
    this.#oldest = database.prepare("SELECT min(start_ms) AS oldest FROM rollups WHERE tier = ? AND edge = ?");
    this.#saveRows = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
    this.#loadRows = database.prepare("SELECT value FROM meta WHERE name = ?");
    this.reload();
  }

  /** Reads the number of rows again, after a transaction was rolled back. */
  reload(): void {
    this.#rows = TIERS.map((_, tier) => Number(this.#loadRows.get(rowsName(tier))?.value ?? 0));
  }

  /** Rows of a tier. */
  rows(tier: number): number {
    return this.#rows[tier] as number;
  }

  /** Adds pending figures to what is stored. */
  add(pending: PendingRollups): void {
    for (const [tier, bins] of pending.entries()) {
      for (const [startMs, tallies] of bins) for (const [edge, tally] of tallies) this.#addOne(tier, edge, startMs, tally);
    }
    this.#save();
  }

  /** Stored bins of an edge in [fromMs, toMs), in order. */
  *range(tier: number, edge: EdgeRecord, fromMs: number, toMs: number): IterableIterator<RollupRow> {
    for (const row of this.#range.all(tier, edge.id, fromMs, toMs)) yield { startMs: Number(row.start_ms), ...tallyOf(row) };
  }

  /** Deletes what is older than each tier promises. */
  expire(edges: Iterable<EdgeRecord>, nowMs: number): void {
    for (const { id } of edges)
      for (const [tier, { keptMs }] of TIERS.entries()) this.#deleteBefore(tier, id, nowMs - keptMs * KEPT_LONGER);
    this.#save();
  }

  /** Deletes the oldest tenth of a tier's time span, to make room. */
  trim(tier: number, edges: readonly EdgeRecord[], nowMs: number): void {
    let oldest = nowMs;
    for (const { id } of edges) oldest = Math.min(oldest, Number(this.#oldest.get(tier, id)?.oldest ?? nowMs));
    // One bin more than a tenth, so that there is progress however short the span is.
    const beforeMs = oldest + (nowMs - oldest) / 10 + (TIERS[tier]?.binMs as number);
    for (const { id } of edges) this.#deleteBefore(tier, id, beforeMs);
    this.#save();
  }

  #addOne(tier: number, edge: EdgeRecord, startMs: number, tally: Tally): void {
    const stored = this.#read.get(tier, edge.id, startMs);
    const sum = stored === undefined ? tally : tallyOf(stored);
    if (stored === undefined) this.#rows[tier] = this.rows(tier) + 1;
    else addTally(sum, tally);
    this.#write.run(tier, edge.id, startMs, sum.requests, sum.failed, encodeSparse(sum.latency));
  }

  #deleteBefore(tier: number, edgeId: number, beforeMs: number): void {
    const deleted = Number(this.#expire.run(tier, edgeId, Math.floor(beforeMs)).changes);
    this.#rows[tier] = this.rows(tier) - deleted;
  }

  #save(): void {
    for (const [tier, rows] of this.#rows.entries()) this.#saveRows.run(rowsName(tier), rows);
  }
}

function rowsName(tier: number): string {
  return `rows-${tier}`;
}

function tallyOf(row: NonNullable<ReturnType<StatementSync["get"]>>): Tally {
  return { requests: Number(row.requests), failed: Number(row.failed), latency: decodeSparse(row.latency as Uint8Array) };
}
