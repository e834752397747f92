/** Everything that is asked of a space with some pins at once, in numbers; whoever asks puts it into words. */
import { type Counterfactual, counterfactual } from "../explain/counterfactual.ts";
import { type ExplanationStep, explain } from "../explain/derivation.ts";
import { compileSpace } from "../solve/compile-space.ts";
import { NarrowedSpace } from "../solve/narrowed-space.ts";
import type { Configuration, Space } from "../space.ts";

export interface SpaceQuestion {
  readonly kind: "space";
  /** Over pairs that are not disproven, and over proven ones; of the same services. */
  readonly possible: Space;
  readonly proven: Space;
  readonly pins: ReadonlyMap<number, number>;
  /** Choices that may be tried per part of the mesh before its count becomes a bound. */
  readonly trialsMax: number;
  /** Versions that are told why they are not feasible. */
  readonly reasonsMax: number;
}

export interface SpaceSolution {
  /** Some configuration has the pins. */
  readonly consistent: boolean;
  /** False where a search was cut short: a version that counts as feasible may not be. */
  readonly settled: boolean;
  /** Positions per service; none where nothing is consistent. */
  readonly feasible: readonly (readonly number[])[];
  readonly newest: Configuration | null;
  readonly oldest: Configuration | null;
  readonly lower: bigint;
  readonly upper: bigint;
  readonly tooWide: readonly string[];
  readonly shares: readonly (readonly number[])[] | null;
  /** Why versions that may be chosen, of services without a pin, are not feasible. */
  readonly reasons: readonly SpaceReason[];
  /** Why the pins contradict each other; empty where they do not. */
  readonly why: readonly ExplanationStep[];
  readonly wayOut: Counterfactual | null;
}

export interface SpaceReason {
  readonly service: number;
  readonly position: number;
  readonly steps: readonly ExplanationStep[];
}

export function solveSpace({ pins, possible, proven, reasonsMax, trialsMax }: SpaceQuestion): SpaceSolution {
  const narrowed = new NarrowedSpace(possible);
  for (const [service, position] of pins) narrowed.pin(service, position);
  narrowed.settle();
  const consistent = narrowed.isConsistent;
  const upper = compileSpace(possible, pins, { trialsMax });
  const lower = compileSpace(proven, pins, { trialsMax });
  const feasible = possible.services.map((_, service) => (consistent ? [...narrowed.possible(service)] : []));
  return {
    consistent,
    settled: narrowed.isSettled,
    feasible,
    newest: consistent ? narrowed.extreme("newest") : null,
    oldest: consistent ? narrowed.extreme("oldest") : null,
    lower: lower.count.lower,
    upper: upper.count.upper,
    tooWide: [...new Set([...upper.count.tooWide, ...lower.count.tooWide])],
    shares: consistent ? upper.shares() : null,
    reasons: consistent ? reasonsOf(possible, pins, feasible, reasonsMax) : [],
    why: consistent ? [] : (explain(possible, pins) ?? []),
    wayOut: consistent ? null : counterfactual(possible, pins),
  };
}

function reasonsOf(space: Space, pins: ReadonlyMap<number, number>, feasible: SpaceSolution["feasible"], most: number): SpaceReason[] {
  const open = [...space.services].flatMap(({ candidates }, service) =>
    pins.has(service)
      ? []
      : [...candidates].filter((position) => feasible[service]?.includes(position) !== true).map((position) => ({ service, position })),
  );
  return open.slice(0, most).flatMap(({ position, service }): SpaceReason[] => {
    const steps = explain(space, new Map(pins).set(service, position));
    return steps === null ? [] : [{ service, position, steps }];
  });
}
