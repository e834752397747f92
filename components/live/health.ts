/** What the errors of something say of it; `unknown` without requests. */
export type Health = "ok" | "warn" | "bad" | "unknown";

/** From this error rate on something is degraded, and from this one bad; both must be proven by the sample. */
const WARN_ERROR_RATE = 0.01;
const BAD_ERROR_RATE = 0.03;

/** Fewer failures than these prove nothing, however small the sample. */
const FAILED_MIN = 3;

/** One-sided 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Judges errors with significance: the lower Wilson bound (1927) of the error rate has to pass the limit, and there have to be
 * at least three failures, so that one error among three requests colours nothing while 30 among 600 do.
 * What was proven (`previous`) holds until the rate itself is below the limit again, so that a colour does not blink while figures tick.
 */
export function judgeHealth(failed: number, requests: number, previous: Health = "unknown"): Health {
  if (requests <= 0) return "unknown";
  const low = failed < FAILED_MIN ? 0 : shareLow(failed, requests);
  const rate = failed / requests;
  if (low >= BAD_ERROR_RATE || (previous === "bad" && rate >= BAD_ERROR_RATE)) return "bad";
  const wasProven = previous === "bad" || previous === "warn";
  return low >= WARN_ERROR_RATE || (wasProven && rate >= WARN_ERROR_RATE) ? "warn" : "ok";
}

/** The share that `part` of `whole` proves at least: the lower Wilson bound; 0 of nothing. */
export function shareLow(part: number, whole: number): number {
  if (whole <= 0 || part <= 0) return 0;
  const share = Math.min(1, part / whole);
  const spread = Z * Math.sqrt((share * (1 - share)) / whole + (Z * Z) / (4 * whole * whole));
  return Math.max(0, (share + (Z * Z) / (2 * whole) - spread) / (1 + (Z * Z) / whole));
}
