/**
 * What a program printed, out of the files that it prints into: the last lines, and those that come. Whoever reads needs no agent, so that the last words
 * of a program can be read when its agent is dead too.
 *
 * Bounded: at most the last 512 KiB are looked at, a line has at most 4096 characters, and a follower that would get more than 64 KiB at a look skips to
 * the end and is told so.
 */
import { closeSync, openSync } from "node:fs";
import type { CancelTimer, Clock } from "../std/index.ts";
import { readFrom, sizeOf } from "./output-file.ts";

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

/** Calls `take` with complete lines as they are printed from now on; `skipped`: bytes that came faster than they are passed on. */
export function followOutput(path: string, clock: Clock, take: (lines: readonly string[], skipped: number) => void): CancelTimer {
  let offset = sizeOf(path);
  let rest = "";
  const decoder = new TextDecoder();
  return clock.every(LOOK_MS, () => {
    const size = sizeOf(path);
    // It was emptied, or is another file.
    if (size < offset) offset = 0;
    if (size === offset) return;
    const skipped = Math.max(0, size - offset - LOOK_BYTES_MAX);
    if (skipped > 0) rest = "";
    const bytes = readBytes(path, offset + skipped, LOOK_BYTES_MAX);
    offset += skipped + bytes.byteLength;
    const text = rest + decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end).slice(-LINE_CHARS_MAX);
    const lines = linesOf(text.slice(0, end));
    if (lines.length > 0 || skipped > 0) take(lines, skipped);
  });
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
