/**
 * QuickXplain (Junker, AAAI 2004): of many reasons that together make something impossible, a set from which none can be left out.
 * Of several such sets it finds the one of the earliest reasons. It asks about k·log2(n/k) + 2k subsets for a conflict of k among n.
 */
export interface MinimalConflict<T> {
  readonly conflict: readonly T[];
  /** False where the questions ran out before. */
  readonly minimal: boolean;
}

/** `isImpossible` must hold for all reasons, and for every superset of a set for which it holds. */
export function minimalConflict<T>(
  reasons: readonly T[],
  questions: number,
  isImpossible: (reasons: readonly T[]) => boolean,
): MinimalConflict<T> {
  let left = questions;
  const narrow = (base: readonly T[], added: boolean, open: readonly T[]): readonly T[] => {
    if (added && left-- > 0 && isImpossible(base)) return [];
    if (open.length <= 1 || left <= 0) return open;
    const half = Math.ceil(open.length / 2);
    const [first, second] = [open.slice(0, half), open.slice(half)];
    const ofSecond = narrow([...base, ...first], first.length > 0, second);
    const ofFirst = narrow([...base, ...ofSecond], ofSecond.length > 0, first);
    return [...ofFirst, ...ofSecond];
  };
  const conflict = narrow([], false, reasons);
  return { conflict, minimal: left > 0 };
}
