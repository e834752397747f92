import { describe, expect, test } from "vitest";
import { createXorshift, randomBelow } from "../../std/index.ts";
import type { Configuration, Space } from "../space.ts";
import { allConfigurations, honours, randomSpace } from "./brute-force.fixture.ts";
import { NarrowedSpace } from "./narrowed-space.ts";

function feasibleByBruteForce(space: Space, all: readonly Configuration[]): number[][] {
  return space.services.map((_, service) => [...new Set(all.map((configuration) => configuration[service] ?? -1))].sort((a, b) => a - b));
}

/** The lexicographic extreme, services in the order of the space. */
function extremeByBruteForce(all: readonly Configuration[], sign: 1 | -1): Configuration | null {
  return all.reduce<Configuration | null>((best, configuration) => {
    if (best === null) return configuration;
    const differing = configuration.findIndex((position, service) => position !== best[service]);
    return differing !== -1 && ((configuration[differing] ?? 0) - (best[differing] ?? 0)) * sign > 0 ? configuration : best;
  }, null);
}

function answersOf(narrowed: NarrowedSpace): unknown {
  return {
    feasible: narrowed.space.services.map((_, service) => [...narrowed.feasible(service)]),
    newest: narrowed.extreme("newest"),
    oldest: narrowed.extreme("oldest"),
    isConsistent: narrowed.isConsistent,
  };
}

function expectedOf(space: Space, all: readonly Configuration[]): unknown {
  return {
    feasible: feasibleByBruteForce(space, all),
    newest: extremeByBruteForce(all, 1),
    oldest: extremeByBruteForce(all, -1),
    isConsistent: all.length > 0,
  };
}

describe("narrowed space", () => {
  test("feasible versions, newest and oldest are those of brute force in 10 000 random spaces", () => {
    for (let seed = 1; seed <= 10_000; seed++) {
      const space = randomSpace(seed);
      expect(answersOf(new NarrowedSpace(space)), `seed ${seed}`).toEqual(expectedOf(space, allConfigurations(space)));
    }
  });

  test("stays exact while pins come and go in any order, contradictory ones too", () => {
    for (let seed = 1; seed <= 1_500; seed++) {
      const random = createXorshift(seed + 5_000);
      const space = randomSpace(seed, 6, 4);
      const every = allConfigurations(space);
      const narrowed = new NarrowedSpace(space);
      for (let step = 0; step < 6; step++) {
        const service = randomBelow(random, space.services.length);
        if (randomBelow(random, 3) === 0) narrowed.unpin(service);
        else narrowed.pin(service, randomBelow(random, space.services[service]?.order.size ?? 1));
        const all = every.filter((configuration) => honours(configuration, narrowed.pins));
        expect(answersOf(narrowed), `seed ${seed}, step ${step}`).toEqual(expectedOf(space, all));
      }
    }
  });

  test("no version that a configuration has is ever missing from what is possible, before anything is settled", () => {
    for (let seed = 1; seed <= 1_000; seed++) {
      const space = randomSpace(seed);
      const narrowed = new NarrowedSpace(space);
      const all = allConfigurations(space);
      const missing = feasibleByBruteForce(space, all).some((positions, service) =>
        positions.some((position) => !narrowed.possible(service).has(position)),
      );
      expect(missing, `seed ${seed}`).toBe(false);
    }
  });
});
