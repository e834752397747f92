import type { Clock } from "../std/index.ts";

export interface WaitOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Called by whoever changes what is waited for. */
  readonly waiters: Set<() => void>;
}

/** Resolves true once `holds` is true, looked at whenever a waiter is called; false after `timeoutMs`. */
export function waitUntil(holds: () => boolean, { clock, timeoutMs, waiters }: WaitOptions): Promise<boolean> {
  if (holds()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (outcome: boolean) => {
      waiters.delete(check);
      cancel();
      resolve(outcome);
    };
    const check = () => {
      if (holds()) finish(true);
    };
    const cancel = clock.after(timeoutMs, () => finish(false));
    waiters.add(check);
  });
}
