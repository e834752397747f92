import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanCertificate, Version } from "../model/index.ts";
import { Bitset } from "./bitset.ts";
import { checkPlan } from "./check-plan.ts";
import { describePair, problemOf } from "./plan/plan-mesh.fixture.ts";
import { planOf } from "./plan/plan-of.ts";
import type { PlanProblem } from "./plan/plan-problem.ts";
import { planWorldOf } from "./plan/plan-world.ts";
import { isSafeByEnumeration, randomProblem, smallMeshes } from "./plan/random-mesh.fixture.ts";
import { Relation } from "./relation.ts";

const meshes = smallMeshes({ servicesMax: 5, broken: [0.1, 0.3], stepsDenied: [0, 0.1], odd: [0, 0.4], targeted: [0.5, 1] });

type Waves = PlanCertificate["waves"];

/** Ways to spoil the waves of a certificate; `at` picks which. */
const SPOILS: Readonly<Record<string, (waves: Waves, at: number) => Waves>> = {
  "a move left out": (waves, at) => {
    const wave = at % waves.length;
    return waves.map((one, index) => (index === wave ? { ...one, moves: one.moves.toSpliced(at % one.moves.length, 1) } : one));
  },
  "a wave left out": (waves, at) => waves.toSpliced(at % waves.length, 1),
  "two waves exchanged": (waves, at) => {
    const one = at % waves.length;
    const other = (one + 1) % waves.length;
    return waves.map((wave, index) => (index === one ? waves[other] : index === other ? waves[one] : wave) ?? wave);
  },
  "two waves made one": (waves, at) => {
    const one = at % waves.length;
    const next = waves[one + 1];
    return next === undefined
      ? waves
      : waves.toSpliced(one, 2, { kind: waves[one]?.kind ?? "shift", moves: [...(waves[one]?.moves ?? []), ...next.moves] });
  },
  "another version": (waves, at) => {
    const to = `${(at % 3) + 1}.0.0` as Version;
    return waves.map((wave, index) =>
      index === at % waves.length
        ? { ...wave, moves: wave.moves.map((move, place) => (place === at % wave.moves.length ? { ...move, to } : move)) }
        : wave,
    );
  },
  "a switch said to be single moves": (waves) => waves.map((wave) => ({ ...wave, kind: "shift" })),
};

describe("the checker", () => {
  test.each(Object.keys(SPOILS))("says no to %s exactly where something in it is not allowed", (name) => {
    const counts = { yes: 0, no: 0 };
    fc.assert(
      fc.property(meshes, fc.nat(60), ({ seed, ...mesh }, at) => {
        const problem = randomProblem(seed, mesh);
        const plan = planOf(problem, { describe: describePair });
        fc.pre(plan.ok && plan.value.waves.length > 0);
        if (!plan.ok) return;
        const { certificate } = plan.value;
        const spoiled = { ...certificate, waves: SPOILS[name]?.(certificate.waves, at) ?? [] };
        const holds = checkPlan(spoiled, planWorldOf(problem)) === null;
        counts[holds ? "yes" : "no"]++;
        expect(holds).toBe(isSafeByEnumeration(problem, spoiled));
      }),
      { numRuns: 500 },
    );
    expect(counts.no).toBeGreaterThan(5);
  });

  test("says no exactly where a pair that became known not to work is met on the way", () => {
    let refused = 0;
    fc.assert(
      fc.property(meshes, fc.nat(1_000), ({ seed, ...mesh }, at) => {
        const problem = randomProblem(seed, mesh);
        const plan = planOf(problem, { describe: describePair });
        fc.pre(plan.ok && problem.edges.length > 0);
        if (!plan.ok) return;
        const vetoed = withVeto(problem, at);
        const holds = checkPlan(plan.value.certificate, planWorldOf(vetoed)) === null;
        if (!holds) refused++;
        expect(holds).toBe(isSafeByEnumeration(vetoed, plan.value.certificate));
      }),
      { numRuns: 1_000 },
    );
    expect(refused).toBeGreaterThan(25);
  });

  test("finds the bug of a planner that takes consumers and providers for each other", () => {
    const problem = problemOf({
      services: { shop: { versions: ["1.0.0", "2.0.0"], live: [0] }, stock: { versions: ["1.0.0", "2.0.0"], live: [0] } },
      edges: [["shop", "stock"]],
      target: { shop: 1, stock: 1 },
      mayMeet: (_, own, __, other) => own <= other,
    });
    const plan = planOf(problem, { describe: describePair });
    expect(plan.ok && plan.value.waves.map(({ steps }) => steps.map(({ service }) => service))).toEqual([["stock"], ["shop"]]);
    if (!plan.ok) return;
    const { certificate } = plan.value;
    expect(checkPlan({ ...certificate, waves: certificate.waves.toReversed() }, planWorldOf(problem))).toBe(
      "Wave 1: shop 2.0.0 must not meet stock 1.0.0.",
    );
  });

  test("says no when the mesh does not stand where the plan starts", () => {
    const problem = problemOf({ services: { shop: { versions: ["1.0.0", "2.0.0"], live: [0] } }, edges: [], target: { shop: 1 } });
    const plan = planOf(problem, { describe: describePair });
    const world = { ...planWorldOf(problem), live: { shop: ["1.0.0", "2.0.0"] } };
    expect(plan.ok && checkPlan(plan.value.certificate, planWorldOf(problem))).toBeNull();
    expect(plan.ok && checkPlan(plan.value.certificate, world)).toBe("shop does not stand where the plan starts.");
  });
});

function withVeto(problem: PlanProblem, at: number): PlanProblem {
  const place = at % problem.edges.length;
  const edges = problem.edges.map((edge, index) => {
    if (index !== place) return edge;
    const { consumers, providers } = edge.allowed;
    const pair = at % (consumers.size * providers.size);
    const rows = consumers.versions.map((_, row) =>
      Bitset.from(providers.size, (column) => edge.allowed.has(row, column) && row * providers.size + column !== pair),
    );
    return { ...edge, allowed: new Relation(consumers, providers, rows) };
  });
  return { ...problem, edges };
}
