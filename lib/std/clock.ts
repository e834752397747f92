/** Stops a timer; calling it again does nothing. */
export type CancelTimer = () => void;

/**
 * Time as the core sees it. Leases and deadlines use `monotonicMs`, which never jumps; `wallMs` is for showing to people.
 * Timers come from here only, so that a test can move time by hand.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start, fractional, never going back. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs` (0 to 2^31-1). Does not keep the process alive. */
  after(delayMs: number, task: () => void): CancelTimer;
  /** Runs `task` every `periodMs`. Does not keep the process alive. */
  every(periodMs: number, task: () => void): CancelTimer;
}
