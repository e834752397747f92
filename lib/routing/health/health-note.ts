import type { InstanceHealthEvent } from "../../model/index.ts";

/** A moment on both clocks: `monotonicMs` decides, `wallMs` is for people. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** Something that changed, before damping. `untilMs` is monotonic; null: not known when it ends. */
export interface HealthNote {
  readonly kind: InstanceHealthEvent["kind"];
  readonly service: string;
  readonly version: string | null;
  readonly instance: string | null;
  readonly reason: string;
  readonly untilMs: number | null;
}

/** Takes what changed at `nowMs` (monotonic). */
export type ReportHealth = (note: HealthNote, nowMs: number) => void;

/** `30 s`, `0.4 s`: a duration in a sentence. */
export function inSeconds(ms: number): string {
  return `${ms >= 10_000 ? Math.round(ms / 1_000) : Math.round(ms / 100) / 10} s`;
}
