import type { WayWave } from "./plan-view.ts";

interface Named {
  readonly service: string;
  readonly to: string;
}

/** A way in a few words: alone, one after the other, or only counted where it is long. */
export type WayLabel =
  | { readonly key: "one"; readonly steps: readonly Named[] }
  | { readonly key: "two"; readonly first: readonly Named[]; readonly last: readonly Named[] }
  | { readonly key: "many"; readonly steps: number; readonly waves: number };

/** What a button that makes a plan of this way says. */
export function wayLabel(waves: readonly WayWave[]): WayLabel {
  const steps = waves.reduce((sum, wave) => sum + wave.steps.length, 0);
  const [first, last] = waves;
  if (waves.length > 2 || steps > 3 || first === undefined) return { key: "many", steps, waves: waves.length };
  return last === undefined ? { key: "one", steps: first.steps } : { key: "two", first: first.steps, last: last.steps };
}
