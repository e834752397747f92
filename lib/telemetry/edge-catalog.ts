import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EdgeDelta, EdgeEnd } from "../model/index.ts";
import { addToSums, createEdgeSums, totalsOf } from "./edge-sums.ts";
import type { EdgeTotals } from "./telemetry-store.ts";

/** How many edges are told apart; what comes beyond is counted together as "(other)". */
export const EDGES_MAX = 10_000;

/** Stands for both ends of the edges beyond the limit. It is in the totals, and in no window and no series. */
const OTHER: EdgeEnd = { service: "(other)", version: null };

/** One edge that was ever seen, with its exact totals. */
export interface EdgeRecord {
  readonly id: number;
  readonly caller: EdgeEnd;
  readonly callee: EdgeEnd;
  readonly isOther: boolean;
  /** Copies made by a mirror. */
  readonly mirror: boolean;
  /** See `edge-sums.ts`. */
  readonly sums: number[];
  seenMs: number;
}

/** All edges, in memory and, once saved, in the `edges` table. */
export class EdgeCatalog {
  readonly #edges = new Map<string, EdgeRecord>();
  readonly #changed = new Set<EdgeRecord>();
  readonly #limit: number;
  readonly #onFull: () => void;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  #nextId = 1;

  constructor(database: DatabaseSync, options: { readonly limit: number; readonly onFull: () => void }) {
    this.#limit = options.limit;
    this.#onFull = options.onFull;
    this.#upsert = database.prepare(
      `INSERT INTO edges (id, caller_service, caller_version, callee_service, callee_version, mirror, counters, seen_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET counters = excluded.counters, seen_ms = excluded.seen_ms`,
    );
    this.#delete = database.prepare("DELETE FROM edges WHERE id = ?");
    for (const row of database.prepare("SELECT * FROM edges").all()) {
      const caller = endOf(row.caller_service, row.caller_version);
      const callee = endOf(row.callee_service, row.callee_version);
      const stored = JSON.parse(String(row.counters)) as number[];
      const record = this.#add({ caller, callee, mirror: row.mirror !== 0 }, Number(row.id), stored);
      record.seenMs = Number(row.seen_ms);
    }
  }

  /** Every edge. */
  all(): IterableIterator<EdgeRecord> {
    return this.#edges.values();
  }

  /** Adds what happened on an edge to its totals and returns the edge. */
  count(delta: EdgeDelta, atMs: number): EdgeRecord {
    const edge = this.find(delta);
    addToSums(edge.sums, delta);
    edge.seenMs = Math.max(edge.seenMs, Math.round(atMs));
    this.#changed.add(edge);
    return edge;
  }

  /** The record of an edge, made when it is new. */
  find(name: EdgeName): EdgeRecord {
    const found = this.#edges.get(keyOf(name));
    if (found !== undefined) return found;
    if (this.#edges.size < this.#limit) return this.#add(name, this.#nextId);
    this.#onFull();
    return this.#other(name.mirror);
  }

  /** Exact totals, of requests or of mirrored copies. */
  totals(mirror: boolean): readonly EdgeTotals[] {
    const edges = [...this.#edges.values()].filter((edge) => edge.mirror === mirror);
    return edges.map(({ caller, callee, sums }) => totalsOf(caller, callee, sums));
  }

  /** Writes edges that changed since the last `saved`. The caller holds a transaction. */
  save(): void {
    for (const edge of this.#changed) this.#write(edge, edge.sums);
  }

  /** The transaction of `save` was committed. */
  saved(): void {
    this.#changed.clear();
  }

  /** Adds edges unseen since `beforeMs` to "(other)" and forgets them. The caller holds a transaction. */
  retire(beforeMs: number): void {
    for (const mirror of [false, true]) this.#retire(beforeMs, mirror);
  }

  #retire(beforeMs: number, mirror: boolean): void {
    const retired = [...this.#edges].filter(([, edge]) => edge.seenMs < beforeMs && !edge.isOther && edge.mirror === mirror);
    if (retired.length === 0) return;
    const other = this.#other(mirror);
    const sums = other.sums.map((sum, index) => retired.reduce((total, [, edge]) => total + (edge.sums[index] as number), sum));
    for (const [, edge] of retired) this.#delete.run(edge.id);
    this.#write(other, sums);
    // Memory follows only once the tables have taken it.
    other.sums.splice(0, sums.length, ...sums);
    for (const [key, edge] of retired) {
      this.#edges.delete(key);
      this.#changed.delete(edge);
    }
  }

  #write({ id, caller, callee, mirror, seenMs }: EdgeRecord, sums: readonly number[]): void {
    const ends = [caller.service, caller.version ?? "", callee.service, callee.version ?? ""];
    this.#upsert.run(id, ...ends, mirror ? 1 : 0, JSON.stringify(sums), seenMs);
  }

  #other(mirror: boolean): EdgeRecord {
    const name = { caller: OTHER, callee: OTHER, mirror };
    return this.#edges.get(keyOf(name)) ?? this.#add(name, this.#nextId);
  }

  #add({ caller, callee, mirror }: EdgeName, id: number, stored?: readonly number[]): EdgeRecord {
    const isOther = caller.service === OTHER.service;
    const record = { id, caller, callee, mirror, isOther, sums: createEdgeSums(stored), seenMs: 0 };
    this.#edges.set(keyOf(record), record);
    this.#nextId = Math.max(this.#nextId, id + 1);
    return record;
  }
}

/** What tells edges apart. */
type EdgeName = Pick<EdgeRecord, "caller" | "callee" | "mirror">;

function keyOf({ caller, callee, mirror }: EdgeName): string {
  return `${caller.service} ${caller.version ?? ""} ${callee.service} ${callee.version ?? ""}${mirror ? " mirror" : ""}`;
}

function endOf(service: unknown, version: unknown): EdgeEnd {
  return { service: String(service), version: version === "" ? null : String(version) };
}
