/**
 * The cheapest way of a few services to their goals through versions in between: A* over configurations (Hart, Nilsson, Raphael 1968).
 *
 * The number of services not at their goal never overestimates and drops by at most one per move, so the first way found is the shortest. Ways of
 * the same number of steps are ordered by the unproven pairs that each arriving version meets, then by the order of services and versions; the
 * same question has the same answer on every machine. With `lanes` switches of several services are moves too, and fewest switches come first.
 *
 * In general this problem is PSPACE-complete and ways can be exponentially long; the search ends at `maxStates` and says so.
 */
import { BridgeGraph, type BridgeQuestion, type Tuple } from "./bridge-graph.ts";
import { MinHeap } from "./min-heap.ts";
import type { Block, PlanMesh } from "./plan-mesh.ts";

export interface BridgeSearch extends BridgeQuestion {
  /** Fewest unproven pairs before fewest steps. */
  readonly risk: boolean;
  readonly lanes: boolean;
  readonly maxStates: number;
}

export interface BridgeFound {
  readonly blocks: readonly Block[] | null;
  readonly stopped: boolean;
}

interface State {
  readonly tuple: Tuple;
  readonly parent: State | null;
  readonly lanes: number;
  readonly steps: number;
  readonly risk: number;
}

/** Lanes and steps, or risk, of one way stay far below this. */
const SCALE = 1_000_000;

/** Partial configurations that are looked at for switches, per state that a search may look at. */
const LANE_LOOKS_PER_STATE = 10;

export function findBridge(mesh: PlanMesh, search: BridgeSearch): BridgeFound {
  const graph = new BridgeGraph(mesh, search);
  // Between old and new only, the digraph of precedence has said it already: no way, not even by going back for a while.
  if (!search.lanes && graph.values.every((values, place) => values.length <= 2 && graph.goals[place] !== -1))
    return { blocks: null, stopped: false };
  const keyOf = keysOf(graph);
  const best = new Map<number | string, number>();
  const done = new Set<number | string>();
  const heap = new MinHeap<State>();
  const budget = { left: search.maxStates * LANE_LOOKS_PER_STATE };
  let stopped = false;
  const costOf = ({ lanes, steps, risk, tuple }: State) => {
    const length = steps + graph.distance(tuple);
    return search.risk ? (lanes * SCALE + risk) * SCALE + length : (lanes * SCALE + length) * SCALE + risk;
  };
  /** False when no further configuration may be looked at. */
  const offer = (state: State): boolean => {
    const key = keyOf(state.tuple);
    const cost = costOf(state);
    const known = best.get(key);
    if (known !== undefined && known <= cost) return true;
    if (known === undefined && best.size >= search.maxStates) {
      stopped = true;
      return false;
    }
    best.set(key, cost);
    heap.push(cost, state);
    return true;
  };
  offer({ tuple: graph.start, parent: null, lanes: 0, steps: 0, risk: 0 });
  for (let state = heap.pop(); state !== undefined && !stopped; state = heap.pop()) {
    const key = keyOf(state.tuple);
    if (done.has(key)) continue;
    done.add(key);
    if (graph.distance(state.tuple) === 0) return { blocks: blocksTo(state, graph), stopped: false };
    if (!expand(graph, state, search.lanes ? budget : null, offer)) stopped = true;
  }
  return { blocks: null, stopped };
}

/** Offers all that follows on a state, switches too where there is a budget for them; false where that is too much. */
function expand(graph: BridgeGraph, from: State, lanes: { left: number } | null, offer: (state: State) => boolean): boolean {
  graph.eachMove(from.tuple, (place, value) => {
    const tuple = from.tuple.with(place, value);
    offer({ tuple, parent: from, lanes: from.lanes, steps: from.steps + 1, risk: from.risk + graph.risk(place, value, tuple) });
  });
  if (lanes === null) return true;
  return graph.eachLane(from.tuple, lanes, (tuple) => {
    let { steps, risk } = from;
    tuple.forEach((value, place) => {
      if (value === from.tuple[place]) return;
      steps++;
      risk += graph.risk(place, value, tuple);
    });
    return offer({ tuple, parent: from, lanes: from.lanes + 1, steps, risk });
  });
}

function blocksTo(end: State, graph: BridgeGraph): readonly Block[] {
  const blocks: Block[] = [];
  for (let state = end; state.parent !== null; state = state.parent) {
    const from = state.parent;
    const moves = state.tuple.flatMap((value, place) => {
      const before = from.tuple[place] ?? 0;
      return value === before ? [] : [graph.moveOf(place, before, value)];
    });
    blocks.push({ kind: moves.length === 1 ? "move" : "lane", moves });
  }
  return blocks.reverse();
}

/** A number per configuration while these are few enough for exact numbers, a text otherwise. */
function keysOf(graph: BridgeGraph): (tuple: Tuple) => number | string {
  const all = graph.values.reduce((product, values) => product * values.length, 1);
  if (all > Number.MAX_SAFE_INTEGER) return (tuple) => tuple.join();
  return (tuple) => tuple.reduce((key, value, place) => key * (graph.values[place]?.length ?? 1) + value, 0);
}
