import { Cron } from "croner";
import { err, ok, type Result } from "../../std/index.ts";

/** Why a text is no schedule. */
function readSchedule(text: string): Result<Cron, string> {
  if (text.trim().split(/\s+/).length !== 5) return err("It needs five fields: minute, hour, day of month, month, day of week.");
  try {
    // Without a function nothing is started: the pattern is only asked for its times.
    return ok(new Cron(text.trim(), { timezone: "UTC", paused: true }));
  } catch (error) {
    return err((error as Error).message.replace(/^CronPattern: /, ""));
  }
}

/** Why a text is no schedule; null where it is one that comes at all. */
export function scheduleProblem(text: string, nowMs: number): string | null {
  const cron = readSchedule(text);
  if (!cron.ok) return cron.error;
  return cron.value.nextRun(new Date(nowMs)) === null ? "It never comes." : null;
}

/** The first time of a schedule after `afterMs`; null where none comes. */
export function nextRunMs(text: string, afterMs: number): number | null {
  const cron = readSchedule(text);
  return cron.ok ? (cron.value.nextRun(new Date(afterMs))?.getTime() ?? null) : null;
}
