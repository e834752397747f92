/** The name that somebody most likely meant: at most a third of its letters are wrong, swapped, missing or too many; null where none is so near. */
export function nearestName(text: string, names: Iterable<string>): string | null {
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const distance = editDistance(text, name);
    if (distance < least) [nearest, least] = [name, distance];
  }
  if (nearest === null) return null;
  const isStart = text.length >= 2 && (nearest.startsWith(text) || text.startsWith(nearest));
  return isStart || least <= Math.ceil(Math.max(text.length, nearest.length) / 3) ? nearest : null;
}

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, each once per place. */
export function editDistance(left: string, right: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const plain = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + cost);
      row.push(isSwap ? Math.min(plain, (before[j - 2] as number) + 1) : plain);
    }
    [before, last] = [last, row];
  }
  return last[right.length] as number;
}
