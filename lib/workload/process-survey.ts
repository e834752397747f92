/**
 * Looks at the processes of this machine for all programs of an agent together: each look reads something of every process, so one look per program makes
 * the end of many programs quadratic, and nothing else gets its turn meanwhile.
 *
 * Invariant: a look begins after it was asked for, so that it shows what had happened by then.
 */
import type { Clock } from "../std/index.ts";
import type { MarkLook } from "./life-marks.ts";

/** Between two looks, so that others get their turn. */
const BETWEEN_MS = 20;

export class ProcessSurvey {
  readonly #clock: Clock;
  readonly #look: () => MarkLook;
  #next: Promise<MarkLook> | null = null;
  #notBeforeMs = 0;

  constructor(clock: Clock, look: () => MarkLook) {
    this.#clock = clock;
    this.#look = look;
  }

  /** The next look, the same for all who ask before it begins. */
  next(): Promise<MarkLook> {
    this.#next ??= new Promise((resolve) => {
      const waitMs = Math.max(0, this.#notBeforeMs - this.#clock.monotonicMs());
      this.#clock.after(waitMs, () => {
        this.#next = null;
        const seen = this.#look();
        this.#notBeforeMs = this.#clock.monotonicMs() + BETWEEN_MS;
        resolve(seen);
      });
    });
    return this.#next;
  }
}
