/** Whether a number is a percentage as rules take it: 0 to 100, two decimals at most, so that it is a whole number of basis points. */
export function isPercent(value: number): boolean {
  return value >= 0 && value <= 100 && Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;
}
