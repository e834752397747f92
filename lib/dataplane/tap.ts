/**
 * The proxy's end of the live tap. While the engine asks for it, entries that pass a filter are gathered and handed over five times a second.
 *
 * Bounds: at most `ENTRIES_PER_SECOND_MAX` entries per second and tap; what is beyond is counted in `dropped`, and that number is part of what is handed over. At
 * most `TAPS_MAX` taps. Where the link does not take more, entries are dropped and counted, never queued. Without a tap there is no timer and no work.
 */
import type { ProxyMessage, TapEntry, TapFilter } from "../model/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import type { RequestWatcher } from "./access-log.ts";
import { passesTap } from "./tap-filter.ts";

/** Entries of one tap per second. */
export const ENTRIES_PER_SECOND_MAX = 500;
const FLUSH_MS = 200;
const ENTRIES_PER_FLUSH_MAX = (ENTRIES_PER_SECOND_MAX * FLUSH_MS) / 1_000;
/** The engine allows fewer; beyond, a tap is not started. */
const TAPS_MAX = 32;

interface Tap {
  readonly filter: TapFilter;
  entries: TapEntry[];
  dropped: number;
}

export type TapMessage = Extract<ProxyMessage, { readonly kind: "tap" }>;

/** The taps that run on this proxy. */
export class ProxyTaps implements RequestWatcher {
  /** Whether any tap runs. */
  isWatched = false;
  readonly #clock: Clock;
  readonly #taps = new Map<string, Tap>();
  #send: (message: TapMessage) => boolean = () => false;
  #cancel: CancelTimer = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where batches go; the function says whether the link took one. */
  sendTo(send: (message: TapMessage) => boolean): void {
    this.#send = send;
  }

  start(tapId: string, filter: TapFilter): void {
    if (this.#taps.size >= TAPS_MAX && !this.#taps.has(tapId)) return;
    if (this.#taps.size === 0) this.#cancel = this.#clock.every(FLUSH_MS, () => this.#flush());
    this.#taps.set(tapId, { filter, entries: [], dropped: 0 });
    this.isWatched = true;
  }

  stop(tapId: string): void {
    this.#taps.delete(tapId);
    if (this.#taps.size === 0) this.stopAll();
  }

  /** The engine is gone, and with it whoever watched. */
  stopAll(): void {
    this.#cancel();
    this.#taps.clear();
    this.isWatched = false;
  }

  offer(entry: TapEntry): void {
    for (const tap of this.#taps.values()) {
      if (!passesTap(tap.filter, entry)) continue;
      if (tap.entries.length < ENTRIES_PER_FLUSH_MAX) tap.entries.push(entry);
      else tap.dropped++;
    }
  }

  #flush(): void {
    for (const [tapId, tap] of this.#taps) {
      const { dropped, entries } = tap;
      if (entries.length === 0 && dropped === 0) continue;
      tap.entries = [];
      tap.dropped = 0;
      if (!this.#send({ kind: "tap", tapId, entries, dropped })) tap.dropped = dropped + entries.length;
    }
  }
}
