import { BridgeGraph, type BridgeQuestion, type Tuple } from "./bridge-graph.ts";
import type { PlanMesh } from "./plan-mesh.ts";

/** Size of a space of single moves: for tests against known figures, since it visits everything. */
export interface PlanCount {
  /** Configurations that can be reached from the start. */
  readonly states: number;
  /** Moves of a shortest way, null where there is none. */
  readonly steps: number | null;
  readonly shortest: number;
}

/** Counts by breadth-first search: every configuration once, and the shortest ways to each. */
export function countPlans(mesh: PlanMesh, question: BridgeQuestion): PlanCount {
  const graph = new BridgeGraph(mesh, question);
  const ways = new Map<string, { steps: number; ways: number }>([[graph.start.join(), { steps: 0, ways: 1 }]]);
  let steps: number | null = null;
  let shortest = 0;
  let layer: Tuple[] = [graph.start];
  for (let depth = 0; layer.length > 0; depth++) {
    const next: Tuple[] = [];
    for (const tuple of layer) {
      const here = ways.get(tuple.join())?.ways ?? 0;
      if (graph.distance(tuple) === 0 && steps === null) {
        steps = depth;
        shortest = here;
      }
      graph.eachMove(tuple, (place, value) => {
        const to = tuple.with(place, value);
        const known = ways.get(to.join());
        if (known === undefined) {
          ways.set(to.join(), { steps: depth + 1, ways: here });
          next.push(to);
        } else if (known.steps === depth + 1) known.ways += here;
      });
    }
    layer = next;
  }
  return { states: ways.size, steps, shortest };
}
