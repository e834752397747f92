/**
 * Keeps what people are told down to what they can read: a flapping instance is one event with a count, not a hundred.
 *
 * A subject is one thing that goes back and forth: ejection, checks, breaker, failover, panic or shedding of one instance or version.
 * States of a subject: quiet (the next change is told at once); held (told a moment ago: a change waits until the hold is over, 1 s at first,
 * doubling to 60 s while changes keep coming); flapping (two changes or more wait: told once it has been calm for 5 s or the hold, whichever is
 * longer, with the number of changes).
 *
 * Invariants: no more than one event per subject and second; what was told last about a subject is, once it is calm, how it is.
 * Time comes in as arguments: `drain` is called from time to time, and is the only place that gives events out.
 */
import type { InstanceHealthEvent } from "../../model/index.ts";
import { type HealthNote, inSeconds, type Moment } from "./health-note.ts";

const HOLD_MS = 1_000;
const HOLD_MS_MAX = 60_000;
const CALM_MS = 5_000;
const FLAPPING_CHANGES = 2;
const FORGET_MS = 600_000;

const FAMILIES: Readonly<Record<HealthNote["kind"], string>> = {
  "instance-ejected": "ejection",
  "instance-returned": "ejection",
  "instance-unhealthy": "check",
  "instance-healthy": "check",
  "breaker-open": "breaker",
  "breaker-closed": "breaker",
  failover: "failover",
  "failover-ended": "failover",
  panic: "panic",
  "panic-ended": "panic",
  shedding: "shedding",
  "shedding-ended": "shedding",
};

interface Subject {
  latest: HealthNote;
  latestAtMs: number;
  /** Changes since the last event; 0: nothing to tell. */
  changes: number;
  firstChangeAtMs: number;
  toldAtMs: number;
  holdMs: number;
}

export class EventDamper {
  readonly #subjects = new Map<string, Subject>();

  /** Takes a change; telling the same state again is none. */
  note(note: HealthNote, nowMs: number): void {
    const key = `${FAMILIES[note.kind]} ${note.service} ${note.version ?? ""} ${note.instance ?? ""}`;
    const subject = this.#subjects.get(key);
    if (subject === undefined) {
      const toldAtMs = Number.NEGATIVE_INFINITY;
      this.#subjects.set(key, { latest: note, latestAtMs: nowMs, changes: 1, firstChangeAtMs: nowMs, toldAtMs, holdMs: HOLD_MS });
      return;
    }
    if (subject.latest.kind === note.kind) return;
    if (subject.changes === 0) subject.firstChangeAtMs = nowMs;
    subject.latest = note;
    subject.latestAtMs = nowMs;
    subject.changes++;
  }

  /** The events that are due, oldest first. */
  drain({ monotonicMs, wallMs }: Moment): readonly InstanceHealthEvent[] {
    const due: InstanceHealthEvent[] = [];
    for (const [key, subject] of this.#subjects) {
      if (subject.changes === 0) {
        if (monotonicMs - subject.toldAtMs > FORGET_MS) this.#subjects.delete(key);
        continue;
      }
      if (monotonicMs < dueMs(subject)) continue;
      due.push(eventOf(subject, monotonicMs, wallMs));
      const isSoon = monotonicMs - subject.toldAtMs < 10 * subject.holdMs;
      subject.holdMs = isSoon ? Math.min(HOLD_MS_MAX, 2 * subject.holdMs) : HOLD_MS;
      subject.toldAtMs = monotonicMs;
      subject.changes = 0;
    }
    return due.sort((left, right) => left.atMs - right.atMs);
  }
}

function dueMs({ changes, holdMs, latestAtMs, toldAtMs }: Subject): number {
  return changes >= FLAPPING_CHANGES ? latestAtMs + Math.max(CALM_MS, holdMs) : toldAtMs + holdMs;
}

function eventOf({ changes, firstChangeAtMs, latest, latestAtMs }: Subject, nowMs: number, wallMs: number): InstanceHealthEvent {
  const { untilMs, reason, ...rest } = latest;
  const flapped = changes === 1 ? "" : ` It changed ${changes} times in ${inSeconds(latestAtMs - firstChangeAtMs)}.`;
  return {
    ...rest,
    atMs: wallMs - (nowMs - latestAtMs),
    reason: `${reason}${flapped}`,
    untilMs: untilMs === null ? null : wallMs + (untilMs - nowMs),
  };
}
