/** One round from `from` towards `to`: `share` of what is missing, rounded up in magnitude. It gets there, and never beyond. */
export function approach(from: number, to: number, share: number): number {
  const distance = to - from;
  // A share such as 0.1 of 10 must not round up to 2 for want of exact fractions.
  const step = Math.min(Math.abs(distance), Math.ceil(Math.abs(distance) * share - 1e-9));
  return from + Math.sign(distance) * step;
}
