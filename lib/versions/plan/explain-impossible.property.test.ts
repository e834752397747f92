import fc from "fast-check";
import { expect, test } from "vitest";
import { Bitset } from "../bitset.ts";
import { Relation } from "../relation.ts";
import { describePair } from "./plan-mesh.fixture.ts";
import { planOf } from "./plan-of.ts";
import type { PlanConflictPair, PlanProblem } from "./plan-problem.ts";
import { randomProblem, smallMeshes } from "./random-mesh.fixture.ts";

const meshes = smallMeshes({ servicesMax: 4, broken: [0.4, 0.6], stepsDenied: [0, 0.4], odd: [0, 0.3], targeted: [0.4, 1] });

const hasPlan = (problem: PlanProblem) => planOf(problem, { describe: describePair }).ok;

/** The same problem with other relations, asked pair by pair. */
function withPairs(problem: PlanProblem, isAllowed: (key: string, now: boolean) => boolean): PlanProblem {
  const change = (relation: Relation, kind: string, one: number, other: number) => {
    const [from, to] = [problem.services[one], problem.services[other]];
    const rows = relation.consumers.versions.map((version, row) =>
      Bitset.from(relation.providers.size, (column) =>
        isAllowed(`${kind} ${from?.name} ${version} ${to?.name} ${relation.providers.versions[column]}`, relation.has(row, column)),
      ),
    );
    return new Relation(relation.consumers, relation.providers, rows);
  };
  return {
    services: problem.services.map((service, place) => ({ ...service, steps: change(service.steps, "step", place, place) })),
    edges: problem.edges.map((edge) => {
      const allowed = change(edge.allowed, "meet", edge.consumer, edge.provider);
      return { ...edge, allowed, proven: allowed };
    }),
    target: problem.target,
  };
}

const keyOf = ({ kind, consumer, provider }: PlanConflictPair) =>
  `${kind} ${consumer.service} ${consumer.version} ${provider.service} ${provider.version}`;

test("the pairs of a conflict alone leave no plan, without any one of them there is one, and what is said to open the way does", () => {
  let conflicts = 0;
  fc.assert(
    fc.property(meshes, ({ seed, ...mesh }) => {
      const problem = randomProblem(seed, mesh);
      const plan = planOf(problem, { describe: describePair });
      fc.pre(!plan.ok);
      if (plan.ok || !plan.error.minimal) return;
      conflicts++;
      const { conflict, resolutions, kind } = plan.error;
      const keys = new Set(conflict.map(keyOf));
      const denyOnly = (denied: ReadonlySet<string>) => withPairs(problem, (key) => !denied.has(key));
      expect(hasPlan(denyOnly(keys))).toBe(false);
      // Of pairs that leave no consistent end; where there is an end, the questions are about ways, and the same holds.
      for (const key of keys) expect([kind, hasPlan(denyOnly(new Set([...keys].filter((other) => other !== key))))]).toEqual([kind, true]);
      for (const resolution of resolutions) {
        if (resolution.kind !== "pairs") continue;
        const opened = new Set(resolution.pairs.map(keyOf));
        expect(hasPlan(withPairs(problem, (key, now) => now || opened.has(key)))).toBe(true);
      }
    }),
    { numRuns: 250 },
  );
  expect(conflicts).toBeGreaterThan(100);
});
