/**
 * The telemetry store over an open database. A batch takes this way:
 *
 *   accept ── journal (durable) ──► memory: totals, pending roll-ups, live windows ── fold, every 5 s ──► tables: roll-ups, totals
 *
 * Answers are tables plus pending, so they never wait for a fold. See `batch-journal.ts` for why each batch counts exactly once.
 * Bounds: live windows one minute; split windows five; edges, rows per tier and bytes by the limits given; journal by age and number.
 */
import type { DatabaseSync } from "node:sqlite";
import type { TelemetryBatch } from "../model/index.ts";
import { inTransaction } from "../sqlite/index.ts";
import { type CancelTimer, type Clock, invariant } from "../std/index.ts";
import { BatchJournal } from "./batch-journal.ts";
import { type Coverage, coverageOf, sliceOf, sliceTimes } from "./batch-slices.ts";
import { EdgeCatalog, type EdgeRecord } from "./edge-catalog.ts";
import { isSparseHistogram } from "./histogram.ts";
import { LIVE_WINDOW_MS_MAX, LiveWindows } from "./live-windows.ts";
import { type PendingRollups, type RollupRow, RollupTable } from "./rollup-table.ts";
import { planSeries, type SeriesPlan, TIERS } from "./rollup-tiers.ts";
import { binRows, isSelected } from "./series.ts";
import { SplitWindows } from "./split-windows.ts";
import { addTally, emptyTally, type Tally } from "./tally.ts";
import type { Bin, SeriesSelector, TelemetryStore } from "./telemetry-store.ts";

const FOLD_MS = 5_000;
/** Every so many folds, what is too old is deleted. */
const FOLDS_PER_CLEANING = 12;
const JOURNAL_KEPT_MS = LIVE_WINDOW_MS_MAX + 5_000;
/** Pages given back to the file system at a time: some milliseconds of work. */
const VACUUM_PAGES = 2_000;
const SAME_LIMIT_MS = 3_600_000;
/** Distinct codes of proxies' own answers that are counted; there are about twenty. */
const CODES_MAX = 256;

/** How much is kept. */
export interface TelemetryLimits {
  readonly bytesMax: () => number;
  readonly rowsMax: number;
  readonly edgesMax: number;
}

interface Parts {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly onLimit: (sentence: string) => void;
  readonly limits: TelemetryLimits;
  readonly bytes: () => number;
}

/** `TelemetryStore` in `telemetry.sqlite`. */
export class SqliteTelemetryStore implements TelemetryStore {
  readonly bytes: () => number;
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #onLimit: (sentence: string) => void;
  readonly #limits: TelemetryLimits;
  readonly #journal: BatchJournal;
  readonly #rollups: RollupTable;
  readonly #catalog: EdgeCatalog;
  readonly #live = new LiveWindows();
  readonly #splits = new SplitWindows();
  readonly #codes = new Map<string, number>();
  readonly #limitToldMs = new Map<string, number>();
  readonly #stopFolding: CancelTimer;
  #pending = emptyPending();
  #folds = 0;

  constructor({ database, clock, onLimit, limits, bytes }: Parts) {
    this.bytes = bytes;
    this.#database = database;
    this.#clock = clock;
    this.#onLimit = onLimit;
    this.#limits = limits;
    this.#journal = new BatchJournal(database);
    this.#rollups = new RollupTable(database);
    this.#catalog = new EdgeCatalog(database, {
      limit: limits.edgesMax,
      onFull: () => this.#tellLimit(`More than ${limits.edgesMax} pairs of versions have traffic; further ones are only counted together.`),
    });
    for (const row of database.prepare("SELECT code, total FROM codes").all()) this.#codes.set(String(row.code), Number(row.total));
    for (const { batch, coverage, folded } of this.#journal.replay()) {
      if (folded) this.#fillWindows(batch, coverage);
      else this.#count(batch, coverage);
    }
    this.#stopFolding = clock.every(FOLD_MS, () => this.#fold());
  }

  accept(batch: TelemetryBatch): boolean {
    if (this.#journal.isKnown(batch.bootId, batch.seq)) return false;
    for (const { latency } of batch.edges)
      invariant(isSparseHistogram(latency), `batch ${batch.seq} of ${batch.proxyId}: latency is no histogram`);
    const coverage = coverageOf(batch.atMs, this.#clock.wallMs(), this.#journal.lastToMs(batch.bootId));
    this.#journal.add(batch, coverage);
    this.#count(batch, coverage);
    return true;
  }

  edges(windowMs: number): ReturnType<TelemetryStore["edges"]> {
    return this.#live.edges(this.#clock.monotonicMs(), windowMs);
  }

  flows(windowMs: number): ReturnType<TelemetryStore["flows"]> {
    return this.#live.flows(this.#clock.monotonicMs(), windowMs);
  }

  mirrors(windowMs: number): ReturnType<TelemetryStore["mirrors"]> {
    return this.#live.edges(this.#clock.monotonicMs(), windowMs, true);
  }

  versions(windowMs: number): ReturnType<TelemetryStore["versions"]> {
    return this.#live.versions(this.#clock.monotonicMs(), windowMs);
  }

  figuresBy(windowMs: number, keyOf: Parameters<TelemetryStore["figuresBy"]>[1]): ReturnType<TelemetryStore["figuresBy"]> {
    return this.#live.figuresBy(this.#clock.monotonicMs(), windowMs, keyOf);
  }

  instances(windowMs: number): ReturnType<TelemetryStore["instances"]> {
    return this.#live.instances(this.#clock.monotonicMs(), windowMs);
  }

  splitCounts(service: string, splitEpoch: number, windowMsMax: number): ReturnType<TelemetryStore["splitCounts"]> {
    return this.#splits.counts(service, splitEpoch, windowMsMax, this.#clock.monotonicMs());
  }

  series(selector: SeriesSelector, fromMs: number, toMs: number, stepMs: number): readonly Bin[] {
    const plan = planSeries({ fromMs, toMs, stepMs }, this.#clock.wallMs());
    return binRows(plan, this.#rowsOf(plan, selector));
  }

  totals(): ReturnType<TelemetryStore["totals"]> {
    return this.#catalog.totals(false);
  }

  mirrorTotals(): ReturnType<TelemetryStore["totals"]> {
    return this.#catalog.totals(true);
  }

  codes(): ReadonlyMap<string, number> {
    return this.#codes;
  }

  close(): void {
    if (!this.#database.isOpen) return;
    this.#stopFolding();
    this.#fold();
    this.#database.close();
  }

  /** Counts a batch everywhere. */
  #count(batch: TelemetryBatch, coverage: Coverage): void {
    const times = sliceTimes(coverage, batch.edges.length);
    for (const delta of batch.edges) {
      const edge = this.#catalog.count(delta, coverage.toMs);
      for (const [index, atMs] of times.entries()) this.#addPending(edge, atMs, sliceOf(delta, index, times.length));
    }
    for (const [code, count] of Object.entries(batch.codes)) {
      if (this.#codes.has(code) || this.#codes.size < CODES_MAX) this.#codes.set(code, (this.#codes.get(code) ?? 0) + count);
    }
    this.#fillWindows(batch, coverage);
  }

  /** Counts a batch in the live windows only. */
  #fillWindows(batch: TelemetryBatch, coverage: Coverage): void {
    const toMonotonicMs = this.#clock.monotonicMs() - this.#clock.wallMs();
    const times = sliceTimes(coverage, batch.edges.length);
    for (const delta of batch.edges) {
      const edge = this.#catalog.find(delta);
      for (const [index, atMs] of times.entries()) {
        const tally = sliceOf(delta, index, times.length);
        if (tally.requests === 0 && tally.latency.length === 0) continue;
        this.#live.addEdge(edge, atMs + toMonotonicMs, tally);
        if (delta.mirror || delta.splitEpoch === null || delta.callee.version === null) continue;
        this.#splits.add(delta.callee.service, delta.splitEpoch, delta.callee.version, atMs + toMonotonicMs, tally.requests);
      }
    }
    this.#splits.see(coverage.fromMs + toMonotonicMs);
    const lastMs = (times.at(-1) as number) + toMonotonicMs;
    this.#live.see(lastMs);
    for (const instance of batch.instances) this.#live.addInstance(instance, lastMs);
  }

  #addPending(edge: EdgeRecord, atMs: number, tally: Tally): void {
    // Copies have no history: a series of them would look like traffic.
    if (edge.isOther || edge.mirror || (tally.requests === 0 && tally.latency.length === 0)) return;
    for (const [tier, { binMs }] of TIERS.entries()) {
      const bins = this.#pending[tier] as Map<number, Map<EdgeRecord, Tally>>;
      const startMs = Math.floor(atMs / binMs) * binMs;
      const tallies = bins.get(startMs) ?? new Map<EdgeRecord, Tally>();
      bins.set(startMs, tallies);
      const sum = tallies.get(edge) ?? emptyTally();
      tallies.set(edge, sum);
      addTally(sum, tally);
    }
  }

  *#rowsOf(plan: SeriesPlan, selector: SeriesSelector): IterableIterator<RollupRow> {
    const endMs = plan.startMs + plan.steps * plan.stepMs;
    for (const edge of this.#catalog.all()) {
      if (isSelected(edge, selector)) yield* this.#rollups.range(plan.tier, edge, plan.startMs, endMs);
    }
    for (const [startMs, tallies] of this.#pending[plan.tier] as Map<number, Map<EdgeRecord, Tally>>) {
      for (const [edge, tally] of tallies) if (isSelected(edge, selector)) yield { startMs, ...tally };
    }
  }

  /** Moves what is pending into the tables, in one transaction; when that fails it stays pending. */
  #fold(): void {
    const nowMs = this.#clock.wallMs();
    try {
      inTransaction(this.#database, () => {
        this.#rollups.add(this.#pending);
        this.#catalog.save();
        this.#saveCodes();
        this.#journal.markFolded(nowMs - JOURNAL_KEPT_MS);
      });
      this.#journal.markedFolded();
      this.#catalog.saved();
      this.#pending = emptyPending();
      if (this.#folds++ % FOLDS_PER_CLEANING === 0) this.#clean(nowMs);
      this.#keepWithinLimits(nowMs);
    } catch (cause) {
      this.#rollups.reload();
      this.#tellLimit("Figures cannot be written to disk", `: ${(cause as Error).message}.`);
    }
    this.#live.prune(this.#clock.monotonicMs());
    this.#splits.prune(this.#clock.monotonicMs());
  }

  #saveCodes(): void {
    const upsert = this.#database.prepare("INSERT OR REPLACE INTO codes (code, total) VALUES (?, ?)");
    for (const [code, total] of this.#codes) upsert.run(code, total);
  }

  #clean(nowMs: number): void {
    inTransaction(this.#database, () => {
      this.#rollups.expire(this.#catalog.all(), nowMs);
      this.#catalog.retire(nowMs - 2 * TIERS[2].keptMs);
      this.#journal.pruneBoots(nowMs);
    });
  }

  #keepWithinLimits(nowMs: number): void {
    const { rowsMax } = this.#limits;
    for (const [tier, { binMs }] of TIERS.entries()) {
      if (this.#rollups.rows(tier) <= rowsMax) continue;
      this.#trim(tier, nowMs);
      this.#tellLimit(`Figures at ${binMs / 1_000} s reached ${rowsMax} rows; the oldest are deleted before their time.`);
    }
    const bytesMax = this.#limits.bytesMax();
    const { used, whole } = this.#fileBytes();
    // Pages that are free inside the file are used again; only a file over its limit is made smaller, a piece at a time.
    if (whole > bytesMax) this.#database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    if (used <= bytesMax) return;
    for (const tier of TIERS.keys()) this.#trim(tier, nowMs);
    this.#tellLimit(
      "Figures reached their limit on disk",
      ` (${Math.round(bytesMax / 1_048_576)} MiB); the oldest are deleted before their time.`,
    );
  }

  #trim(tier: number, nowMs: number): void {
    inTransaction(this.#database, () => this.#rollups.trim(tier, [...this.#catalog.all()], nowMs));
  }

  #fileBytes(): { readonly used: number; readonly whole: number } {
    const pragma = (name: string): number => Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name]);
    const pages = pragma("page_count");
    const pageBytes = pragma("page_size");
    return { used: (pages - pragma("freelist_count")) * pageBytes, whole: pages * pageBytes };
  }

  #tellLimit(kind: string, rest = ""): void {
    const nowMs = this.#clock.monotonicMs();
    const toldMs = this.#limitToldMs.get(kind);
    if (toldMs !== undefined && nowMs - toldMs < SAME_LIMIT_MS) return;
    this.#limitToldMs.set(kind, nowMs);
    this.#onLimit(kind + rest);
  }
}

function emptyPending(): PendingRollups {
  return TIERS.map(() => new Map<number, Map<EdgeRecord, Tally>>());
}
