/** Labels of a time axis, in ms. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS_MS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  7 * 24 * HOUR,
];

/** The time that a drawing shows, and how wide it is. */
export interface TimeScale {
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
}

/** Where a moment lies; moments beyond the ends lie at them. */
export function xOf({ fromMs, toMs, width }: TimeScale, atMs: number): number {
  const share = (atMs - fromMs) / Math.max(1, toMs - fromMs);
  return Math.round(Math.min(1, Math.max(0, share)) * width * 100) / 100;
}

/** The shortest even step that leaves `roomPx` between two labels. */
export function tickStepMs({ fromMs, toMs, width }: TimeScale, roomPx: number): number {
  const most = Math.max(1, Math.floor(width / roomPx));
  return STEPS_MS.find((step) => (toMs - fromMs) / step <= most) ?? 30 * 24 * HOUR;
}

/** Moments that get a label: every multiple of the step after `originMs` that is in view. */
export function ticks(scale: TimeScale, roomPx: number, originMs = 0): readonly number[] {
  const step = tickStepMs(scale, roomPx);
  const first = Math.ceil((scale.fromMs - originMs) / step) * step + originMs;
  const count = Math.max(0, Math.floor((scale.toMs - first) / step) + 1);
  return Array.from({ length: count }, (_, place) => first + place * step);
}

/** A span as a clock shows it: `1:24`, `0:07`, `2:05:10`. */
export function clockSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
