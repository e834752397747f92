/** The bounds of a share, both fractions 0 to 1. */
export interface ShareInterval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * The Wilson score interval (Wilson 1927) of `part` among `whole`, 95 %: unlike the naive interval it stays within 0 to 1 and keeps its
 * coverage near the ends, where a canary lives. Null without observations.
 */
export function wilsonInterval(part: number, whole: number): ShareInterval | null {
  if (whole <= 0) return null;
  const share = part / whole;
  const spread = Z * Math.sqrt((share * (1 - share)) / whole + (Z * Z) / (4 * whole * whole));
  const middle = share + (Z * Z) / (2 * whole);
  const scale = 1 + (Z * Z) / whole;
  return {
    share,
    low: part === 0 ? 0 : Math.max(0, (middle - spread) / scale),
    high: part === whole ? 1 : Math.min(1, (middle + spread) / scale),
  };
}
