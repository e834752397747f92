import { describe, expect, test } from "vitest";
import { createXorshift, randomBelow } from "../../std/index.ts";
import { allConfigurations, honours, randomSpace, spaceOf } from "../solve/brute-force.fixture.ts";
import type { Space } from "../space.ts";
import { counterfactual } from "./counterfactual.ts";
import { derive, explain, sentencesOf } from "./derivation.ts";
import { allowPairs, isContradictoryByPairs, minimalCore } from "./minimal-core.ts";

function manyPins(seed: number, space: Space): Map<number, number> {
  const random = createXorshift(seed + 77);
  const services = [...space.services.keys()].filter(() => randomBelow(random, 2) === 0);
  return new Map(services.map((service) => [service, randomBelow(random, space.services[service]?.order.size ?? 1)]));
}

/** Random spaces with pins that contradict each other or the evidence. */
function contradictions(count: number): { seed: number; space: Space; pins: Map<number, number> }[] {
  return Array.from({ length: count }, (_, index) => ({ seed: index + 1, space: randomSpace(index + 1, 6, 3) }))
    .map((one) => ({ ...one, pins: manyPins(one.seed, one.space) }))
    .filter(({ space, pins }) => !allConfigurations(space).some((configuration) => honours(configuration, pins)));
}

describe("explanation of a contradiction", () => {
  test("there is a core exactly where brute force finds no configuration", () => {
    for (let seed = 1; seed <= 1_500; seed++) {
      const space = randomSpace(seed, 6, 3);
      const pins = manyPins(seed, space);
      const possible = allConfigurations(space).some((configuration) => honours(configuration, pins));
      expect(minimalCore(space, pins) === null, `seed ${seed}`).toBe(possible);
    }
  });

  test("a core contradicts, and drop any pin or pair of it and it does not", () => {
    for (const { seed, space, pins } of contradictions(1_000)) {
      const core = minimalCore(space, pins);
      const kept = [...(core?.pins ?? [])];
      const pairs = core?.pairs ?? [];
      expect(isContradictoryByPairs(space, pairs, kept), `seed ${seed}`).toBe(true);
      const dropped = [
        ...kept.map((_, index) => isContradictoryByPairs(space, pairs, kept.toSpliced(index, 1))),
        ...pairs.map((_, index) => isContradictoryByPairs(space, pairs.toSpliced(index, 1), kept)),
      ];
      expect(dropped.includes(true), `seed ${seed}`).toBe(false);
    }
  });

  test("the steps tell every fact of the core and end with nothing left", () => {
    for (const { seed, space, pins } of contradictions(1_000)) {
      const core = minimalCore(space, pins);
      const steps = core === null ? [] : derive(space, core);
      const told = new Set(steps.flatMap((step) => (step.kind === "fact" ? [JSON.stringify(step.pair)] : [])));
      expect([...told].sort(), `seed ${seed}`).toEqual((core?.pairs ?? []).map((pair) => JSON.stringify(pair)).sort());
      expect(steps.at(-1), `seed ${seed}`).toMatchObject({ kind: "so", left: [], depth: 0 });
    }
  });

  test("what would make it possible does, with as few pins moved as brute force finds", () => {
    for (const { seed, space, pins } of contradictions(600)) {
      const answer = counterfactual(space, pins);
      const all = allConfigurations(space);
      const moves = all.map((configuration) => [...pins].filter(([service, position]) => configuration[service] !== position).length);
      expect(answer?.move?.pins.length ?? Number.POSITIVE_INFINITY, `seed ${seed}`).toBe(Math.min(...moves));
      const lifted = answer?.pairs ?? null;
      const works = lifted === null || allConfigurations(allowPairs(space, lifted)).some((one) => honours(one, pins));
      expect(works, `seed ${seed}`).toBe(true);
    }
  });

  test("pins, facts and conclusions read as a chain of sentences", () => {
    const space = spaceOf(
      [2, 2, 2],
      [
        { consumer: 0, provider: 1, allows: (consumer, provider) => provider <= consumer },
        { consumer: 2, provider: 0, allows: (consumer, provider) => provider <= consumer },
      ],
    );
    const pins = new Map([
      [1, 1],
      [2, 0],
    ]);
    const steps = explain(space, pins) ?? [];
    expect(sentencesOf(space, steps, (edge, consumer, provider) => `Edge ${edge} forbids ${consumer} with ${provider}.`)).toEqual([
      "You pinned s1 1.1.0.",
      "You pinned s2 1.0.0.",
      "Edge 0 forbids 0 with 1.",
      "So s0 must be 1.1.0.",
      "Edge 1 forbids 0 with 1.",
      "So no version of s0 is left.",
    ]);
  });
});
