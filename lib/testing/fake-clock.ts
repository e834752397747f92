import type { CancelTimer, Clock } from "../std/index.ts";

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /** Moves both clocks on by `ms`, running due timers in order of their time; a timer set on the way runs too when it falls due. */
  advance(ms: number): void;
  /** Both clocks move on by `ms` while the process stands still (SIGSTOP): timers that fell due run late, once each, with the next `advance`. */
  freeze(ms: number): void;
  /** Sets the wall clock forward or back, as an administrator or NTP would; the monotonic clock and the timers do not notice. */
  jumpWall(ms: number): void;
  /** Number of timers waiting, to show that nothing is left behind. */
  readonly pendingTimers: number;
}

interface Timer {
  dueMs: number;
  readonly order: number;
  readonly periodMs: number | null;
  readonly task: () => void;
}

/** A clock for tests, starting at 2026-01-01T00:00:00Z unless `wallMs` says otherwise, and at `monotonicMs` (default 0). */
export function createFakeClock(start: { readonly wallMs?: number; readonly monotonicMs?: number } = {}): FakeClock {
  let wallMs = start.wallMs ?? Date.UTC(2026, 0, 1);
  let monotonicMs = start.monotonicMs ?? 0;
  let order = 0;
  const timers = new Set<Timer>();

  function add(delayMs: number, periodMs: number | null, task: () => void): CancelTimer {
    const timer: Timer = { dueMs: monotonicMs + Math.max(0, delayMs), order: order++, periodMs, task };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  function nextDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs > untilMs) continue;
      if (next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
    }
    return next;
  }

  function moveTo(toMs: number): void {
    wallMs += toMs - monotonicMs;
    monotonicMs = toMs;
  }

  return {
    wallMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    after: (delayMs, task) => add(delayMs, null, task),
    every: (periodMs, task) => add(periodMs, Math.max(1, periodMs), task),
    advance(ms) {
      const untilMs = monotonicMs + ms;
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        moveTo(Math.max(monotonicMs, timer.dueMs));
        if (timer.periodMs === null) timers.delete(timer);
        else timer.dueMs = Math.max(timer.dueMs, monotonicMs) + timer.periodMs;
        timer.task();
      }
      moveTo(untilMs);
    },
    freeze(ms) {
      moveTo(monotonicMs + ms);
    },
    jumpWall(ms) {
      wallMs += ms;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}
