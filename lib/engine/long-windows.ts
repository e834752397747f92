/**
 * Sums over windows longer than what is kept in memory. Each is a query of what is stored, so it is kept for a twentieth of its window, and one look spends only so much time on them: what is
 * left for the next look stays as it was, or has no data yet.
 */
import { type MetricSubject, subjectText } from "../policy/index.ts";
import type { Clock } from "../std/index.ts";
import type { SeriesSelector, TelemetryStore } from "../telemetry/index.ts";

/** Requests of a subject, and those that failed. */
export interface Counted {
  readonly requests: number;
  readonly failed: number;
}

interface LongWindowsParts {
  readonly clock: Clock;
  readonly telemetry: Pick<TelemetryStore, "series">;
}

const DAY_MS = 86_400_000;
const KEPT_MS_MAX = 30_000;
const KEPT_MAX = 20_000;
/** With some hundred services all sums together take half a second. */
const SPENT_MS_MAX = 25;

export class LongWindows {
  readonly #parts: LongWindowsParts;
  readonly #kept = new Map<string, { readonly untilMs: number; readonly counted: Counted }>();

  /** Those whose time a look did not have: they come before any that was read since. */
  readonly #behind = new Set<string>();
  #hasRead = false;
  #hasRefused = false;

  constructor(parts: LongWindowsParts) {
    this.#parts = parts;
  }

  /** The sums of one look; null: no subject that is counted, or no data yet. */
  look(): (subject: MetricSubject, windowMs: number) => Counted | null {
    // What nobody asks for any more holds nobody up.
    if (this.#hasRefused && !this.#hasRead) this.#behind.clear();
    [this.#hasRead, this.#hasRefused] = [false, false];
    const isCatchingUp = this.#behind.size > 0;
    let spentMs = 0;
    return (subject, windowMs) => {
      const selector = selectorOf(subject);
      if (selector === null) return null;
      const key = `${subjectText(subject)} ${windowMs}`;
      const fromMs = this.#parts.clock.monotonicMs();
      const kept = this.#kept.get(key);
      if (kept !== undefined && fromMs < kept.untilMs) return kept.counted;
      const isSpent = spentMs >= SPENT_MS_MAX;
      if (isSpent || (isCatchingUp && !this.#behind.has(key))) {
        if (!isCatchingUp) this.#behind.add(key);
        this.#hasRefused = true;
        return kept?.counted ?? null;
      }
      const counted = this.#count(selector, windowMs);
      if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
      this.#kept.set(key, { untilMs: fromMs + Math.min(KEPT_MS_MAX, windowMs / 20), counted });
      this.#behind.delete(key);
      this.#hasRead = true;
      spentMs += this.#parts.clock.monotonicMs() - fromMs;
      return counted;
    };
  }

  #count(selector: SeriesSelector, windowMs: number): Counted {
    const toMs = this.#parts.clock.wallMs();
    return countedIn(this.#parts.telemetry.series(selector, toMs - windowMs, toMs, stepOf(windowMs)));
  }
}

/** All of a series together. */
export function countedIn(bins: Iterable<Counted>): Counted {
  const sum = { requests: 0, failed: 0 };
  for (const { failed, requests } of bins) {
    sum.requests += requests;
    sum.failed += failed;
  }
  return sum;
}

/** The resolution that reaches far enough back. */
function stepOf(windowMs: number): number {
  if (windowMs <= 3_600_000) return 2_000;
  return windowMs <= DAY_MS ? 15_000 : 300_000;
}

/** Which stored series a subject is; null for the whole mesh. */
export function selectorOf(subject: MetricSubject): SeriesSelector | null {
  switch (subject.kind) {
    case "mesh":
      return null;
    case "service":
      return { calleeService: subject.service };
    case "version":
      return { calleeService: subject.service, calleeVersion: subject.version };
    case "edge": {
      const { callee, caller } = subject;
      return {
        calleeService: callee.service,
        callerService: caller.service,
        ...(callee.version === undefined ? {} : { calleeVersion: callee.version }),
        ...(caller.version === undefined ? {} : { callerVersion: caller.version }),
      };
    }
  }
}
