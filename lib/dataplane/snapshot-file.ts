/**
 * The last good snapshot on disk, from which the proxy serves before (or without) the engine.
 * Format: one line of JSON, `{"format":1,"sha256":…,"snapshot":…}`; the hash is over the JSON text of the snapshot, so that a
 * damaged file is refused rather than believed. Invariants: the file is replaced whole; a write that fails costs no traffic, is tried again
 * until it succeeds, and is logged once, as is its end: a full disk does not fill with complaints about itself.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Snapshot } from "../model/index.ts";
import { type CancelTimer, type Clock, err, ok, type Result } from "../std/index.ts";
import { writeDurably } from "./durable-file.ts";
import { parseSnapshot } from "./engine-message.ts";

const FORMAT = 1;
/** Under a storm of changes the file follows at this distance; the next start asks the engine anyway. */
const WRITE_EVERY_MS = 250;
/** After a write that failed. */
const WRITE_AGAIN_MS = 5_000;

/** Reads the file; null where there is none, the reason where it cannot be believed. */
export async function loadSnapshot(path: string): Promise<Result<Snapshot | null, string>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? ok(null) : err(message);
  }
  try {
    const file = JSON.parse(text) as { format?: unknown; sha256?: unknown; snapshot?: unknown } | null;
    if (file?.format !== FORMAT) return err(`its format is not ${FORMAT}`);
    if (file.sha256 !== hashOf(JSON.stringify(file.snapshot))) return err("its content does not fit its hash");
    return parseSnapshot(file.snapshot);
  } catch {
    return err("it is not JSON");
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Keeps the file up with the configuration in force. */
export class SnapshotFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #current: () => Snapshot | null;
  #isStale = false;
  #isScheduled = false;
  #isFailing = false;
  #cancelAgain: CancelTimer = () => {};
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, current: () => Snapshot | null, clock: Clock, log: (line: string) => void) {
    this.#path = path;
    this.#current = current;
    this.#clock = clock;
    this.#log = log;
  }

  /** The configuration changed: write it soon. */
  save(): void {
    this.#isStale = true;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    void this.flush();
    this.#clock.after(WRITE_EVERY_MS, () => {
      this.#isScheduled = false;
      // While writes fail, they are tried again at their own distance.
      if (this.#isStale && !this.#isFailing) this.save();
    });
  }

  /** Resolves once the file is as new as the configuration was at the call, or could not be written. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const snapshot = this.#current();
    if (!this.#isStale || snapshot === null) return;
    this.#isStale = false;
    const text = JSON.stringify(snapshot);
    try {
      await writeDurably(this.#path, `{"format":${FORMAT},"sha256":"${hashOf(text)}","snapshot":${text}}\n`);
      if (this.#isFailing) this.#log("the snapshot is kept on disk again");
      this.#isFailing = false;
    } catch (error) {
      this.#isStale = true;
      if (!this.#isFailing) this.#log(`the snapshot could not be kept on disk: ${String(error)}`);
      this.#isFailing = true;
      this.#cancelAgain();
      this.#cancelAgain = this.#clock.after(WRITE_AGAIN_MS, () => void this.flush());
    }
  }
}
