/**
 * The requests that a tap shows: newest first, bounded, held while paused. Pure.
 *
 * Invariants: what is shown never grows beyond `ROWS_MAX`, nor what is held; whatever fits the filter and was not kept for showing, for whatever reason,
 * is counted in `dropped`, but rows that were shown and made room for newer ones are not; each row keeps its id as long as it is there.
 */
import type { TapEntry } from "@/lib/client/index.ts";

export const ROWS_MAX = 200;

export interface TapRow {
  readonly id: number;
  readonly entry: TapEntry;
}

export interface TapBuffer {
  /** Newest first. */
  readonly rows: readonly TapRow[];
  /** What came while it is paused, newest first. */
  readonly held: readonly TapRow[];
  readonly isPaused: boolean;
  /** Requests told by proxies since the tap was opened. */
  readonly seen: number;
  /** Requests that fit and were never shown: more than proxies, engine or this page take. */
  readonly dropped: number;
  /** The newest row's id. */
  readonly lastId: number;
}

export const EMPTY_TAP: TapBuffer = { rows: [], held: [], isPaused: false, seen: 0, dropped: 0, lastId: 0 };

/** What one message of the tap brought, oldest first as proxies tell it. */
export function takeEntries(buffer: TapBuffer, entries: readonly TapEntry[], dropped: number): TapBuffer {
  if (entries.length === 0 && dropped === 0) return buffer;
  const { lastId } = buffer;
  const fresh = entries
    .toSorted((left, right) => left.atMs - right.atMs)
    .map((entry, index) => ({ id: lastId + 1 + index, entry }))
    .reverse();
  const counted = { seen: buffer.seen + entries.length, dropped: buffer.dropped + dropped, lastId: lastId + entries.length };
  if (!buffer.isPaused) {
    return { ...buffer, ...counted, rows: [...fresh, ...buffer.rows].slice(0, ROWS_MAX), dropped: counted.dropped + beyond(fresh.length) };
  }
  const held = [...fresh, ...buffer.held];
  return { ...buffer, ...counted, held: held.slice(0, ROWS_MAX), dropped: counted.dropped + beyond(held.length) };
}

function beyond(count: number): number {
  return Math.max(0, count - ROWS_MAX);
}

/** Stops the rows where they are; what comes is held. */
export function pauseTap(buffer: TapBuffer): TapBuffer {
  return { ...buffer, isPaused: true };
}

/** Shows what was held, and goes on. */
export function resumeTap(buffer: TapBuffer): TapBuffer {
  return { ...buffer, isPaused: false, held: [], rows: [...buffer.held, ...buffer.rows].slice(0, ROWS_MAX) };
}

/** Takes all rows away; counting begins anew, ids do not. */
export function clearTap(buffer: TapBuffer): TapBuffer {
  return { ...EMPTY_TAP, isPaused: buffer.isPaused, lastId: buffer.lastId };
}
