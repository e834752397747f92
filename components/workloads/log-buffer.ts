/**
 * The lines of a process that are shown: oldest first, bounded, held while paused. Pure.
 *
 * Invariants: neither what is shown nor what is held grows beyond `LOG_ROWS_MAX`; whatever was printed and is not shown, because it came too fast or made
 * room while paused, leaves a mark in its place; a row keeps its id as long as it is there.
 */
export const LOG_ROWS_MAX = 2_000;

export interface LogRow {
  readonly id: number;
  readonly text: string;
  /** Not printed by the process: a gap of so many bytes, null where nobody counted them. */
  readonly gap?: number | null;
}

export interface LogBuffer {
  readonly rows: readonly LogRow[];
  /** What came while it is paused. */
  readonly held: readonly LogRow[];
  readonly isPaused: boolean;
  readonly lastId: number;
}

export const EMPTY_LOG: LogBuffer = { rows: [], held: [], isPaused: false, lastId: 0 };

/** The last lines, in place of everything before. A paused reader keeps what it reads; the lines wait. */
export function takeTail(buffer: LogBuffer, lines: readonly string[], isCut: boolean): LogBuffer {
  const fresh = rowsOf(buffer.lastId, lines, isCut ? null : 0);
  const lastId = buffer.lastId + fresh.length;
  const bounded = fresh.slice(-LOG_ROWS_MAX);
  return buffer.isPaused && buffer.rows.length > 0 ? { ...buffer, held: bounded, lastId } : { ...buffer, rows: bounded, held: [], lastId };
}

/** Lines as they were printed; `skipped`: bytes before them that are missing. */
export function takeLines(buffer: LogBuffer, lines: readonly string[], skipped: number): LogBuffer {
  if (lines.length === 0 && skipped === 0) return buffer;
  const fresh = rowsOf(buffer.lastId, lines, skipped);
  const lastId = buffer.lastId + fresh.length;
  if (!buffer.isPaused) return { ...buffer, rows: [...buffer.rows, ...fresh].slice(-LOG_ROWS_MAX), lastId };
  return { ...buffer, held: bounded([...buffer.held, ...fresh]), lastId };
}

/** Stops the lines where they are. */
export function pauseLog(buffer: LogBuffer): LogBuffer {
  return { ...buffer, isPaused: true };
}

/** Shows what was held, and goes on. */
export function resumeLog(buffer: LogBuffer): LogBuffer {
  return { ...buffer, isPaused: false, held: [], rows: [...buffer.rows, ...buffer.held].slice(-LOG_ROWS_MAX) };
}

/** Lines that have the text, whatever its case; all of them for an empty one. */
export function findRows(rows: readonly LogRow[], text: string): readonly LogRow[] {
  if (text === "") return rows;
  const wanted = text.toLowerCase();
  return rows.filter((row) => row.gap === undefined && row.text.toLowerCase().includes(wanted));
}

function rowsOf(lastId: number, lines: readonly string[], missing: number | null): readonly LogRow[] {
  const gaps: LogRow[] = missing === 0 ? [] : [{ id: lastId + 1, text: "", gap: missing }];
  return [...gaps, ...lines.map((text, index) => ({ id: lastId + 1 + gaps.length + index, text }))];
}

function bounded(rows: readonly LogRow[]): readonly LogRow[] {
  if (rows.length <= LOG_ROWS_MAX) return rows;
  const [first, ...rest] = rows.slice(1 - LOG_ROWS_MAX);
  return first === undefined ? [] : [{ id: first.id - 1, text: "", gap: null }, first, ...rest];
}
