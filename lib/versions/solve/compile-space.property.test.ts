import { describe, expect, test } from "vitest";
import { allConfigurations, honours, randomPins, randomSpace } from "./brute-force.fixture.ts";
import { compileSpace } from "./compile-space.ts";

describe("compiled space", () => {
  test("counts, shares and configurations are those of brute force in 10 000 random spaces", () => {
    for (let seed = 1; seed <= 10_000; seed++) {
      const space = randomSpace(seed);
      const pins = randomPins(seed, space);
      const all = allConfigurations(space).filter((configuration) => honours(configuration, pins));
      const compiled = compileSpace(space, pins);
      expect(compiled.count.exact, `seed ${seed}`).toBe(BigInt(all.length));
      if (all.length > 100) continue;
      const listed = [...(compiled.configurations() ?? [])].map((configuration) => configuration.join());
      expect(listed.sort(), `seed ${seed}`).toEqual(all.map((configuration) => configuration.join()).sort());
      const shares = compiled.shares();
      space.services.forEach((service, index) => {
        for (let position = 0; position < service.order.size && all.length > 0; position++) {
          const share = all.filter((configuration) => configuration[index] === position).length / all.length;
          expect(shares?.[index]?.[position], `seed ${seed}`).toBeCloseTo(share, 10);
        }
      });
    }
  });

  test("bounds enclose the truth where the space is wider than allowed", () => {
    let bounded = 0;
    for (let seed = 1; seed <= 2_000; seed++) {
      const space = randomSpace(seed);
      const truth = BigInt(allConfigurations(space).length);
      const { count } = compileSpace(space, new Map(), { widthMax: seed % 2, trialsMax: seed % 3 === 0 ? 20 : 1_000 });
      expect(count.lower <= truth && truth <= count.upper, `seed ${seed}`).toBe(true);
      expect(count.exact ?? truth, `seed ${seed}`).toBe(truth);
      expect(count.exact === undefined, `seed ${seed}`).toBe(count.tooWide.length > 0);
      if (count.exact === undefined) bounded++;
    }
    expect(bounded).toBeGreaterThan(100);
  });
});
