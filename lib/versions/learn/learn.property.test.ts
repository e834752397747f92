import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Version } from "../../model/index.ts";
import { type CellFact, type EdgeKnowledge, learnEdge, nextTest, testsToSettle, VersionOrder } from "../index.ts";

type Hypothesis = readonly (readonly [low: number, end: number])[];

function orderOf(size: number): VersionOrder {
  return new VersionOrder(Array.from({ length: size }, (_, minor) => `1.${minor}.0` as Version));
}

/** Every staircase of m rows and n columns; one-sided: all rows reach to the last column. */
function* staircases(m: number, n: number, oneSided = false, from: readonly [number, number] = [0, 0]): IterableIterator<Hypothesis> {
  if (m === 0) {
    yield [];
    return;
  }
  for (let low = from[0]; low <= n; low++) {
    for (let end = oneSided ? n : Math.max(low, from[1]); end <= n; end++) {
      for (const rest of staircases(m - 1, n, oneSided, [low, end])) yield [[low, end], ...rest];
    }
  }
}

function has(hypothesis: Hypothesis, consumer: number, provider: number): boolean {
  const [low, end] = hypothesis[consumer] ?? [0, 0];
  return low <= provider && provider < end;
}

function fits(hypothesis: Hypothesis, facts: readonly CellFact[]): boolean {
  return facts.every(({ consumer, provider, compatible }) => has(hypothesis, consumer, provider) === compatible);
}

/** A one-sided staircase is a two-sided one where a last column is known to be compatible. */
function lastColumn(m: number, n: number): readonly CellFact[] {
  return Array.from({ length: m }, (_, consumer) => ({ consumer, provider: n, compatible: true }));
}

function cellsOf(m: number, n: number): readonly (readonly [number, number])[] {
  return Array.from({ length: m * n }, (_, at) => [Math.floor(at / n), at % n] as const);
}

/** Tests as told until nothing is open; how many it took. */
function settle(
  target: Hypothesis,
  m: number,
  n: number,
  known: readonly CellFact[],
): { readonly tests: number; readonly edge: EdgeKnowledge } {
  const consumers = orderOf(m);
  const providers = orderOf(n);
  const facts = [...known];
  for (let tests = 0; ; tests++) {
    const edge = learnEdge(consumers, providers, facts);
    const next = nextTest(edge);
    if (next === null) return { tests, edge };
    const { consumer, provider } = next;
    facts.push({ consumer, provider, compatible: has(target, consumer, provider) });
  }
}

function binomial(n: number, k: number): number {
  let ways = 1;
  for (let at = 1; at <= k; at++) ways = (ways * (n - k + at)) / at;
  return ways;
}

describe.each([
  [3, 4],
  [5, 5],
])("one-sided staircases of %d × %d versions", (m, n) => {
  const all = [...staircases(m, n, true)];

  test("are C(m+n, n) many", () => {
    expect(all).toHaveLength(binomial(m + n, n));
  });

  test("are settled by at most m + n - 1 tests, and to what they are", () => {
    let most = 0;
    for (const target of all) {
      // The virtual last column is compatible in all.
      const wider = target.map(([low]) => [low, n + 1] as const);
      const { edge, tests } = settle(wider, m, n + 1, lastColumn(m, n));
      most = Math.max(most, tests);
      for (const [consumer, provider] of cellsOf(m, n)) {
        expect(edge.proven.has(consumer, provider)).toBe(has(wider, consumer, provider));
        expect(edge.possible.has(consumer, provider)).toBe(has(wider, consumer, provider));
      }
    }
    expect(most).toBeLessThanOrEqual(m + n - 1);
    expect(most).toBeGreaterThanOrEqual(Math.ceil(Math.log2(all.length)));
    expect(testsToSettle(learnEdge(orderOf(m), orderOf(n + 1), lastColumn(m, n)))).toBeLessThanOrEqual(m + n - 1);
  });

  test("have a least and a greatest consistent one, which is what is proven and what is possible", () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(fc.constantFrom(...cellsOf(m, n)), { maxLength: 6 }), (target, asked) => {
        const facts = uniqueFacts(target, asked);
        const consistent = all.filter((hypothesis) => fits(hypothesis, facts));
        const edge = learnEdge(orderOf(m), orderOf(n + 1), [...facts, ...lastColumn(m, n)]);
        const isMember = (relation: EdgeKnowledge["proven"]) =>
          consistent.some((hypothesis) => cellsOf(m, n).every(([i, j]) => has(hypothesis, i, j) === relation.has(i, j)));
        expect([isMember(edge.proven), isMember(edge.possible)]).toEqual([true, true]);
      }),
      { numRuns: 60 },
    );
  });
});

function uniqueFacts(target: Hypothesis, asked: readonly (readonly [number, number])[]): readonly CellFact[] {
  const facts = new Map(
    asked.map(([consumer, provider]) => [`${consumer} ${provider}`, { consumer, provider, compatible: has(target, consumer, provider) }]),
  );
  return [...facts.values()];
}

describe("two-sided staircases of 3 × 4 versions", () => {
  const all = [...staircases(3, 4)];
  const cells = cellsOf(3, 4);

  test("what is proven is in every consistent one, what is possible in at least one, and a cell's share is exact", () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(fc.constantFrom(...cells), { maxLength: 8 }), (target, asked) => {
        const facts = uniqueFacts(target, asked);
        const consistent = all.filter((hypothesis) => fits(hypothesis, facts));
        const edge = learnEdge(orderOf(3), orderOf(4), facts);
        const share = ([i, j]: readonly [number, number]) =>
          consistent.filter((hypothesis) => has(hypothesis, i, j)).length / consistent.length;
        for (const cell of cells) {
          expect(edge.proven.has(...cell)).toBe(share(cell) === 1);
          expect(edge.possible.has(...cell)).toBe(share(cell) > 0);
        }
        const next = nextTest(edge);
        const open = cells.filter((cell) => share(cell) > 0 && share(cell) < 1);
        expect(next === null).toBe(open.length === 0);
        if (next === null) return;
        const best = Math.min(...open.map((cell) => Math.abs(share(cell) - 0.5)));
        expect(next.share).toBeCloseTo(share([next.consumer, next.provider]), 9);
        expect(Math.abs(next.share - 0.5)).toBeLessThanOrEqual(best + 0.05 + 1e-9);
      }),
    );
  });

  test("take no more tests than was told before the first one", () => {
    for (const target of all) {
      const { tests, edge } = settle(target, 3, 4, []);
      expect(tests).toBeLessThanOrEqual(testsToSettle(learnEdge(orderOf(3), orderOf(4), [])));
      for (const cell of cells) expect(edge.proven.has(...cell)).toBe(has(target, ...cell));
    }
  });

  test("a test settles as many further pairs as it says", () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(fc.constantFrom(...cells), { maxLength: 5 }), (target, asked) => {
        const facts = uniqueFacts(target, asked);
        const edge = learnEdge(orderOf(3), orderOf(4), facts);
        const next = nextTest(edge);
        if (next === null) return;
        const { consumer, provider } = next;
        const after = learnEdge(orderOf(3), orderOf(4), [...facts, { consumer, provider, compatible: has(target, consumer, provider) }]);
        const settled = edge.open.count - after.open.count - 1;
        expect(settled).toBeGreaterThanOrEqual(next.settles.least);
        expect(settled).toBeLessThanOrEqual(next.settles.most);
      }),
    );
  });
});

describe("any facts at all", () => {
  const facts = fc
    .uniqueArray(fc.record({ consumer: fc.nat(3), provider: fc.nat(4), compatible: fc.boolean() }), {
      selector: ({ consumer, provider }) => `${consumer} ${provider}`,
    })
    .map((list): readonly CellFact[] => list);
  const all = [...staircases(4, 5)];

  test("stand as they are: what is proven or possible never contradicts a fact, and nothing is inferred where there is one", () => {
    fc.assert(
      fc.property(facts, (known) => {
        const edge = learnEdge(orderOf(4), orderOf(5), known);
        for (const { consumer, provider, compatible } of known) {
          expect([edge.proven.has(consumer, provider), edge.possible.has(consumer, provider)]).toEqual([compatible, compatible]);
          for (const inferred of [edge.inferredCompatible, edge.inferredIncompatible, edge.open])
            expect(inferred.has(consumer, provider)).toBe(false);
        }
        expect(known.length + edge.inferredCompatible.count + edge.inferredIncompatible.count + edge.open.count).toBe(20);
      }),
    );
  });

  test("contradict each other just where no staircase fits them with the exceptions taken out; no part of a witness does", () => {
    const isConsistent = (known: readonly CellFact[]) => all.some((hypothesis) => fits(hypothesis, known));
    fc.assert(
      fc.property(facts, (known) => {
        const { contradictions, exceptions } = learnEdge(orderOf(4), orderOf(5), known);
        expect(contradictions.length === 0).toBe(isConsistent(known.filter((fact) => !exceptions.includes(fact))));
        for (const witness of contradictions) {
          expect(isConsistent(witness)).toBe(false);
          for (const left of witness) expect(isConsistent(witness.filter((fact) => fact !== left))).toBe(true);
        }
      }),
    );
  });
});
