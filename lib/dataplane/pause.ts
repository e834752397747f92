import type { CancelTimer, Clock } from "../std/index.ts";

/** Goes on after a while; what then goes wrong is told, so that it fails one request and not the process. */
export function pause(
  clock: Clock,
  durationMs: number,
  { next, onError }: { readonly next: () => void; readonly onError: (error: unknown) => void },
): CancelTimer {
  return clock.after(durationMs, () => {
    try {
      next();
    } catch (error) {
      onError(error);
    }
  });
}
