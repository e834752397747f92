import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignLayers, orientEdges } from "./assign-layers.ts";
import { breakCycles } from "./break-cycles.ts";
import { createCrossingCounter } from "./count-crossings.ts";
import { createLayeredGraph } from "./layered-graph.ts";
import { layoutLayered } from "./layered-layout.ts";
import { at, DEFAULT_SPACING, indexGraph, type LayoutGraph, type LayoutNode, type Positions } from "./layout-graph.ts";
import { placeNodes } from "./place-incrementally.ts";
import { orderingOf, reduceCrossings } from "./reduce-crossings.ts";

/** Any directed graph: cycles, self loops, duplicates, isolated nodes and edges to nowhere included. */
const graphs: fc.Arbitrary<LayoutGraph> = fc.integer({ min: 1, max: 40 }).chain((count) =>
  fc.record({
    nodes: fc
      .array(fc.integer({ min: 40, max: 160 }), { minLength: count, maxLength: count })
      .map((heights) => heights.map((height, index) => ({ id: `s${index}`, width: 172, height }))),
    edges: fc.array(
      fc.record({ source: fc.nat({ max: count }).map((index) => `s${index}`), target: fc.nat({ max: count }).map((index) => `s${index}`) }),
      { maxLength: count * 3 },
    ),
  }),
);

function overlapping(nodes: readonly LayoutNode[], positions: Positions): string[] {
  const found: string[] = [];
  nodes.forEach((one, index) => {
    for (const other of nodes.slice(index + 1)) {
      const a = positions[one.id];
      const b = positions[other.id];
      if (!a || !b) continue;
      if (a.x < b.x + other.width && b.x < a.x + one.width && a.y < b.y + other.height && b.y < a.y + one.height)
        found.push(`${one.id} ${other.id}`);
    }
  });
  return found;
}

describe("the layered layout", () => {
  test("places every node, and no two boxes overlap", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { positions } = layoutLayered(graph);
        expect(Object.keys(positions).toSorted()).toEqual(graph.nodes.map((node) => node.id).toSorted());
        expect(overlapping(graph.nodes, positions)).toEqual([]);
      }),
    );
  });

  test("is the same in whatever order nodes and edges arrive", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const shuffled = { nodes: graph.nodes.toReversed(), edges: graph.edges.toReversed() };
        expect(layoutLayered(shuffled)).toEqual(layoutLayered(graph));
      }),
    );
  });

  test("every edge that was not turned around points to the right", () => {
    fc.assert(
      fc.property(graphs, (input) => {
        const graph = indexGraph(input);
        const acyclic = orientEdges(graph, breakCycles(graph));
        const layers = assignLayers(acyclic);
        const backwards = [...acyclic.from].filter((source, edge) => at(layers, source) >= at(layers, at(acyclic.to, edge)));
        expect(backwards).toEqual([]);
      }),
    );
  });

  test("a graph without cycles has no edge turned around", () => {
    fc.assert(
      fc.property(graphs, (input) => {
        const forwards = { ...input, edges: input.edges.filter((edge) => edge.source < edge.target) };
        expect(breakCycles(indexGraph(forwards)).includes(1)).toBe(false);
      }),
    );
  });

  test("crossings are counted as comparing every pair of edges counts them, and reducing never adds any", () => {
    fc.assert(
      fc.property(graphs, (input) => {
        const graph = indexGraph(input);
        const acyclic = orientEdges(graph, breakCycles(graph));
        const layered = createLayeredGraph(acyclic, assignLayers(acyclic));
        const count = createCrossingCounter(layered);
        const start = new Int32Array(layered.nodeCount);
        for (const layer of layered.layers) for (const [index, node] of layer.entries()) start[node] = index;
        const before = count(orderingOf(layered, start));
        expect(before).toBe(crossingsByPairs(layered, start));
        const reduced = reduceCrossings(layered);
        const after = count(orderingOf(layered, reduced));
        expect(after).toBe(crossingsByPairs(layered, reduced));
        expect(after).toBeLessThanOrEqual(before);
        expect(count(orderingOf(layered, start), after)).toBeGreaterThanOrEqual(after);
      }),
    );
  });

  test("a long edge gets one bend per column between its ends", () => {
    const nodes = ["a", "b", "c", "d"].map((id) => ({ id, width: 172, height: 60 }));
    const chain = [
      { source: "a", target: "b" },
      { source: "b", target: "c" },
      { source: "c", target: "d" },
      { source: "a", target: "d" },
    ];
    expect(Object.entries(layoutLayered({ nodes, edges: chain }).bends).map(([key, points]) => [key, points.length])).toEqual([["a>d", 2]]);
  });

  test("nodes without edges stand beneath the rest", () => {
    const nodes = ["a", "b", "lonely"].map((id) => ({ id, width: 172, height: 60 }));
    const { positions } = layoutLayered({ nodes, edges: [{ source: "a", target: "b" }] });
    expect(positions["lonely"]?.y).toBeGreaterThanOrEqual((positions["b"]?.y ?? 0) + 60 + DEFAULT_SPACING.rowGap);
  });
});

function crossingsByPairs(layered: ReturnType<typeof createLayeredGraph>, place: Int32Array): number {
  const segments: { layer: number; from: number; to: number }[] = [];
  for (let node = 0; node < layered.nodeCount; node++) {
    for (let slot = at(layered.right.start, node); slot < at(layered.right.start, node + 1); slot++) {
      segments.push({ layer: at(layered.layerOf, node), from: at(place, node), to: at(place, at(layered.right.list, slot)) });
    }
  }
  let crossings = 0;
  segments.forEach((one, index) => {
    for (const other of segments.slice(index + 1)) {
      if (one.layer === other.layer && (one.from - other.from) * (one.to - other.to) < 0) crossings++;
    }
  });
  return crossings;
}

describe("the next picture", () => {
  const first = (graph: LayoutGraph) => placeNodes({ ...graph, previous: {}, previousEdges: 0, pinned: {} }).positions;

  test("leaves every node that stood where it was when nodes come and go", () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 0, max: 39 }), (graph, gone) => {
        const before = first(graph);
        const newcomer = { id: "zz-new", width: 172, height: 90 };
        const nodes = [...graph.nodes.filter((_, index) => graph.nodes.length === 1 || index !== gone), newcomer];
        const edges = [...graph.edges, { source: "s0", target: "zz-new" }];
        const after = placeNodes({ nodes, edges, previous: before, previousEdges: edges.length, pinned: {} }).positions;
        const moved = nodes.filter((node) => before[node.id] && JSON.stringify(before[node.id]) !== JSON.stringify(after[node.id]));
        expect(moved.map((node) => node.id)).toEqual([]);
        expect(overlapping(nodes, after)).toEqual([]);
        expect(after["zz-new"]).toBeDefined();
      }),
    );
  });

  test("moves at most a tenth of the nodes when one box grows, and none overlap", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const before = first(graph);
        const nodes = graph.nodes.map((node, index) => (index === 0 ? { ...node, height: node.height + 24 } : node));
        const after = placeNodes({ nodes, edges: graph.edges, previous: before, previousEdges: graph.edges.length, pinned: {} }).positions;
        const moved = nodes.filter((node) => JSON.stringify(before[node.id]) !== JSON.stringify(after[node.id]));
        expect(moved.length).toBeLessThanOrEqual(Math.max(1, nodes.length / 10));
        expect(overlapping(nodes, after)).toEqual([]);
      }),
    );
  });

  test("a position chosen by hand wins, in a new picture as in the next one", () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: -500, max: 500 }), (graph, x) => {
        const pinned = { s0: { x, y: 40 } };
        const fresh = placeNodes({ ...graph, previous: {}, previousEdges: 0, pinned });
        expect(fresh.positions["s0"]).toEqual(pinned.s0);
        expect(overlapping(graph.nodes, fresh.positions)).toEqual([]);
        const next = placeNodes({ ...graph, previous: fresh.positions, previousEdges: 0, pinned: { s0: { x: x + 10, y: 50 } } });
        expect(next.positions["s0"]).toEqual({ x: x + 10, y: 50 });
      }),
    );
  });

  test("a picture that was outgrown is made anew around what was chosen by hand, and no edge bends where its end stood before", () => {
    const nodes = ["a", "b", "c", "d"].map((id) => ({ id, width: 172, height: 60 }));
    const chain = ["a>b", "b>c", "c>d", "a>d", "b>d"].map((key) => ({ source: key.slice(0, 1), target: key.slice(2) }));
    const graph = { nodes, edges: chain };
    const pinned = { a: { x: -900, y: 700 } };
    const next = placeNodes({ ...graph, previous: { a: { x: 0, y: 0 } }, previousEdges: 0, pinned });
    expect(next.fresh).toBe(true);
    expect(next.positions).toEqual({ ...layoutLayered(graph).positions, ...pinned });
    expect(Object.keys(layoutLayered(graph).bends)).toEqual(["a>d", "b>d"]);
    expect(Object.keys(next.bends)).toEqual(["b>d"]);
  });

  test("a service may be called what every object has", () => {
    const nodes = ["a", "constructor"].map((id) => ({ id, width: 172, height: 60 }));
    const edges = [{ source: "a", target: "constructor" }];
    const before = first({ nodes: nodes.slice(0, 1), edges: [] });
    const beside = placeNodes({ nodes, edges, previous: before, previousEdges: 1, pinned: {} }).positions;
    for (const positions of [first({ nodes, edges }), beside]) {
      expect(Object.keys(positions).toSorted()).toEqual(["a", "constructor"]);
      expect(overlapping(nodes, positions)).toEqual([]);
      expect(Number.isFinite(positions["constructor"]?.x)).toBe(true);
    }
  });

  test("a picture made from less than half of what is known is made anew", () => {
    const nodes = ["a", "b", "c"].map((id) => ({ id, width: 172, height: 60 }));
    const before = first({ nodes, edges: [] });
    const edges = [
      { source: "a", target: "b" },
      { source: "b", target: "c" },
    ];
    expect(placeNodes({ nodes, edges, previous: before, previousEdges: 0, pinned: {} })).toEqual({
      ...layoutLayered({ nodes, edges }),
      fresh: true,
    });
  });
});
