import type { Version, Weights } from "../model/index.ts";
import { type Random, randomBelow } from "../std/index.ts";
import { stableHash } from "./balance/stable-hash.ts";

/**
 * A weighted choice. Each version has `weight` of the `total` numbers that are drawn without bias, so its chance is exactly weight / total.
 */
export interface Picker {
  /** Versions with weight, by name. */
  readonly versions: readonly Version[];
  /** Weights of `versions`, position by position. */
  readonly weights: readonly number[];
  /** `stableHash` of `versions`, position by position. */
  readonly hashes: readonly number[];
  /** Sum of the weights; below 10 000 where versions were taken out of a split. */
  readonly total: number;
  /** Draws the position of a version in `versions`; -1 when there is none. */
  pick(random: Random): number;
}

/** Of the versions that `isOpen` accepts; their chances keep their proportions. `weights` are whole numbers of 0 or more. */
export function createPicker(weights: Weights, isOpen: (version: string) => boolean = () => true): Picker {
  const entries = Object.entries(weights)
    .filter(([version, weightBp]) => weightBp > 0 && isOpen(version))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const versions = entries.map(([version]) => version as Version);
  const bounds = new Uint32Array(entries.length);
  let total = 0;
  for (const [position, [, weightBp]] of entries.entries()) {
    total += weightBp;
    bounds[position] = total;
  }
  const shared = { versions, weights: entries.map(([, weightBp]) => weightBp), hashes: versions.map(stableHash), total };
  if (versions.length < 2) return { ...shared, pick: () => versions.length - 1 };
  return {
    ...shared,
    pick(random) {
      const draw = randomBelow(random, total);
      let position = 0;
      while (draw >= (bounds[position] ?? total)) position++;
      return position;
    },
  };
}
