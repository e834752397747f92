import { parseTime } from "../std/index.ts";
import { UsageError } from "./exit-code.ts";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DAY = /^\d{4}-\d\d-\d\d$/;
const ZONE = /(Z|[+-]\d\d:\d\d)$/;
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

/** Reads `30s`, `2h`, `7d` as milliseconds; throws `UsageError` otherwise. */
export function parseDuration(text: string): number {
  const parts = DURATION.exec(text);
  const unitMs = UNIT_MS[parts?.[2] ?? ""];
  if (parts === null || unitMs === undefined) throw new UsageError(`"${text}" is not a duration; write for example 30s, 15m, 2h or 1d.`);
  return Number(parts[1]) * unitMs;
}

/** Reads a moment, ISO 8601 or a duration from now, as ISO 8601 UTC; a time without a zone is UTC, as everything that is shown is. Throws `UsageError` otherwise. */
export function parseMoment(text: string, nowMs: number): string {
  if (DURATION.test(text)) return new Date(nowMs + parseDuration(text)).toISOString();
  const time = DAY.test(text) ? `${text}T00:00` : text;
  const ms = parseTime(ZONE.test(time) ? time : `${time}Z`);
  if (ms === null) throw new UsageError(`"${text}" is not a moment; write for example 2h, or 2026-01-31T12:00:00Z.`);
  return new Date(ms).toISOString();
}
