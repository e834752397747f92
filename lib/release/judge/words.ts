import type { JudgeMetric } from "../../model/index.ts";
import type { ArmCount } from "../../sequential/index.ts";

/** A metric by its words, to begin a sentence with or not: "errors", "slower than 66 ms", `p99(checkout)`. */
export function metricName(metric: JudgeMetric): string {
  if (metric.kind === "errors") return "errors";
  return metric.kind === "latency" ? `slower than ${rounded(metric.boundaryMs)} ms` : metric.query;
}

/** 0.0123 → "1.23 %", 0.00041 → "0.041 %". */
export function shareWords(share: number): string {
  return `${rounded(share * 100)} %`;
}

/** "5.2 % (31 of 596)". */
export function armWords({ bad, n }: ArmCount): string {
  return n === 0 ? "no requests" : `${shareWords(bad / n)} (${countWords(bad)} of ${countWords(n)})`;
}

/** 12345 → "12 345", with a narrow no-break space. */
export function countWords(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** "40 s", "3 min", "2 h", "5 days". */
export function spanWords(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** To three significant digits, without trailing zeros. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return value >= 1_000 ? countWords(value) : String(Number(value.toPrecision(3)));
}

/** The first letter in upper case. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
