import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EdgeDelta, EdgeEnd } from "../model/index.ts";
import { requestsOf } from "./batch-slices.ts";
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
  /** requests, failed, aborted, retries, bytesIn, bytesOut, latencyUsSum, answers 1xx to 5xx. */
  readonly counters: number[];
  seenMs: number;
}

const COUNTERS = 12;

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
      `INSERT INTO edges (id, caller_service, caller_version, callee_service, callee_version, counters, seen_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET counters = excluded.counters, seen_ms = excluded.seen_ms`,
    );
    this.#delete = database.prepare("DELETE FROM edges WHERE id = ?");
    for (const row of database.prepare("SELECT * FROM edges").all()) {
      const caller = endOf(row.caller_service, row.caller_version);
      const callee = endOf(row.callee_service, row.callee_version);
      const record = this.#add(caller, callee, Number(row.id));
      record.counters.splice(0, COUNTERS, ...(JSON.parse(String(row.counters)) as number[]));
      record.seenMs = Number(row.seen_ms);
    }
  }

  /** Every edge. */
  all(): IterableIterator<EdgeRecord> {
    return this.#edges.values();
  }

  /** Adds what happened on an edge to its totals and returns the edge. */
  count(delta: EdgeDelta, atMs: number): EdgeRecord {
    const edge = this.find(delta.caller, delta.callee);
    const { counters } = edge;
    const { aborted, failed, retries, bytesIn, bytesOut, latencyUsSum, statusClasses } = delta;
    const more = [requestsOf(delta), failed, aborted, retries, bytesIn, bytesOut, latencyUsSum, ...statusClasses];
    for (let index = 0; index < COUNTERS; index++) counters[index] = (counters[index] as number) + (more[index] as number);
    edge.seenMs = Math.max(edge.seenMs, Math.round(atMs));
    this.#changed.add(edge);
    return edge;
  }

  /** The record of an edge, made when it is new. */
  find(caller: EdgeEnd, callee: EdgeEnd): EdgeRecord {
    const found = this.#edges.get(keyOf(caller, callee));
    if (found !== undefined) return found;
    if (this.#edges.size < this.#limit) return this.#add(caller, callee, this.#nextId);
    this.#onFull();
    return this.#other();
  }

  totals(): readonly EdgeTotals[] {
    return [...this.#edges.values()].map(({ caller, callee, counters }) => {
      const [requests, failed, aborted, retries, bytesIn, bytesOut, latencyUsSum, c1, c2, c3, c4, c5] = counters as Twelve;
      return { caller, callee, requests, failed, aborted, retries, bytesIn, bytesOut, latencyUsSum, statusClasses: [c1, c2, c3, c4, c5] };
    });
  }

  /** Writes edges that changed since the last `saved`. The caller holds a transaction. */
  save(): void {
    for (const edge of this.#changed) this.#write(edge, edge.counters);
  }

  /** The transaction of `save` was committed. */
  saved(): void {
    this.#changed.clear();
  }

  /** Adds edges unseen since `beforeMs` to "(other)" and forgets them. The caller holds a transaction. */
  retire(beforeMs: number): void {
    const retired = [...this.#edges].filter(([, edge]) => edge.seenMs < beforeMs && !edge.isOther);
    if (retired.length === 0) return;
    const other = this.#other();
    const sums = other.counters.map((sum, index) => retired.reduce((total, [, edge]) => total + (edge.counters[index] as number), sum));
    for (const [, edge] of retired) this.#delete.run(edge.id);
    this.#write(other, sums);
    // Memory follows only once the tables have taken it.
    other.counters.splice(0, COUNTERS, ...sums);
    for (const [key, edge] of retired) {
      this.#edges.delete(key);
      this.#changed.delete(edge);
    }
  }

  #write({ id, caller, callee, seenMs }: EdgeRecord, counters: readonly number[]): void {
    this.#upsert.run(id, caller.service, caller.version ?? "", callee.service, callee.version ?? "", JSON.stringify(counters), seenMs);
  }

  #other(): EdgeRecord {
    return this.#edges.get(keyOf(OTHER, OTHER)) ?? this.#add(OTHER, OTHER, this.#nextId);
  }

  #add(caller: EdgeEnd, callee: EdgeEnd, id: number): EdgeRecord {
    const isOther = caller.service === OTHER.service;
    const record = { id, caller, callee, isOther, counters: new Array<number>(COUNTERS).fill(0), seenMs: 0 };
    this.#edges.set(keyOf(caller, callee), record);
    this.#nextId = Math.max(this.#nextId, id + 1);
    return record;
  }
}

type Twelve = [number, number, number, number, number, number, number, number, number, number, number, number];

function keyOf(caller: EdgeEnd, callee: EdgeEnd): string {
  return `${caller.service} ${caller.version ?? ""} ${callee.service} ${callee.version ?? ""}`;
}

function endOf(service: unknown, version: unknown): EdgeEnd {
  return { service: String(service), version: version === "" ? null : String(version) };
}
