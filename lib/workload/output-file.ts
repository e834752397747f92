/**
 * What a program prints, bounded while it prints. The program writes to the file itself, appending: a pipe through the agent would break, or fill up and
 * stop the program, when the agent dies. So the file is cut under the writer's hands: once it is over its limit its end is copied to `output.log.1` and it
 * is emptied; a writer that appends goes on at its beginning.
 *
 * Invariants: both files together stay below three times the limit and what the program writes between two looks, 250 ms apart, or 10 ms while it floods;
 * what was not kept is told in the older file; the writer never waits.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, type Stats, statSync, writeFileSync } from "node:fs";

export const OUTPUT_FILE = "output.log";
/** Of each of the two files. */
export const OUTPUT_BYTES_MAX = 1024 * 1024;
const CALM_LOOK_MS = 250;
const FLOOD_LOOK_MS = 10;

/** A file at one look. */
export interface OutputLook {
  readonly size: number;
  /** It was over its limit, and was emptied. */
  readonly isCut: boolean;
}

/** Cuts the file where it is over its limit. */
export function trimOutput(path: string, bytesMax: number = OUTPUT_BYTES_MAX): OutputLook {
  const size = sizeOf(path);
  if (size < bytesMax) return { size, isCut: false };
  const file = openSync(path, "r+");
  try {
    const { size: sizeNow } = fstatSync(file);
    const from = Math.max(0, sizeNow - bytesMax);
    const kept = readFrom(file, from, bytesMax);
    const note = from === 0 ? "" : noteOf(from);
    // What came while we read and wrote is read again before it goes.
    const older = `${path}.1`;
    writeFileSync(`${older}.part`, Buffer.concat([Buffer.from(note), kept]), { mode: 0o600 });
    const late = readFrom(file, from + kept.byteLength, bytesMax);
    ftruncateSync(file, 0);
    if (late.byteLength > 0) writeFileSync(`${older}.part`, late, { flag: "a" });
    renameSync(`${older}.part`, older);
    return { size: 0, isCut: true };
  } finally {
    closeSync(file);
  }
}

/** Until the next look at a file that had `sizeBefore` at the last one. */
export function nextLookMs(sizeBefore: number, { isCut, size }: OutputLook, bytesMax: number = OUTPUT_BYTES_MAX): number {
  return isCut || size - sizeBefore > bytesMax / 8 ? FLOOD_LOOK_MS : CALM_LOOK_MS;
}

function noteOf(bytes: number): string {
  return `[interlock] ${bytes} bytes before this were printed faster than they are kept.\n`;
}

/** Where the older of the two files begins: bytes of the program before it that were not kept, and bytes of it that are not the program's. */
export function beginningOf(older: string): { readonly notKept: number; readonly noteBytes: number } {
  const notKept = Number(/^\[interlock\] (\d+) bytes before this were/.exec(older)?.[1] ?? 0);
  return { notKept, noteBytes: notKept === 0 ? 0 : noteOf(notKept).length };
}

/** Bytes of a file from `offset` on, at most so many. */
export function readFrom(file: number, offset: number, bytesMax: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, Math.min(bytesMax, fstatSync(file).size - offset)));
  const read = readSync(file, buffer, 0, buffer.byteLength, offset);
  return buffer.subarray(0, read);
}

/** Size of a file, 0 where there is none that can be read. */
export function sizeOf(path: string): number {
  return lookAt(path)?.size ?? 0;
}

/** What the system says of a file; undefined where there is none that can be read. */
export function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
