/**
 * Sheds load when the proxy itself cannot keep up: the event loop comes round late, so every answer waits. After CoDel (K. Nichols and
 * V. Jacobson, "Controlling queue delay", ACM Queue 10(5), 2012): not a late round but the least lateness of a whole interval tells that there
 * is a standing queue, so a single long task sheds nothing.
 *
 * In: how late each round was, and how busy the loop. Out: the share of new requests to refuse. A loop that is late but not busy waits for a
 * processor that others have: refusing requests would not help.
 * States: calm; shedding. Every interval of 200 ms: the least lateness above the target twice in a row raises the share, by more the later it
 * is, up to 0.95; else the share falls by a third, and to 0 under 0.02. No timers, no I/O, time from arguments.
 */
import type { Random } from "../../std/index.ts";

const INTERVAL_MS = 200;
const ROUNDS_MIN = 3;
const SHARE_MAX = 0.95;
const SHARE_MIN = 0.02;
const BUSY_MIN = 0.8;
const STEP = 0.1;
const STEP_MAX = 0.4;
const CALM_MS = 1_000;

export class LoadShedder {
  readonly #targetMs: number;
  readonly #random: Random;
  #share = 0;
  #leastMs = Number.POSITIVE_INFINITY;
  #rounds = 0;
  #endsMs = Number.NEGATIVE_INFINITY;
  #lateIntervals = 0;
  #shedAtMs = Number.NEGATIVE_INFINITY;
  #lastShare = 0;

  constructor(targetMs: number, random: Random) {
    this.#targetMs = targetMs;
    this.#random = random;
  }

  /** Part of the new requests that is refused now. */
  get share(): number {
    return this.#share;
  }

  /** A round of the loop came `lateMs` after it was due; since the last one it was busy for this part of the time, 0 to 1. */
  observe(lateMs: number, busy: number, nowMs: number): void {
    this.#leastMs = Math.min(this.#leastMs, busy < BUSY_MIN ? 0 : lateMs);
    this.#rounds++;
    if (nowMs < this.#endsMs || this.#rounds < ROUNDS_MIN) return;
    this.#close();
    this.#leastMs = Number.POSITIVE_INFINITY;
    this.#rounds = 0;
    this.#endsMs = nowMs + INTERVAL_MS;
  }

  /** Whether this new request is to be refused. */
  sheds(nowMs: number): boolean {
    if (this.#share === 0 || this.#random.nextUint32() / 0x1_0000_0000 >= this.#share) return false;
    this.#shedAtMs = nowMs;
    this.#lastShare = this.#share;
    return true;
  }

  /** Whether requests were refused within the last second, and which part of them. */
  state(nowMs: number): { readonly isShedding: boolean; readonly share: number } {
    return { isShedding: nowMs - this.#shedAtMs < CALM_MS, share: this.#lastShare };
  }

  #close(): void {
    if (this.#leastMs <= this.#targetMs) {
      this.#lateIntervals = 0;
      this.#share *= 2 / 3;
      if (this.#share < SHARE_MIN) this.#share = 0;
      return;
    }
    this.#lateIntervals++;
    if (this.#lateIntervals < 2) return;
    this.#share = Math.min(SHARE_MAX, this.#share + Math.min(STEP_MAX, (STEP * this.#leastMs) / this.#targetMs));
  }
}
