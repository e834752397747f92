import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describePair } from "./plan-mesh.fixture.ts";
import { planOf } from "./plan-of.ts";
import type { PlanProblem } from "./plan-problem.ts";
import { isSafeByEnumeration, randomProblem } from "./random-mesh.fixture.ts";

const meshes = fc.record({
  seed: fc.nat(2 ** 30),
  services: fc.integer({ min: 1, max: 6 }),
  edges: fc.constantFrom(0.2, 0.4, 0.7),
  broken: fc.constantFrom(0.1, 0.25, 0.5),
});

/** Old and new of every service, both ends consistent. */
function twoValued({ seed, ...options }: { seed: number; services: number; edges: number; broken: number }): PlanProblem {
  return randomProblem(seed, { ...options, versions: 2, soundEnds: true, noBridges: true });
}

/** Whether a set of services may have moved: by the bits of a number. */
function isConsistent({ edges }: PlanProblem, moved: number): boolean {
  return edges.every(({ consumer, provider, allowed }) => allowed.has((moved >> consumer) & 1, (moved >> provider) & 1));
}

/** Whether every mix of old and new of some services is consistent, the rest standing as `moved` says. */
function areMixesConsistent(problem: PlanProblem, moved: number, wave: number): boolean {
  for (let mix = wave; ; mix = (mix - 1) & wave) {
    if (!isConsistent(problem, moved | mix)) return false;
    if (mix === 0) return true;
  }
}

/** Fewest waves by trying every sequence of them, back and forth; null where there is none. */
function fewestWaves(problem: PlanProblem): number | null {
  const all = 2 ** problem.services.length - 1;
  let layer = new Set([0]);
  const seen = new Set(layer);
  for (let waves = 0; layer.size > 0; waves++) {
    if (layer.has(all)) return waves;
    const next = new Set<number>();
    for (const moved of layer) {
      for (let to = 0; to <= all; to++) {
        const changed = moved ^ to;
        if (seen.has(to) || !areMixesConsistent(problem, moved & to, changed) || callsItselfBroken(problem, changed)) continue;
        seen.add(to);
        next.add(to);
      }
    }
    layer = next;
  }
  return null;
}

/** A service that calls itself meets its own other version while it moves. */
function callsItselfBroken({ edges }: PlanProblem, changed: number): boolean {
  return edges.some(
    ({ consumer, provider, allowed }) =>
      consumer === provider && ((changed >> consumer) & 1) === 1 && !(allowed.has(0, 1) && allowed.has(1, 0)),
  );
}

describe("where every service moves once", () => {
  test("a plan of single moves is found exactly where there is one, going back included, and in the fewest waves", () => {
    let [found, none] = [0, 0];
    fc.assert(
      fc.property(meshes, (options) => {
        const problem = twoValued(options);
        const plan = planOf(problem, { describe: describePair });
        const fewest = fewestWaves(problem);
        const isPlanned = plan.ok && plan.value.waves.every(({ kind }) => kind !== "lane");
        if (fewest === null) none++;
        else found++;
        expect(isPlanned ? plan.value.waves.length : null).toBe(fewest);
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(found, none)).toBeGreaterThan(200);
  });

  test("what has no order of single moves goes in lanes, so there is always a plan", () => {
    fc.assert(
      fc.property(meshes, (options) => {
        const problem = twoValued(options);
        const plan = planOf(problem, { describe: describePair });
        expect(plan.ok && isSafeByEnumeration(problem, plan.value.certificate)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("the canary lemma: while services of one wave have both versions live, all that meets is in some mix of single versions", () => {
  fc.assert(
    fc.property(meshes, fc.nat(63), fc.nat(63), (options, moved, wave) => {
      const problem = twoValued(options);
      const all = 2 ** problem.services.length - 1;
      const [standing, moving] = [moved & all & ~wave, wave & all];
      const bothLive = problem.edges.every(({ consumer, provider, allowed }) =>
        versionsLive(consumer, standing, moving).every((one) =>
          versionsLive(provider, standing, moving).every((other) => allowed.has(one, other)),
        ),
      );
      const mixes = areMixesConsistent(problem, standing, moving) && !callsItselfBroken(problem, moving);
      expect(bothLive).toBe(mixes);
    }),
    { numRuns: 2_000 },
  );
});

function versionsLive(service: number, standing: number, moving: number): readonly number[] {
  return (moving >> service) & 1 ? [0, 1] : [(standing >> service) & 1];
}
