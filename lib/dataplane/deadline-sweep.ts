import type { CancelTimer, Clock } from "../std/index.ts";

/** Something that must not stay as it is beyond `deadlineMs` (monotonic; Infinity: no deadline). */
export interface Deadlined {
  deadlineMs: number;
  /** Called once the deadline has passed; must move the deadline or leave the sweep. */
  onDeadline(): void;
}

/**
 * All timeouts on one coarse timer: moving a deadline is one assignment, which a request does several times, and every `periodMs`
 * all members are looked at, so a deadline fires late by at most that. `nowMs` is the time of the last look, for deadlines that need
 * no better.
 */
export class DeadlineSweep {
  nowMs: number;
  readonly #clock: Clock;
  readonly #members = new Set<Deadlined>();
  readonly #cancel: CancelTimer;
  readonly #onError: (error: unknown) => void;

  constructor(clock: Clock, periodMs: number, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
    this.nowMs = clock.monotonicMs();
    this.#cancel = clock.every(periodMs, () => this.#look());
  }

  add(member: Deadlined): void {
    this.#members.add(member);
  }

  remove(member: Deadlined): void {
    this.#members.delete(member);
  }

  get size(): number {
    return this.#members.size;
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    this.nowMs = this.#clock.monotonicMs();
    for (const member of this.#members) {
      if (member.deadlineMs > this.nowMs) continue;
      try {
        member.onDeadline();
      } catch (error) {
        this.#members.delete(member);
        this.#onError(error);
      }
    }
  }
}
