import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bitset } from "../bitset.ts";
import { closureOf } from "./closure-of.ts";
import { describePair, problemOf, type SketchedMesh, wavesInWords } from "./plan-mesh.fixture.ts";
import type { PlanProblem } from "./plan-problem.ts";
import { randomProblem } from "./random-mesh.fixture.ts";

const options = { describe: describePair };
const TWO = ["1.0.0", "2.0.0"];

const chain: SketchedMesh = {
  services: {
    web: { versions: TWO, live: [1] },
    cart: { versions: [...TWO, "3.0.0"], live: [1] },
    stock: { versions: TWO, live: [1] },
    mail: { versions: TWO, live: [1] },
  },
  edges: [
    ["web", "cart"],
    ["cart", "stock"],
    ["cart", "mail"],
  ],
  target: {},
  // The new ones of a chain need the new ones behind them; mail works with all.
  mayMeet: (_, own, provider, other) => provider === "mail" || own <= other,
};

describe("going back", () => {
  test("takes along what cannot stay, consumers first", () => {
    const { back, pointOfNoReturn } = closureOf(problemOf(chain), 2, 0, options);
    expect(back.ok && wavesInWords(back.value)).toEqual(["shift: web 2.0.0>1.0.0", "shift: cart 2.0.0>1.0.0", "shift: stock 2.0.0>1.0.0"]);
    expect(pointOfNoReturn).toBeNull();
  });

  test("names the wave behind which the present cannot be come back to", () => {
    const mesh = { ...chain, isReversible: (service: string, from: number) => !(service === "cart" && from === 1) };
    expect(closureOf(problemOf(mesh), 2, 0, options).pointOfNoReturn).toBe(1);
  });

  test("says what forbids it behind the point of no return, and what the way forward is", () => {
    const mesh: SketchedMesh = {
      ...chain,
      mayStep: (service, from, to) => !(service === "cart" && to < from),
      mayMeet: (_, own, __, other) => own <= other || other === 1,
    };
    const { back, forward } = closureOf(problemOf(mesh), 1, 0, options);
    expect(back).toMatchObject({ ok: false, error: { kind: "way", conflict: [{ kind: "step" }, { kind: "step" }] } });
    expect(forward?.to).toBe(2);
    expect(forward === null ? null : wavesInWords(forward.way)).toEqual(["shift: cart 2.0.0>3.0.0"]);
  });

  test("goes to the versions that were there before, and not to nearer ones", () => {
    const mesh: SketchedMesh = {
      services: { web: { versions: [...TWO, "3.0.0"], live: [2] }, cart: { versions: TWO, live: [1] } },
      edges: [["web", "cart"]],
      target: {},
      mayMeet: (_, own, __, other) => !(own === 2 && other === 0),
    };
    const back = (previous?: ReadonlyMap<number, number>) => {
      const closure = closureOf(problemOf(mesh), 1, 0, previous === undefined ? options : { ...options, previous });
      return closure.back.ok && wavesInWords(closure.back.value);
    };
    expect(back()).toEqual(["shift: web 3.0.0>2.0.0", "shift: cart 2.0.0>1.0.0"]);
    expect(back(new Map([[0, 0]]))).toEqual(["shift: web 3.0.0>1.0.0", "shift: cart 2.0.0>1.0.0"]);
  });
});

test("where each service has one version before, the set that goes back is the only smallest one", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 30), fc.integer({ min: 1, max: 6 }), fc.constantFrom(0.2, 0.5), (seed, services, broken) => {
      const drawn = randomProblem(seed, { services, versions: 2, edges: 0.4, broken, soundEnds: true });
      // All stand at the new version, and one goes back.
      const problem: PlanProblem = {
        ...drawn,
        services: drawn.services.map((service) => ({ ...service, live: [1], candidates: Bitset.full(2) })),
      };
      const { back } = closureOf(problem, 0, 0, { ...options, previous: new Map(problem.services.map((_, place) => [place, 0])) });
      const moved = back.ok ? new Set(back.value.waves.flatMap(({ steps }) => steps.map(({ service }) => Number(service.slice(1))))) : null;
      expect(moved).toEqual(onlySmallest(problem));
    }),
    { numRuns: 1_500 },
  );
});

/** The intersection of all consistent sets that go back with service 0; it is one of them. */
function onlySmallest({ services, edges }: PlanProblem): ReadonlySet<number> {
  const sets: number[] = [];
  for (let set = 1; set < 2 ** services.length; set += 2) {
    const at = (place: number) => 1 - ((set >> place) & 1);
    if (edges.every(({ consumer, provider, allowed }) => allowed.has(at(consumer), at(provider)))) sets.push(set);
  }
  const smallest = sets.reduce((all, set) => all & set, 2 ** services.length - 1);
  expect(sets).toContain(smallest);
  return new Set(services.map((_, place) => place).filter((place) => (smallest >> place) & 1));
}
