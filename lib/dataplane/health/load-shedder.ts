/**
 * Sheds load when the proxy itself cannot keep up: the event loop comes round late, so every answer waits. After CoDel (K. Nichols and
 * V. Jacobson, "Controlling queue delay", ACM Queue 10(5), 2012): not a late round but the least lateness of a whole interval tells that there
 * is a standing queue, so a single long task sheds nothing.
 *
 * In: how late each round was, how busy the loop, and how much of a processor it had. Out: the share of new requests to refuse. A loop that is late
 * but not busy waits for a processor that others have: refusing requests would not help. One that counts as busy and has little of a processor was
 * interrupted in its work by others; that passes on its own mostly, so it is waited for longer before anybody is refused.
 * States: calm; shedding. Every interval of 200 ms: the least lateness above the target twice in a row (for `STARVED_MS` where others have the
 * processor) raises the share, by more the later it is, up to 0.95; else the share falls by a third, and to 0 under 0.02. No timers, no I/O, time from
 * arguments.
 */
import type { Random } from "../../std/index.ts";

const INTERVAL_MS = 200;
const ROUNDS_MIN = 3;
const SHARE_MAX = 0.95;
const SHARE_MIN = 0.02;
const BUSY_MIN = 0.8;
const STARVED_MS = 5_000;
const STEP = 0.1;
const STEP_MAX = 0.4;
const CALM_MS = 1_000;

/** Parts of the time since the last round, 0 to 1. */
export interface LoopLoad {
  /** The loop had something to do, whether it was let or not. */
  readonly busy: number;
  /** It was on a processor. */
  readonly onCpu: number;
}

export class LoadShedder {
  readonly #targetMs: number;
  readonly #random: Random;
  #share = 0;
  #leastMs = Number.POSITIVE_INFINITY;
  #rounds = 0;
  #endsMs = Number.NEGATIVE_INFINITY;
  #lateIntervals = 0;
  #lateSinceMs = 0;
  #onCpu = 0;
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

  /** A round of the loop came `lateMs` after it was due. */
  observe(lateMs: number, { busy, onCpu }: LoopLoad, nowMs: number): void {
    this.#leastMs = Math.min(this.#leastMs, busy < BUSY_MIN ? 0 : lateMs);
    this.#onCpu += onCpu;
    this.#rounds++;
    if (nowMs < this.#endsMs || this.#rounds < ROUNDS_MIN) return;
    this.#close(nowMs);
    this.#leastMs = Number.POSITIVE_INFINITY;
    this.#rounds = 0;
    this.#onCpu = 0;
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

  #close(nowMs: number): void {
    if (this.#leastMs <= this.#targetMs) {
      this.#lateIntervals = 0;
      this.#share *= 2 / 3;
      if (this.#share < SHARE_MIN) this.#share = 0;
      return;
    }
    if (this.#lateIntervals === 0) this.#lateSinceMs = nowMs;
    this.#lateIntervals++;
    const isStarved = this.#onCpu / this.#rounds < BUSY_MIN;
    if (this.#lateIntervals < 2 || (isStarved && nowMs - this.#lateSinceMs < STARVED_MS)) return;
    this.#share = Math.min(SHARE_MAX, this.#share + Math.min(STEP_MAX, (STEP * this.#leastMs) / this.#targetMs));
  }
}
