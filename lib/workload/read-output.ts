/**
 * What a program printed, out of the files that it prints into: the last lines, and those that come. Whoever reads needs no agent, so that the last words
 * of a program can be read when its agent is dead too.
 *
 * Bounded: at most the last 512 KiB are looked at, a line has at most 4096 characters, and a follower that would get more than 64 KiB at a look skips to
 * the end and is told so.
 */
import { closeSync, openSync } from "node:fs";
import type { CancelTimer, Clock } from "../std/index.ts";
import { beginningOf, lookAt, readFrom, sizeOf } from "./output-file.ts";

const TAIL_BYTES = 512 * 1024;
const LINE_CHARS_MAX = 4_096;
const LOOK_MS = 250;
const LOOK_BYTES_MAX = 64 * 1024;
const LAST_LINE_CHARS = 300;

export interface OutputTail {
  readonly lines: readonly string[];
  /** Whether there were earlier lines than these. */
  readonly isCut: boolean;
}

/** The last lines of a program's output. */
export function readTail(path: string, linesMax: number): OutputTail {
  const present = endOf(path, TAIL_BYTES);
  const lines = linesOf(present.text);
  if (present.isCut || lines.length > linesMax) return { lines: lastOf(lines, linesMax, present.isCut), isCut: true };
  const older = endOf(`${path}.1`, TAIL_BYTES);
  const all = [...linesOf(older.text), ...lines];
  const isCut = older.isCut || all.length > linesMax;
  return { lines: lastOf(all, linesMax, older.isCut), isCut };
}

/** The last line, short; null where nothing was printed. */
export function lastLineOf(path: string): string | null {
  const lines = linesOf(endOf(path, LINE_CHARS_MAX).text).filter((line) => line.trim() !== "");
  return lines.at(-1)?.trim().slice(0, LAST_LINE_CHARS) ?? null;
}

/**
 * Calls `take` with complete lines as they are printed from now on; `skipped`: bytes that came faster than they are passed on, at least, because a file
 * that was cut several times between two looks does not tell how much it lost.
 */
export function followOutput(path: string, clock: Clock, take: (lines: readonly string[], skipped: number) => void): CancelTimer {
  let offset = sizeOf(path);
  let older = identityOf(`${path}.1`);
  let wasShort = false;
  let rest = "";
  const decoder = new TextDecoder();
  return clock.every(LOOK_MS, () => {
    const olderNow = identityOf(`${path}.1`);
    const size = sizeOf(path);
    const isCut = olderNow !== older;
    // Between the two steps of a cut, or emptied by somebody else: the next look tells.
    if (!isCut && size < offset && !wasShort) {
      wasShort = true;
      return;
    }
    older = olderNow;
    wasShort = false;
    const end = isCut ? restOfCut(`${path}.1`, offset) : NOTHING;
    if (isCut || size < offset) offset = 0;
    if (size === offset && end.bytes.byteLength + end.skipped === 0) return;
    const present = readLatest(path, offset, size);
    offset += present.skipped + present.bytes.byteLength;
    const { bytes, skipped } = latestOf(end, present);
    if (skipped > 0) rest = "";
    const text = rest + decoder.decode(bytes, { stream: true });
    const lineEnd = text.lastIndexOf("\n") + 1;
    rest = text.slice(lineEnd).slice(-LINE_CHARS_MAX);
    const lines = linesOf(text.slice(0, lineEnd));
    if (lines.length > 0 || skipped > 0) take(lines, skipped);
  });
}

interface Part {
  readonly bytes: Buffer;
  /** Before these. */
  readonly skipped: number;
}

const NOTHING: Part = { bytes: Buffer.alloc(0), skipped: 0 };
const NOTE_BYTES_MAX = 200;

/** What a file had behind `offset` when it was cut. */
function restOfCut(older: string, offset: number): Part {
  const { noteBytes, notKept } = beginningOf(readBytes(older, 0, NOTE_BYTES_MAX).toString("latin1"));
  const { bytes, skipped } = readLatest(older, noteBytes + Math.max(0, offset - notKept), sizeOf(older));
  return { bytes, skipped: skipped + Math.max(0, notKept - offset) };
}

/** The end of what lies between two places of a file. */
function readLatest(path: string, from: number, to: number): Part {
  const skipped = Math.max(0, to - from - LOOK_BYTES_MAX);
  return { bytes: readBytes(path, from + skipped, Math.min(LOOK_BYTES_MAX, Math.max(0, to - from))), skipped };
}

function latestOf(earlier: Part, later: Part): Part {
  // With a gap between the two they are no text.
  if (later.skipped > 0) return { bytes: later.bytes, skipped: earlier.skipped + earlier.bytes.byteLength + later.skipped };
  const both = Buffer.concat([earlier.bytes, later.bytes]);
  const bytes = both.subarray(Math.max(0, both.byteLength - LOOK_BYTES_MAX));
  return { bytes, skipped: earlier.skipped + both.byteLength - bytes.byteLength };
}

/** Tells one file from another of the same name. */
function identityOf(path: string): string {
  const { ino, mtimeMs, size } = lookAt(path) ?? { ino: 0, mtimeMs: 0, size: 0 };
  return `${ino} ${mtimeMs} ${size}`;
}

function endOf(path: string, bytesMax: number): { readonly text: string; readonly isCut: boolean } {
  const from = Math.max(0, sizeOf(path) - bytesMax);
  return { text: readBytes(path, from, bytesMax).toString("utf8"), isCut: from > 0 };
}

function readBytes(path: string, offset: number, bytesMax: number): Buffer {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    return readFrom(file, offset, bytesMax);
  } finally {
    closeSync(file);
  }
}

/** A line that was cut off at its beginning is none. */
function lastOf(lines: readonly string[], linesMax: number, isCut: boolean): readonly string[] {
  return (isCut ? lines.slice(1) : lines).slice(-linesMax);
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.slice(0, LINE_CHARS_MAX));
}
