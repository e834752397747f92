/** The logarithm of the mean of exp(values), without overflow; minus infinity for no values. */
export function logMeanExp(values: readonly number[]): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) greatest = Math.max(greatest, value);
  if (greatest === Number.NEGATIVE_INFINITY) return greatest;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - greatest);
  return greatest + Math.log(sum / values.length);
}

/** The logarithm of exp(left) + exp(right), without overflow. */
export function logSumExp(left: number, right: number): number {
  const greatest = Math.max(left, right);
  if (greatest === Number.NEGATIVE_INFINITY) return greatest;
  return greatest + Math.log1p(Math.exp(Math.min(left, right) - greatest));
}
