/**
 * One reader of the live tap. Entries are gathered and written at most ten times a second as one `entries` event; `heartbeat` each second otherwise quiet.
 *
 * Bound: at most `PENDING_MAX` entries wait for a slow reader; then the oldest go, so that it sees the newest, and are counted in `dropped` together with what
 * the proxies did not send.
 */
import type { TapEntry } from "../../model/index.ts";
import type { CancelTimer, Clock } from "../../std/index.ts";
import type { StreamSink } from "./frame-writer.ts";

const FLUSH_MS = 100;
const HEARTBEAT_MS = 1_000;
const PENDING_MAX = 1_000;

export interface TapFeedOptions {
  readonly sink: StreamSink;
  readonly clock: Clock;
  /** Proxies that are asked. */
  readonly proxies: () => number;
}

/** Writes entries to one reader until it is closed. */
export class TapFeed {
  readonly #options: TapFeedOptions;
  readonly #timers: readonly CancelTimer[];
  #pending: TapEntry[] = [];
  #dropped = 0;
  #wroteMs: number;

  constructor(options: TapFeedOptions) {
    const { clock } = options;
    this.#options = options;
    this.#wroteMs = clock.monotonicMs();
    this.#timers = [clock.every(FLUSH_MS, () => this.#flush()), clock.every(HEARTBEAT_MS, () => this.#beat())];
    // At once, so that a reader knows that it is connected.
    this.#write("heartbeat", { proxies: options.proxies() });
  }

  take(entries: readonly TapEntry[], dropped: number): void {
    this.#dropped += dropped;
    this.#pending.push(...entries);
    const over = this.#pending.length - PENDING_MAX;
    if (over <= 0) return;
    this.#pending.splice(0, over);
    this.#dropped += over;
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
  }

  #flush(): void {
    if (this.#options.sink.full || (this.#pending.length === 0 && this.#dropped === 0)) return;
    const entries = this.#pending;
    const dropped = this.#dropped;
    this.#pending = [];
    this.#dropped = 0;
    this.#write("entries", { entries, dropped });
  }

  #beat(): void {
    const { clock, proxies, sink } = this.#options;
    if (!sink.full && clock.monotonicMs() - this.#wroteMs >= HEARTBEAT_MS / 2) this.#write("heartbeat", { proxies: proxies() });
  }

  #write(event: string, data: object): void {
    const { clock, sink } = this.#options;
    this.#wroteMs = clock.monotonicMs();
    const at = new Date(clock.wallMs()).toISOString();
    sink.write(Buffer.from(`event: ${event}\ndata: ${JSON.stringify({ at, ...data })}\n\n`));
  }
}
