import ELK from "elkjs/lib/elk.bundled.js";
import { layoutLayered } from "../components/topology/layout/layered-layout.ts";
import type { LayoutGraph, Positions } from "../components/topology/layout/layout-graph.ts";
import { placeNodes } from "../components/topology/layout/place-incrementally.ts";
import { createXorshift, randomBelow } from "../lib/std/index.ts";
import { type BenchOptions, type BenchRow, interleave, ratioOf } from "./bench-table.ts";

const EDGES_PER_NODE = 2.5;
const BOX = { width: 160, height: 60 };

/** Layout against elkjs's layered algorithm on the same graph: time, and crossings of the straight lines between the boxes. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const count of options.short ? [200] : [200, 1000]) rows.push(...(await compare(count, options.short || count > 200 ? 1 : 3)));
  rows.push(addOne(1000));
  return rows;
}

async function compare(count: number, rounds: number): Promise<BenchRow[]> {
  const graph = createServiceGraph(count, 7);
  const elk = new ELK();
  const results: Record<"ours" | "elkjs", Positions> = { ours: {}, elkjs: {} };
  const timed = await interleave(
    {
      ours: () => {
        const start = performance.now();
        results.ours = layoutLayered(graph).positions;
        return performance.now() - start;
      },
      elkjs: async () => {
        const start = performance.now();
        results.elkjs = await layoutByElk(elk, graph);
        return performance.now() - start;
      },
    },
    rounds,
  );
  const crossings = { ours: countStraightCrossings(graph, results.ours), elkjs: countStraightCrossings(graph, results.elkjs) };
  return [
    {
      figure: `layout, ${count} nodes, time`,
      unit: "ms",
      ours: timed.ours,
      anchor: timed.elkjs,
      anchorName: "elkjs",
      ratio: ratioOf(timed.ours, timed.elkjs),
      goal: "≤ 0.05×",
    },
    {
      figure: `layout, ${count} nodes, crossings`,
      unit: "",
      ours: crossings.ours,
      anchor: crossings.elkjs,
      anchorName: "elkjs",
      ratio: ratioOf(crossings.ours, crossings.elkjs),
      goal: "≤ 1.10×",
    },
  ];
}

/** One service comes to a picture of `count`. */
function addOne(count: number): BenchRow {
  const graph = createServiceGraph(count, 7);
  const previous = layoutLayered(graph).positions;
  const nodes = [...graph.nodes, { id: "newcomer", ...BOX }];
  const edges = [...graph.edges, { source: "s3", target: "newcomer" }];
  const start = performance.now();
  const { positions } = placeNodes({ nodes, edges, previous, previousEdges: graph.edges.length, pinned: {} });
  const elapsedMs = performance.now() - start;
  const moved = graph.nodes.filter((node) => JSON.stringify(previous[node.id]) !== JSON.stringify(positions[node.id])).length;
  return {
    figure: `layout, one node more at ${count}`,
    unit: "ms",
    ours: elapsedMs,
    anchor: null,
    anchorName: "none",
    ratio: null,
    goal: "≤ 50 ms, ≥ 90 % unmoved",
    note: `${moved} of ${count} moved`,
  };
}

/** Services in tiers, as meshes are: most calls go one or two tiers down, a few go further, one in fifty goes back up. */
function createServiceGraph(count: number, seed: number): LayoutGraph {
  const random = createXorshift(seed);
  const tiers = Math.max(3, Math.round(Math.log2(count)));
  const tierOf = Array.from({ length: count }, (_, index) => Math.floor((index * tiers) / count));
  const byTier = Array.from({ length: tiers }, (_, tier) => tierOf.flatMap((own, index) => (own === tier ? [index] : [])));
  const edges = new Map<string, { source: string; target: string }>();
  while (edges.size < count * EDGES_PER_NODE) {
    const from = randomBelow(random, count);
    const down = [1, 1, 1, 1, 1, 1, 2, 2, 3][randomBelow(random, 9)] ?? 1;
    const back = randomBelow(random, 50) === 0;
    const tier = byTier[(tierOf[from] ?? 0) + (back ? -1 : down)];
    if (!tier) continue;
    // Calls gather on few services: the smaller of two draws.
    const to = tier[Math.min(randomBelow(random, tier.length), randomBelow(random, tier.length))] ?? 0;
    if (to !== from) edges.set(`${from}>${to}`, { source: `s${from}`, target: `s${to}` });
  }
  return { nodes: tierOf.map((_, index) => ({ id: `s${index}`, ...BOX })), edges: [...edges.values()] };
}

async function layoutByElk(elk: InstanceType<typeof ELK>, graph: LayoutGraph): Promise<Positions> {
  const result = await elk.layout({
    id: "root",
    layoutOptions: { "elk.algorithm": "layered", "elk.direction": "RIGHT" },
    children: graph.nodes.map((node) => ({ id: node.id, width: node.width, height: node.height })),
    edges: graph.edges.map((edge) => ({ id: `${edge.source}>${edge.target}`, sources: [edge.source], targets: [edge.target] })),
  });
  return Object.fromEntries((result.children ?? []).map((child) => [child.id, { x: child.x ?? 0, y: child.y ?? 0 }]));
}

/** Crossings of the straight lines between the boxes, for both alike, whatever way either would draw its edges. */
function countStraightCrossings(graph: LayoutGraph, positions: Positions): number {
  const lines = graph.edges.map((edge) => {
    const from = positions[edge.source] ?? { x: 0, y: 0 };
    const to = positions[edge.target] ?? { x: 0, y: 0 };
    return [from.x, from.y, to.x, to.y] as const;
  });
  let crossings = 0;
  lines.forEach((one, index) => {
    for (let next = index + 1; next < lines.length; next++) {
      const other = lines[next];
      if (other && crosses(one, other)) crossings++;
    }
  });
  return crossings;
}

type Line = readonly [number, number, number, number];

function crosses([ax, ay, bx, by]: Line, [cx, cy, dx, dy]: Line): boolean {
  return side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 && side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0;
}

function side(ax: number, ay: number, bx: number, by: number, x: number, y: number): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}
