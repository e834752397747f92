/**
 * Figures as text. English and Chinese write numbers alike, so one set of rules serves: a narrow space between thousands, a space before
 * the unit, and never more digits than the sample carries.
 */
const SPACE = "\u00a0";
const THIN = "\u202f";

/** 12345 → "12 345". */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** A weight in basis points: 2500 → "25 %", 1 → "0.01 %". */
export function formatWeight(weightBp: number): string {
  return `${trim((weightBp / 100).toFixed(2))}${SPACE}%`;
}

/** A fraction 0–1 as percent: 0.0482 → "4.8 %"; below 0.05 % two digits, so that little is not shown as nothing. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return `<${SPACE}0.01${SPACE}%`;
  const digits = percent >= 99.95 || percent === 0 ? 0 : percent < 0.1 ? 2 : 1;
  return `${percent.toFixed(digits)}${SPACE}%`;
}

/** An error rate; like a share, but zero is "0 %". */
export function formatErrorRate(rate: number | null): string | null {
  return rate === null ? null : formatShare(rate);
}

/** Requests per second without its unit: 0.42, 9.1, 48, 1 240. */
export function formatRate(rps: number): string {
  if (rps === 0) return "0";
  if (rps < 1) return rps.toFixed(2);
  if (rps < 9.95) return rps.toFixed(1);
  return formatCount(rps);
}

/** Milliseconds with their unit: 0.8 ms, 31 ms, 1.42 s. */
export function formatMs(ms: number): string {
  if (ms < 1) return `${trim(ms.toFixed(1))}${SPACE}ms`;
  if (ms < 1000) return `${Math.round(ms)}${SPACE}ms`;
  return `${trim((ms / 1000).toFixed(2))}${SPACE}s`;
}

/** A length of time for people: 400 ms, 12 s, 4 min, 2 h, 3 d. */
export function formatSpan(ms: number): string {
  if (ms < 950) return `${Math.round(ms)}${SPACE}ms`;
  if (ms < 9_950) return `${trim((ms / 1000).toFixed(1))}${SPACE}s`;
  if (ms < 99_500) return `${Math.round(ms / 1000)}${SPACE}s`;
  if (ms < 90 * 60_000) return `${Math.round(ms / 60_000)}${SPACE}min`;
  if (ms < 36 * 3_600_000) return `${Math.round(ms / 3_600_000)}${SPACE}h`;
  return `${Math.round(ms / 86_400_000)}${SPACE}d`;
}

/** What is left of a time, cut to the unit that `formatSpan` shows it in: 58 min 50 s are 58 min left. */
export function wholeLeft(ms: number): number {
  const unit = ms < 99_500 ? 1000 : ms < 90 * 60_000 ? 60_000 : ms < 36 * 3_600_000 ? 3_600_000 : 86_400_000;
  return Math.floor(ms / unit) * unit;
}

/** Bytes in binary units: 1.4 MiB. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : trim(value.toFixed(1))}${SPACE}${units[unit]}`;
}

/** "2.50" → "2.5", "3.00" → "3". */
function trim(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
