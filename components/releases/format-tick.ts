/** A moment on a time axis whose labels are `stepMs` apart: with seconds where minutes do not tell them apart, with the day where hours do not. */
export function formatTick(atMs: number, stepMs: number, locale: string): string {
  const options: Intl.DateTimeFormatOptions =
    stepMs >= 43_200_000
      ? { day: "numeric", month: "short", hour: "2-digit" }
      : { hour: "2-digit", minute: "2-digit", ...(stepMs < 60_000 && { second: "2-digit" }) };
  return new Intl.DateTimeFormat(locale, { ...options, hourCycle: "h23" }).format(new Date(atMs));
}
