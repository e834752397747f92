/**
 * `events.head`: one line, `<seq as 16 digits> <hash>\n`, naming the last acknowledged entry. It is overwritten in place after each commit, without
 * fsync: it survives the death of the process, and after a power cut it may be older than the log but never newer. So a log that does
 * not contain the named entry has lost acknowledged changes.
 */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { ChainEnd } from "./hash-chain.ts";

const LINE = /^(\d{16}) ([0-9a-f]{64})\n$/;

/** What the file says: an entry, nothing yet, or something that nobody wrote. */
export type HeadReading = { readonly kind: "named"; readonly head: ChainEnd } | { readonly kind: "absent" } | { readonly kind: "damaged" };

/** Reads `path`; a file that is missing or empty is absent. */
export function readHead(path: string): HeadReading {
  let text: string;
  try {
    text = readFileSync(path, "latin1");
  } catch (cause) {
    return (cause as { code?: string }).code === "ENOENT" ? { kind: "absent" } : { kind: "damaged" };
  }
  if (text === "") return { kind: "absent" };
  const line = LINE.exec(text);
  if (line === null) return { kind: "damaged" };
  return { kind: "named", head: { seq: Number(line[1]), hash: line[2] as string } };
}

/** Writes the line again and again; owns the open file. */
export interface HeadFile {
  write(head: ChainEnd): void;
  close(): void;
}

/** Opens `path` for writing and writes `head` durably, so that later lines only replace bytes that exist. */
export function openHead(path: string, head: ChainEnd): HeadFile {
  const file = openSync(path, "w", 0o600);
  const write = (next: ChainEnd): void => {
    writeSync(file, `${String(next.seq).padStart(16, "0")} ${next.hash}\n`, 0, "latin1");
  };
  write(head);
  fsyncSync(file);
  return { write, close: () => closeSync(file) };
}
