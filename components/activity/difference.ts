/** What one value was and what it became; `path` says where it lies within the subject. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Whether a value is a split: versions with basis points that sum to 10 000, or none. */
export function isWeights(value: unknown): value is Readonly<Record<string, number>> {
  if (!isRecord(value)) return false;
  const weights = Object.values(value);
  return weights.length > 0 && weights.every((weight) => typeof weight === "number") && sum(weights as number[]) === 10_000;
}

/**
 * The places in which two values differ, outermost first: splits are compared whole, because that is how people read them; so are lists.
 * An empty list means that they are equal.
 */
export function differences(before: unknown, after: unknown, path = ""): readonly Difference[] {
  if (equal(before, after)) return [];
  const comparable = isRecord(before) && isRecord(after);
  if (!comparable || isWeights(before) || isWeights(after)) return [{ path, before, after }];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    differences(before[key], after[key], path === "" ? key : `${path} › ${key}`),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function equal(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
