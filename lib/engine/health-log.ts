import { type CancelTimer, type Clock, RingBuffer } from "../std/index.ts";
import type { HealthFacts } from "./instance-watch.ts";
import type { HealthEvent } from "./views.ts";

/** How many events outside the log are remembered. */
const HEALTH_EVENTS_MAX = 256;

/** What happened outside the event log: leases, proxies, limits. Bounded; the oldest go first. */
export interface HealthLog {
  /** `facts`: what it concerns, and of a proxy's decision what it said. */
  add(kind: HealthEvent["kind"], subject: string, sentence: string, facts?: HealthFacts): void;
  /** Oldest first. */
  list(): readonly HealthEvent[];
  /** Events by kind since the start, those no longer listed included. */
  counts(): ReadonlyMap<HealthEvent["kind"], number>;
  watch(listener: (event: HealthEvent) => void): CancelTimer;
}

export function createHealthLog(clock: Clock): HealthLog {
  const events = new RingBuffer<HealthEvent>(HEALTH_EVENTS_MAX);
  const counts = new Map<HealthEvent["kind"], number>();
  const listeners = new Set<(event: HealthEvent) => void>();
  return {
    add(kind, subject, sentence, facts = {}) {
      const event = { at: new Date(clock.wallMs()).toISOString(), kind, subject, sentence, ...facts };
      events.push(event);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      for (const listener of listeners) listener(event);
    },
    list: () => [...events],
    counts: () => counts,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
