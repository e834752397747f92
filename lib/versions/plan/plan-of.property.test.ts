import fc from "fast-check";
import { expect, test } from "vitest";
import { completionsOf } from "./completion.ts";
import { countPlans } from "./count-plans.fixture.ts";
import { describePair, faultOf } from "./plan-mesh.fixture.ts";
import { PlanMesh, STAY } from "./plan-mesh.ts";
import { planOf } from "./plan-of.ts";
import type { PlanProblem } from "./plan-problem.ts";
import { isSafeByEnumeration, type RandomMeshOptions, randomProblem } from "./random-mesh.fixture.ts";

const options = { describe: describePair };

const meshes = fc.record({
  seed: fc.nat(2 ** 30),
  services: fc.integer({ min: 1, max: 5 }),
  versions: fc.integer({ min: 2, max: 4 }),
  edges: fc.constantFrom(0.2, 0.4, 0.7),
  broken: fc.constantFrom(0.05, 0.2, 0.4),
  stepsDenied: fc.constantFrom(0, 0.1, 0.4),
  unproven: fc.constantFrom(0, 0.3),
  odd: fc.constantFrom(0, 0.4),
});

function drawn({ seed, ...rest }: { seed: number } & RandomMeshOptions): PlanProblem {
  return randomProblem(seed, rest);
}

test("every plan and every alternative passes the checker, and the enumeration of all mixed states", () => {
  let plans = 0;
  const kinds = new Set<string>();
  fc.assert(
    fc.property(meshes, fc.constantFrom(0.3, 0.7, 1), (mesh, targeted) => {
      const problem = drawn({ ...mesh, targeted });
      const plan = planOf(problem, options);
      if (!plan.ok) return;
      for (const way of [plan.value, ...plan.value.alternatives]) {
        plans++;
        for (const { kind } of way.waves) kinds.add(kind);
        expect(faultOf(problem, way)).toBeNull();
        expect(isSafeByEnumeration(problem, way.certificate)).toBe(true);
        expect(way.cost.steps).toBe(way.waves.flatMap(({ steps }) => steps).length);
        expect(way.cost.waves).toBe(way.waves.length);
      }
    }),
    { numRuns: 1_500 },
  );
  expect(plans).toBeGreaterThan(500);
  expect(kinds).toEqual(new Set(["shift", "bridge", "lane"]));
});

test("where all services are named in the target, the way of single moves is as short as breadth-first search says, and found where there is one", () => {
  let [found, none] = [0, 0];
  fc.assert(
    fc.property(meshes, (mesh) => {
      const problem = drawn({ ...mesh, odd: 0, soundEnds: true });
      const services = problem.services.map((_, place) => place);
      const { steps } = countPlans(new PlanMesh(problem), { services, goal: problem.target, outside: () => STAY });
      const plan = planOf(problem, options);
      const isSingle = plan.ok && plan.value.waves.every(({ kind }) => kind !== "lane");
      if (steps === null) none++;
      else found++;
      expect(isSingle ? plan.value.cost.steps : null).toBe(steps);
    }),
    { numRuns: 300 },
  );
  expect(Math.min(found, none)).toBeGreaterThan(50);
});

test("no way that is offered beats another in steps, waves and unproven pairs at once, and the preferred one is the best in what is preferred", () => {
  fc.assert(
    fc.property(meshes, fc.constantFrom("steps", "waves", "risk"), (mesh, prefer) => {
      const plan = planOf(drawn({ ...mesh, stepsDenied: 0, unproven: 0.4, soundEnds: true }), { ...options, prefer });
      const ways = plan.ok ? [plan.value, ...plan.value.alternatives] : [];
      const beats = ways.some((one) =>
        ways.some(
          (other) =>
            one !== other && one.cost.steps <= other.cost.steps && one.cost.waves <= other.cost.waves && one.cost.risk <= other.cost.risk,
        ),
      );
      expect(beats).toBe(false);
      expect(ways.length).toBeLessThanOrEqual(5);
      expect(ways[0]?.cost[prefer]).toBe(ways.length === 0 ? undefined : Math.min(...ways.map(({ cost }) => cost[prefer])));
    }),
    { numRuns: 500 },
  );
});

test("the fewest services are moved beside those that were named", () => {
  fc.assert(
    fc.property(meshes, fc.constantFrom(0.3, 0.6), (mesh, targeted) => {
      const problem = drawn({ ...mesh, services: Math.min(mesh.services, 4), versions: Math.min(mesh.versions, 3), targeted });
      const { found, stopped } = completionsOf(new PlanMesh(problem), problem.target);
      expect(stopped).toBe(false);
      expect(found[0]?.size ?? null).toBe(fewestMoved(problem));
    }),
    { numRuns: 1_500 },
  );
});

/** Tries every end: each service stays, or has one version. */
function fewestMoved({ services, edges, target }: PlanProblem): number | null {
  let fewest: number | null = null;
  const choose = (chosen: readonly (number | null)[]): void => {
    const service = services[chosen.length];
    if (service === undefined) {
      const versionsOf = (place: number) => (chosen[place] === null ? (services[place]?.live ?? []) : [chosen[place] ?? 0]);
      const isConsistent = edges.every(
        ({ consumer, provider, allowed }) =>
          (chosen[consumer] === null && chosen[provider] === null) ||
          versionsOf(consumer).every((one) => versionsOf(provider).every((other) => allowed.has(one, other))),
      );
      const moved = chosen.filter((value) => value !== null).length;
      if (isConsistent && (fewest === null || moved < fewest)) fewest = moved;
      return;
    }
    const wanted = target.get(chosen.length);
    const isThere = service.live.length === 1 && service.live[0] === wanted;
    if (wanted === undefined || isThere) choose([...chosen, null]);
    if (wanted !== undefined && !isThere) choose([...chosen, wanted]);
    if (wanted === undefined && service.live.length > 0) for (const position of service.candidates) choose([...chosen, position]);
  };
  choose([]);
  return fewest;
}
