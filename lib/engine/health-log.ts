import { type CancelTimer, type Clock, RingBuffer } from "../std/index.ts";
import type { HealthEvent } from "./views.ts";

/** How many events outside the log are remembered. */
const HEALTH_EVENTS_MAX = 256;

/** What happened outside the event log: leases, proxies, limits. Bounded; the oldest go first. */
export interface HealthLog {
  add(kind: HealthEvent["kind"], subject: string, sentence: string): void;
  /** Oldest first. */
  list(): readonly HealthEvent[];
  watch(listener: (event: HealthEvent) => void): CancelTimer;
}

export function createHealthLog(clock: Clock): HealthLog {
  const events = new RingBuffer<HealthEvent>(HEALTH_EVENTS_MAX);
  const listeners = new Set<(event: HealthEvent) => void>();
  return {
    add(kind, subject, sentence) {
      const event = { at: new Date(clock.wallMs()).toISOString(), kind, subject, sentence };
      events.push(event);
      for (const listener of listeners) listener(event);
    },
    list: () => [...events],
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
