/**
 * The engine's end of the live tap: who watches with which filter. Proxies are asked to send entries only while somebody watches (`tap-start`, `tap-stop`); one
 * that connects later is asked then. Each watcher is a tap of its own, so the filter runs at the proxies and nothing that nobody wants crosses the socket.
 *
 * Bound: `TAPS_MAX` watchers. What proxies drop beyond their rate comes along as a count and is never silent.
 */
import type { EngineMessage, TapEntry, TapFilter } from "../model/index.ts";
import type { CancelTimer } from "../std/index.ts";

/** Watchers at the same time: each costs every proxy a look at every request. */
export const TAPS_MAX = 16;

/** Requests that ended, and how many more there were. */
export type TapListener = (entries: readonly TapEntry[], dropped: number) => void;

interface Tap {
  readonly filter: TapFilter;
  readonly listener: TapListener;
}

/** Taps by id, and what proxies are told of them. */
export class TapDesk {
  readonly #broadcast: (message: EngineMessage) => void;
  readonly #taps = new Map<string, Tap>();
  #opened = 0;

  constructor(broadcast: (message: EngineMessage) => void) {
    this.#broadcast = broadcast;
  }

  /** Starts a tap; null when there are too many. */
  open(filter: TapFilter, listener: TapListener): CancelTimer | null {
    if (this.#taps.size >= TAPS_MAX) return null;
    const tapId = `tap-${++this.#opened}`;
    this.#taps.set(tapId, { filter, listener });
    this.#broadcast({ kind: "tap-start", tapId, filter });
    return () => {
      if (this.#taps.delete(tapId)) this.#broadcast({ kind: "tap-stop", tapId });
    };
  }

  /** A proxy connected. */
  welcome(send: (message: EngineMessage) => void): void {
    for (const [tapId, { filter }] of this.#taps) send({ kind: "tap-start", tapId, filter });
  }

  /** Entries of a proxy; those of a tap that has just ended go nowhere. */
  take(tapId: string, entries: readonly TapEntry[], dropped: number): void {
    this.#taps.get(tapId)?.listener(entries, dropped);
  }

  get size(): number {
    return this.#taps.size;
  }
}
