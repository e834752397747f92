import type { CancelTimer, Clock } from "../std/index.ts";

/** The clock of browser and command line. Its timers do keep a Node process alive: a stream that is waiting to reconnect is work. */
export function createTimerClock(): Clock {
  return {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after: (delayMs, task) => cancelling(setTimeout(task, delayMs)),
    every(periodMs, task) {
      const timer = setInterval(task, periodMs);
      return () => clearInterval(timer);
    },
  };
}

function cancelling(timer: ReturnType<typeof setTimeout>): CancelTimer {
  return () => clearTimeout(timer);
}
