type Weights = Readonly<Record<string, number>>;

/** One version whose weight changes, in basis points. */
export interface WeightMove {
  readonly version: string;
  readonly fromBp: number;
  readonly toBp: number;
}

/** What changes between two splits: what loses most comes first. */
export function weightMoves(from: Weights, to: Weights): readonly WeightMove[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .map((version) => ({ version, fromBp: from[version] ?? 0, toBp: to[version] ?? 0 }))
    .filter((move) => move.fromBp !== move.toBp)
    .sort((left, right) => left.toBp - left.fromBp - (right.toBp - right.fromBp) || left.version.localeCompare(right.version));
}

/** Versions that lose weight; with `entirely` only those that end with none. */
export function losers(from: Weights, to: Weights, { entirely }: { readonly entirely: boolean }): readonly string[] {
  return weightMoves(from, to)
    .filter((move) => move.toBp < move.fromBp && (!entirely || move.toBp === 0))
    .map((move) => move.version);
}
