/**
 * What is the least that would have to be otherwise for contradictory pins to be possible: which pins to move, or which pairs would have
 * to be shown to work. The pins come from the nearest configuration when only pins count. The pairs are a smallest hitting set of the cores
 * (Reiter 1987): every way out must lift a pair of every core, so a breadth-first walk that lifts one pair of one core at a time finds the
 * fewest first.
 */
import { nearest } from "../solve/nearest.ts";
import type { Configuration, Space } from "../space.ts";
import { allowPairs, type ForbiddenPair, minimalCore } from "./minimal-core.ts";

/** Pairs that are looked at together, and walks taken: beyond that no set of pairs is named. */
const PAIRS_MAX = 3;
const WALKS_MAX = 60;

export interface Counterfactual {
  /** The fewest pins to move and where to, and a configuration that then is possible; null where none is, whatever the pins. */
  readonly move: { readonly pins: readonly MovedPin[]; readonly configuration: Configuration } | null;
  /** The fewest pairs that would have to work; null where more than a few would, or where pairs are not the reason. */
  readonly pairs: readonly ForbiddenPair[] | null;
}

export interface MovedPin {
  readonly service: number;
  readonly from: number;
  readonly to: number;
}

/** Null where a configuration has the pins as they are. */
export function counterfactual(space: Space, pins: ReadonlyMap<number, number>): Counterfactual | null {
  if (minimalCore(space, pins) === null) return null;
  return { move: movedPins(space, pins), pairs: fewestPairs(space, pins) };
}

function movedPins(space: Space, pins: ReadonlyMap<number, number>): Counterfactual["move"] {
  const from = space.services.map((_, service) => pins.get(service) ?? -1);
  const answer = nearest(space, from, new Map(), { counted: (service) => pins.has(service) });
  if (answer.kind !== "found") return null;
  const { configuration } = answer;
  const moved = [...pins].map(([service, position]) => ({ service, from: position, to: configuration[service] ?? -1 }));
  return { pins: moved.filter((pin) => pin.from !== pin.to), configuration };
}

function fewestPairs(space: Space, pins: ReadonlyMap<number, number>): readonly ForbiddenPair[] | null {
  const waiting: (readonly ForbiddenPair[])[] = [[]];
  for (let walk = 0; walk < WALKS_MAX; walk++) {
    const lifted = waiting.shift();
    if (lifted === undefined) return null;
    const core = minimalCore(allowPairs(space, lifted), pins);
    if (core === null) return lifted;
    if (lifted.length < PAIRS_MAX) waiting.push(...core.pairs.map((pair) => [...lifted, pair]));
  }
  return null;
}
