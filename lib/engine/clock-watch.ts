/**
 * Whether the wall clock was set between two changes, so that the times in the log do not lie unnoticed (RELIABILITY 12).
 *
 * Within one run of the engine the monotonic clock tells how much time has passed; a wall clock that moved by more or less was set. Across runs only a
 * clock that went back is seen: the newest change is then later than now. What is found stands in the entry itself, under its hash.
 */
import type { Clock } from "../std/index.ts";

/** Correction by NTP stays below this. */
const TOLERANCE_MS = 2_000;

export class ClockWatch {
  readonly #clock: Pick<Clock, "wallMs" | "monotonicMs">;
  #wallMs: number;
  #monotonicMs: number;
  #newestMs: number;

  /** `newestAt`: time of the newest change in the log; undefined where there is none. */
  constructor(clock: Pick<Clock, "wallMs" | "monotonicMs">, newestAt: string | undefined) {
    this.#clock = clock;
    this.#wallMs = clock.wallMs();
    this.#monotonicMs = clock.monotonicMs();
    this.#newestMs = newestAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(newestAt);
  }

  /** By how much the clock was set since the newest change: negative for back; null where it was not, as far as can be seen. */
  step(): number | null {
    const wallMs = this.#clock.wallMs();
    const moved = wallMs - this.#wallMs - (this.#clock.monotonicMs() - this.#monotonicMs);
    const stepMs = Math.abs(moved) > TOLERANCE_MS ? Math.round(moved) : 0;
    const backMs = wallMs - this.#newestMs;
    if (backMs < -TOLERANCE_MS) return Math.min(stepMs, Math.round(backMs));
    return stepMs === 0 ? null : stepMs;
  }

  /** A change was written now. */
  written(): void {
    this.#wallMs = this.#clock.wallMs();
    this.#monotonicMs = this.#clock.monotonicMs();
    this.#newestMs = this.#wallMs;
  }
}
