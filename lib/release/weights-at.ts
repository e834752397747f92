import { FULL_WEIGHT_BP, normaliseWeights, type Release, type Weights } from "../model/index.ts";

/**
 * The service's weights with `weightBp` on the released version; the others share the rest as they did before the release. Where nothing moves, the weights
 * before it: exactly, whatever they were.
 */
export function weightsAt({ start, version }: Pick<Release, "start" | "version">, weightBp: number): Weights {
  if (weightBp === startWeight({ start, version })) return start;
  const others = Object.entries(start).filter(([name]) => name !== version);
  const total = others.reduce((sum, [, bp]) => sum + bp, 0);
  const rest = FULL_WEIGHT_BP - weightBp;
  const shares = others.map(([name, bp]) => ({ name, whole: Math.floor((rest * bp) / total), part: (rest * bp) % total }));
  let missing = rest - shares.reduce((sum, { whole }) => sum + whole, 0);
  for (const share of shares.toSorted((left, right) => right.part - left.part || (left.name < right.name ? -1 : 1))) {
    if (missing === 0) break;
    share.whole++;
    missing--;
  }
  return normaliseWeights({ ...Object.fromEntries(shares.map(({ name, whole }) => [name, whole])), [version]: weightBp });
}

/** What the released version had before the release. */
export function startWeight({ start, version }: Pick<Release, "start" | "version">): number {
  return start[version] ?? 0;
}
