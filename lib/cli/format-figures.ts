import { FULL_WEIGHT_BP } from "../model/index.ts";

/** Basis points as per cent, exact: 2500 → `25 %`, 1 → `0.01 %`. */
export function formatWeight(weightBp: number): string {
  return `${(weightBp * 100) / FULL_WEIGHT_BP} %`;
}

/** A share, 0 to 1, as per cent with enough digits to tell it from nothing; `–` when there is none. */
export function formatShare(share: number | null): string {
  if (share === null) return "–";
  const percent = share * 100;
  const digits = percent === 0 || percent >= 99.95 ? 0 : percent >= 10 ? 1 : 2;
  return `${percent > 0 && percent < 0.01 ? "< 0.01" : percent.toFixed(digits)} %`;
}

/** Requests per second. */
export function formatRate(rps: number): string {
  return `${rps === 0 || rps >= 100 ? rps.toFixed(0) : rps.toFixed(1)}/s`;
}

/** Time since an ISO moment in its largest unit: `12 s`, `3 min`, `5 h`, `2 d`. */
export function formatAge(at: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(at)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** Bytes in a unit that fits. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** `1 version`, `2 versions`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
