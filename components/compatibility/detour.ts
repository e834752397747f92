import type { CompatibilityMatrix } from "@/lib/client/index.ts";

/** Where calls of a consumer version go once a provider version is kept from it. */
export interface Detour {
  /** Versions that stay, each with its part of these calls, 0 to 1, the largest first; empty: nothing is left, calls are refused. */
  readonly to: readonly { readonly version: string; readonly share: number }[];
}

/** Null where the provider version gets no traffic, or the consumer version makes none: nothing moves then. Shares are the split's, among the versions that stay. */
export function detourOf(
  { cells }: Pick<CompatibilityMatrix, "cells">,
  pair: { readonly consumerVersion: string; readonly providerVersion: string },
  weights: Readonly<Record<string, number>>,
): Detour | null {
  const row = cells.filter((cell) => cell.consumerVersion === pair.consumerVersion);
  if (row.find((cell) => cell.providerVersion === pair.providerVersion)?.traffic.live !== true) return null;
  const staying = row
    .filter((cell) => cell.providerVersion !== pair.providerVersion && cell.verdict !== "incompatible")
    .map(({ providerVersion }) => ({ version: providerVersion, weight: weights[providerVersion] ?? 0 }))
    .filter(({ weight }) => weight > 0);
  const total = staying.reduce((sum, { weight }) => sum + weight, 0);
  const to = staying.map(({ version, weight }) => ({ version, share: weight / total }));
  return { to: to.toSorted((left, right) => right.share - left.share) };
}
