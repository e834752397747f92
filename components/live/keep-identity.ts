/** `previous` where both have the same members with the same values (one level deep; arrays and plain objects within are compared as JSON). */
export function keepEqual<T extends object>(previous: T | undefined, next: T): T {
  if (previous === undefined) return next;
  const keys = Object.keys(next) as (keyof T)[];
  if (keys.length !== Object.keys(previous).length) return next;
  return keys.every((key) => isSame(previous[key], next[key])) ? previous : next;
}

function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  return JSON.stringify(left) === JSON.stringify(right);
}

/**
 * The map with `incoming` put in and `removed` taken out; `whole` replaces everything. Values that did not change keep their identity, and so does
 * the map when none did.
 */
export function mergeById<T extends object>(
  previous: ReadonlyMap<string, T>,
  incoming: readonly T[],
  removed: readonly string[] | undefined,
  idOf: (item: T) => string,
  whole: boolean,
): ReadonlyMap<string, T> {
  const next = new Map(whole ? [] : previous);
  let changed = whole && previous.size !== incoming.length;
  for (const item of incoming) {
    const id = idOf(item);
    const kept = keepEqual(previous.get(id), item);
    if (kept !== previous.get(id)) changed = true;
    next.set(id, kept);
  }
  for (const id of removed ?? []) changed = next.delete(id) || changed;
  return changed ? next : previous;
}
