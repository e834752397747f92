import type { Weights } from "../model/index.ts";
import { FULL_WEIGHT_BP, type Version } from "../model/index.ts";
import { type Random, randomBelow } from "../std/index.ts";

/**
 * A weighted choice. Each version has `weightBp` of the 10 000 numbers that are drawn without bias, so its chance is exactly weightBp / 10 000.
 */
export interface Picker {
  /** Versions with weight, by name. */
  readonly versions: readonly Version[];
  /** Draws the position of a version in `versions`; -1 when there is none. */
  pick(random: Random): number;
}

/** `weights` is empty or sums to 10 000. */
export function createPicker(weights: Weights): Picker {
  const entries = Object.entries(weights)
    .filter(([, weightBp]) => weightBp > 0)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const versions = entries.map(([version]) => version as Version);
  if (versions.length < 2) return { versions, pick: () => versions.length - 1 };
  const bounds = new Uint16Array(entries.length);
  let bound = 0;
  for (const [position, [, weightBp]] of entries.entries()) {
    bound += weightBp;
    bounds[position] = bound;
  }
  return {
    versions,
    pick(random) {
      const draw = randomBelow(random, FULL_WEIGHT_BP);
      let position = 0;
      while (draw >= (bounds[position] ?? FULL_WEIGHT_BP)) position++;
      return position;
    },
  };
}
