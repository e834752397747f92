import { describe, expect, test } from "vitest";
import { createXorshift, randomBelow } from "../../std/index.ts";
import type { Configuration } from "../space.ts";
import { allConfigurations, honours, randomPins, randomSpace } from "./brute-force.fixture.ts";
import { nearest, nearestConfiguration } from "./nearest.ts";

function moves(from: Configuration, to: Configuration, pins: ReadonlyMap<number, number>): number {
  return to.filter((position, service) => !pins.has(service) && position !== from[service]).length;
}

function newestFirst(a: Configuration, b: Configuration): number {
  const differing = a.findIndex((position, service) => position !== b[service]);
  return differing === -1 ? 0 : (b[differing] ?? 0) - (a[differing] ?? 0);
}

describe("nearest consistent configuration", () => {
  test("is the one of brute force in 10 000 random spaces: fewest moves, then the newest in the order of the services", () => {
    for (let seed = 1; seed <= 10_000; seed++) {
      const space = randomSpace(seed, 6, 4);
      const pins = randomPins(seed, space);
      const random = createXorshift(seed + 99);
      const from = space.services.map((service) => randomBelow(random, service.order.size + 1) - 1);
      const all = allConfigurations(space).filter((configuration) => honours(configuration, pins));
      const fewest = Math.min(...all.map((configuration) => moves(from, configuration, pins)));
      const expected = all.filter((configuration) => moves(from, configuration, pins) === fewest).sort(newestFirst)[0] ?? null;
      expect(nearestConfiguration(space, from, pins), `seed ${seed}`).toEqual(expected);
    }
  });

  test("counts only the services it is told to count", () => {
    for (let seed = 1; seed <= 1_000; seed++) {
      const space = randomSpace(seed, 5, 3);
      const from = space.services.map(() => 0);
      const cost = (configuration: Configuration) =>
        configuration.filter((position, service) => service % 2 === 0 && position !== 0).length;
      const fewest = Math.min(...allConfigurations(space).map(cost));
      const answer = nearest(space, from, new Map(), { counted: (service) => service % 2 === 0 });
      expect(answer.kind === "found" ? cost(answer.configuration) : Number.POSITIVE_INFINITY, `seed ${seed}`).toBe(fewest);
    }
  });
});
