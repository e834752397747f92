import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NodeRoom, type PlacedInstance, planMoves, type WantedInstances } from "./index.ts";

/** Nodes and processes, without an engine: what is started gets ready some time later, what is asked to leave goes some time later. */
class World {
  instances: PlacedInstance[] = [];
  rooms: NodeRoom[];
  #born = 0;

  constructor(nodes: readonly string[]) {
    this.rooms = nodes.map((node) => ({ node, takes: true, instances: 0 }));
  }

  round(wanted: WantedInstances): number {
    const rooms = this.rooms.map((room) => ({ ...room, instances: this.instances.filter(({ node }) => node === room.node).length }));
    const { start, leave } = planMoves(wanted, this.instances, rooms);
    this.instances = [
      ...this.instances.map((each) => (leave.includes(each.id) ? { ...each, phase: "leaving" as const } : each)),
      ...start.map((node) => ({ id: `i${this.#born++}`, node, generation: wanted.generation, phase: "starting" as const })),
    ];
    return start.length + leave.length;
  }

  /** Time goes by: `does(i)` says for each instance in the making, or leaving, whether it gets there. */
  pass(does: (index: number) => boolean): void {
    this.instances = this.instances.flatMap((each, index): PlacedInstance[] => {
      if (!does(index)) return [each];
      if (each.phase === "leaving") return [];
      return [each.phase === "starting" ? { ...each, phase: "ready" } : each];
    });
  }

  settle(wanted: WantedInstances, watch: () => void = () => {}): number {
    for (let rounds = 0; rounds < 2_000; rounds += 1) {
      const moves = this.round(wanted);
      watch();
      if (moves === 0 && this.instances.every(({ phase }) => phase === "ready" || phase === "held")) return rounds;
      this.pass(() => true);
    }
    throw new Error("never settles");
  }

  count(wanted: (instance: PlacedInstance) => boolean): number {
    return this.instances.filter(wanted).length;
  }

  get ready(): number {
    return this.count(({ phase }) => phase === "ready");
  }
}

const shares = fc.constantFrom(0.1, 0.25, 0.5, 0.75, 1);
const limits = fc
  .record({ maxSurge: fc.integer({ min: 0, max: 4 }), maxUnavailable: fc.integer({ min: 0, max: 4 }) })
  .filter(({ maxSurge, maxUnavailable }) => maxSurge + maxUnavailable > 0);
const wantedOf = fc.record({
  target: fc.integer({ min: 1, max: 12 }),
  alpha: shares,
  gamma: shares,
  limits,
  nodes: fc.integer({ min: 1, max: 4 }),
});
type Given = typeof wantedOf extends fc.Arbitrary<infer T> ? T : never;

function setUp({ nodes, target, alpha, gamma, limits: { maxSurge, maxUnavailable } }: Given) {
  const world = new World(["node-a", "node-b", "node-c", "node-d"].slice(0, nodes));
  return { world, wanted: { target, generation: 1, alpha, gamma, maxSurge, maxUnavailable } };
}

describe("scaling", () => {
  test("goes up to the target in steps that never go beyond and never go back", () => {
    fc.assert(
      fc.property(wantedOf, (given) => {
        const { wanted, world } = setUp(given);
        let before = 0;
        world.settle(wanted, () => {
          expect(world.instances.length).toBeGreaterThanOrEqual(before);
          expect(world.instances.length).toBeLessThanOrEqual(wanted.target);
          before = world.instances.length;
        });
        expect(world.ready).toBe(wanted.target);
      }),
    );
  });

  test("goes down to the target in steps that never go below and never go back", () => {
    fc.assert(
      fc.property(wantedOf, fc.integer({ min: 0, max: 12 }), (given, down) => {
        const { wanted, world } = setUp(given);
        world.settle(wanted);
        const less = { ...wanted, target: Math.min(down, wanted.target) };
        let before = world.ready;
        world.settle(less, () => {
          expect(world.ready).toBeLessThanOrEqual(before);
          expect(world.ready).toBeGreaterThanOrEqual(less.target);
          before = world.ready;
        });
        expect(world.instances.length).toBe(less.target);
      }),
    );
  });

  test("takes no more rounds than its share asks for", () => {
    fc.assert(
      fc.property(wantedOf, (given) => {
        const { wanted, world } = setUp(given);
        // Each round closes at least the share α of what is missing, and at least one.
        expect(world.settle(wanted)).toBeLessThanOrEqual(wanted.target + 1);
      }),
    );
  });

  test("spreads instances over the nodes: none has two more than another", () => {
    fc.assert(
      fc.property(wantedOf, (given) => {
        const { wanted, world } = setUp(given);
        world.settle(wanted);
        const counts = world.rooms.map(({ node }) => world.count((each) => each.node === node));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        world.settle({ ...wanted, target: Math.ceil(wanted.target / 2) });
        const after = world.rooms.map(({ node }) => world.count((each) => each.node === node));
        expect(Math.max(...after) - Math.min(...after)).toBeLessThanOrEqual(1);
        world.settle({ ...wanted, generation: 2 });
        const rolled = world.rooms.map(({ node }) => world.count((each) => each.node === node));
        expect(Math.max(...rolled) - Math.min(...rolled)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("rolling", () => {
  test("never has fewer ready instances than allowed, nor more in all, whatever gets ready when; and ends with the wanted generation alone", () => {
    fc.assert(
      fc.property(wantedOf, fc.infiniteStream(fc.boolean()), (given, coin) => {
        const { wanted, world } = setUp(given);
        world.settle(wanted);
        const next = { ...wanted, generation: 2 };
        for (let rounds = 0; rounds < 60; rounds += 1) {
          world.round(next);
          expect(world.ready).toBeGreaterThanOrEqual(next.target - next.maxUnavailable);
          expect(world.instances.length).toBeLessThanOrEqual(next.target + next.maxSurge);
          world.pass(() => coin.next().value === true);
        }
        world.settle(next);
        expect(world.count(({ generation, phase }) => generation === 2 && phase === "ready")).toBe(next.target);
        expect(world.instances.length).toBe(next.target);
      }),
      { numRuns: 200 },
    );
  });

  test("replaces at most the share γ in one round, and gets there in a bounded number of rounds", () => {
    fc.assert(
      fc.property(wantedOf, (given) => {
        const { wanted, world } = setUp(given);
        world.settle(wanted);
        const next = { ...wanted, generation: 2 };
        const rounds = world.settle(next, () => {
          const updated = world.count(({ generation, phase }) => generation === 2 && phase === "ready");
          const starting = world.count(({ generation, phase }) => generation === 2 && phase === "starting");
          expect(starting).toBeLessThanOrEqual(Math.ceil(next.gamma * (next.target - updated)));
        });
        // At worst one at a time, each in three rounds: starts, the old one leaves, it is gone.
        expect(rounds).toBeLessThanOrEqual(3 * next.target + 1);
      }),
    );
  });

  test("a generation that never gets ready takes none of the ready instances beyond what may be unavailable", () => {
    fc.assert(
      fc.property(wantedOf, (given) => {
        const { wanted, world } = setUp(given);
        world.settle(wanted);
        const broken = { ...wanted, generation: 2 };
        for (let rounds = 0; rounds < 40; rounds += 1) {
          world.round(broken);
          world.pass((index) => world.instances[index]?.generation === 1);
        }
        expect(world.ready).toBeGreaterThanOrEqual(broken.target - broken.maxUnavailable);
        world.settle(wanted);
        expect(world.count(({ generation }) => generation === 1)).toBe(wanted.target);
      }),
    );
  });
});

describe("nodes", () => {
  test("an instance stays where it is unless it has to move", () => {
    fc.assert(
      fc.property(wantedOf, (given) => {
        const { wanted, world } = setUp(given);
        world.settle(wanted);
        const before = world.instances.map(({ id }) => id);
        world.rooms = [...world.rooms, { node: "node-z", takes: true, instances: 0 }];
        world.settle(wanted);
        expect(world.instances.map(({ id }) => id)).toEqual(before);
      }),
    );
  });

  test("a drained node is emptied only as its instances are ready elsewhere", () => {
    fc.assert(
      fc.property(wantedOf, fc.integer({ min: 2, max: 4 }), (given, nodes) => {
        const { wanted, world } = setUp({ ...given, nodes, limits: { maxSurge: 1, maxUnavailable: 0 } });
        world.settle(wanted);
        world.rooms = world.rooms.slice(1);
        world.settle(wanted, () => expect(world.ready).toBeGreaterThanOrEqual(wanted.target));
        expect(world.count(({ node }) => node === "node-a")).toBe(0);
        expect(world.ready).toBe(wanted.target);
      }),
    );
  });

  test("with no node to go to, instances of a drained node stay", () => {
    const world = new World(["node-a"]);
    const wanted = { target: 3, generation: 1, alpha: 1, gamma: 1, maxSurge: 1, maxUnavailable: 0 };
    world.settle(wanted);
    world.rooms = [];
    expect(world.round(wanted)).toBe(0);
    expect(world.ready).toBe(3);
  });

  test("an instance that an operator stopped keeps its place, and goes first when there are too many", () => {
    const world = new World(["node-a", "node-b"]);
    const wanted = { target: 3, generation: 1, alpha: 1, gamma: 1, maxSurge: 1, maxUnavailable: 0 };
    world.settle(wanted);
    world.instances = world.instances.map((each) => (each.id === "i1" ? { ...each, phase: "held" } : each));
    expect(world.round(wanted)).toBe(0);
    world.settle({ ...wanted, target: 2 });
    expect(world.instances.map(({ id }) => id)).toEqual(["i0", "i2"]);
  });
});
