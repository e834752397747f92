/**
 * `<data>/proxy-<node>/access.log`: one JSON object per line, newest last, written off the request path in batches.
 *
 * Bounds: `FILE_BYTES_MAX` per file, then `access.log` becomes `access.log.1` and so on, `FILES_KEPT` old ones; at most `BUFFER_BYTES_MAX` wait for the disk, what
 * comes beyond is dropped and a line `{"atMs":…,"dropped":n}` says how many. A disk that refuses costs lines, never requests; it is said once until it works again.
 */
import { appendFile, rename, stat } from "node:fs/promises";
import type { CancelTimer, Clock } from "../std/index.ts";
import type { AccessLogLine } from "./access-log.ts";

const FLUSH_MS = 250;
const FILE_BYTES_MAX = 8 * 1024 * 1024;
const FILES_KEPT = 4;
const BUFFER_BYTES_MAX = 4 * 1024 * 1024;

export interface AccessLogFileOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly fileBytesMax?: number;
  readonly bufferBytesMax?: number;
}

/** Lines in, files out. */
export class AccessLogFile {
  readonly #options: AccessLogFileOptions;
  readonly #cancel: CancelTimer;
  #lines: string[] = [];
  #buffered = 0;
  #dropped = 0;
  #fileBytes: number | null = null;
  #isFailing = false;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;

  constructor(options: AccessLogFileOptions) {
    this.#options = options;
    this.#cancel = options.clock.every(FLUSH_MS, () => {
      // A slow disk gets one batch at a time; the next one grows meanwhile.
      if (!this.#isWriting) void this.flush();
    });
  }

  write(line: AccessLogLine): void {
    this.#add(JSON.stringify(line));
  }

  /** Writes what waits; resolves when it is written, or lost with a word about it. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeBatch());
    return this.#writing;
  }

  async close(): Promise<void> {
    this.#cancel();
    await this.flush();
  }

  #add(text: string): void {
    if (this.#buffered + text.length > (this.#options.bufferBytesMax ?? BUFFER_BYTES_MAX)) {
      this.#dropped++;
      return;
    }
    this.#lines.push(text);
    this.#buffered += text.length + 1;
  }

  async #writeBatch(): Promise<void> {
    if (this.#dropped > 0) this.#lines.push(JSON.stringify({ atMs: this.#options.clock.wallMs(), dropped: this.#dropped }));
    if (this.#lines.length === 0) return;
    const batch = Buffer.from(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
    this.#buffered = 0;
    this.#dropped = 0;
    this.#isWriting = true;
    try {
      await this.#rotateFor(batch.length);
      await appendFile(this.#options.path, batch, { mode: 0o600 });
      this.#fileBytes = (this.#fileBytes ?? 0) + batch.length;
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.log(`access log: ${(error as Error).message}; lines are lost until it can be written again`);
      this.#isFailing = true;
      this.#fileBytes = null;
    } finally {
      this.#isWriting = false;
    }
  }

  async #rotateFor(bytes: number): Promise<void> {
    const { fileBytesMax = FILE_BYTES_MAX, path } = this.#options;
    this.#fileBytes ??= await sizeOf(path);
    if (this.#fileBytes === 0 || this.#fileBytes + bytes <= fileBytesMax) return;
    for (let number = FILES_KEPT; number > 0; number--) {
      await rename(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`).catch(ignoreMissing);
    }
    this.#fileBytes = 0;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    ignoreMissing(error);
    return 0;
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
