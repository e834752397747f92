/**
 * One round of one deployment: how many instances start, on which nodes, and which are asked to leave.
 *
 * An instance is *current* when it is of the wanted generation and on a node where it may be, else *outdated*. Outdated ones are replaced: a current one
 * starts as far as `maxSurge` lets it, and one outdated leaves for each that is ready, or before, as far as `maxUnavailable` lets it.
 * In flight is at most the share of a round (α where instances only come or go, γ where they are replaced): what never gets ready stops the roll and nothing else.
 */
import { approach } from "./approach.ts";

export interface PlacedInstance {
  readonly id: string;
  readonly node: string;
  readonly generation: number;
  /** `failing`: it ended, or nothing is known of it. `held`: an operator stopped it and it keeps its place. `leaving`: it was asked to. */
  readonly phase: "starting" | "ready" | "failing" | "held" | "leaving";
}

export interface WantedInstances {
  readonly target: number;
  readonly generation: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** A node where instances of the deployment may stay. */
export interface NodeRoom {
  readonly node: string;
  /** Whether it takes new ones at the moment. */
  readonly takes: boolean;
  /** Instances of every deployment there. */
  readonly instances: number;
}

export interface Moves {
  /** A node for each instance to start. */
  readonly start: readonly string[];
  /** Instances to ask to leave. */
  readonly leave: readonly string[];
}

/** The next round; both lists are empty where nothing is to be done, or where it has to wait. */
export function planMoves(wanted: WantedInstances, placed: readonly PlacedInstance[], rooms: readonly NodeRoom[]): Moves {
  const mayStay = new Set(rooms.map(({ node }) => node));
  const isCurrent = ({ generation, node }: PlacedInstance) => generation === wanted.generation && mayStay.has(node);
  const staying = placed.filter(({ phase }) => phase !== "leaving");
  const current = staying.filter(isCurrent);
  const outdated = staying.filter((instance) => !isCurrent(instance));
  const leave = whoLeaves(wanted, placed, current, outdated, rooms);
  return { start: whereToStart(wanted, placed, current, outdated, rooms), leave };
}

function whereToStart(
  { target, alpha, gamma, maxSurge }: WantedInstances,
  placed: readonly PlacedInstance[],
  current: readonly PlacedInstance[],
  outdated: readonly PlacedInstance[],
  rooms: readonly NodeRoom[],
): readonly string[] {
  const settled = current.filter(({ phase }) => phase === "ready" || phase === "held").length;
  const aim = settled >= target ? target : approach(settled, target, outdated.length > 0 ? gamma : alpha);
  const count = Math.min(aim - current.length, target + maxSurge - placed.length);
  // Those that go do not count: what takes their place has to be spread when they are gone.
  const own = countBy(current);
  const all = new Map(rooms.map(({ node, instances }) => [node, instances]));
  const open = rooms.filter(({ takes }) => takes).map(({ node }) => node);
  const start: string[] = [];
  while (start.length < count && open.length > 0) {
    const node = open.reduce((best, each) => (isBetter(each, best, own, all) ? each : best));
    start.push(node);
    own.set(node, (own.get(node) ?? 0) + 1);
    all.set(node, (all.get(node) ?? 0) + 1);
  }
  return start;
}

/** Spread first, then the least loaded, then by name so that the choice is always the same. */
function isBetter(node: string, than: string, own: ReadonlyMap<string, number>, all: ReadonlyMap<string, number>): boolean {
  const byOwn = (own.get(node) ?? 0) - (own.get(than) ?? 0);
  const byAll = (all.get(node) ?? 0) - (all.get(than) ?? 0);
  return byOwn !== 0 ? byOwn < 0 : byAll !== 0 ? byAll < 0 : node < than;
}

function whoLeaves(
  { target, alpha, gamma, maxUnavailable }: WantedInstances,
  placed: readonly PlacedInstance[],
  current: readonly PlacedInstance[],
  outdated: readonly PlacedInstance[],
  rooms: readonly NodeRoom[],
): readonly string[] {
  const needed = Math.max(0, target - maxUnavailable);
  const leavingAlready = placed.length - current.length - outdated.length;
  const excess = Math.max(0, placed.length - target);
  const share = Math.max(roundOf(outdated.length + (outdated.length > 0 ? leavingAlready : 0), gamma), roundOf(excess, alpha));
  let budget = share - leavingAlready;
  let ready = [...current, ...outdated].filter(({ phase }) => phase === "ready").length;
  /** Those that stay or take the place of one that leaves. */
  let held = current.filter(({ phase }) => phase === "ready").length + outdated.length;
  const leave: string[] = [];
  const take = (instance: PlacedInstance) => {
    if (budget <= 0 || (instance.phase === "ready" && ready - 1 < needed)) return false;
    leave.push(instance.id);
    budget -= 1;
    if (instance.phase === "ready") ready -= 1;
    return true;
  };
  for (const instance of leastMissed(outdated, rooms)) {
    if (held - 1 >= needed && take(instance)) held -= 1;
  }
  let surplus = current.length - target;
  for (const instance of leastMissed(current, rooms)) {
    if (surplus <= 0) break;
    if (take(instance)) surplus -= 1;
  }
  return leave;
}

function roundOf(count: number, share: number): number {
  return count - approach(count, 0, share);
}

const LEAST_USE: readonly PlacedInstance["phase"][] = ["held", "failing", "starting", "ready"];

/** In the order in which they may go: those that serve least first, each from the node that then has most of its kind, or most of all. */
function leastMissed(instances: readonly PlacedInstance[], rooms: readonly NodeRoom[]): readonly PlacedInstance[] {
  const load = new Map(rooms.map(({ node, instances: all }) => [node, all]));
  const own = countBy(instances);
  const rest = new Set(instances.toSorted((left, right) => (left.id < right.id ? 1 : -1)));
  const order: PlacedInstance[] = [];
  const less = (left: PlacedInstance, right: PlacedInstance) =>
    LEAST_USE.indexOf(left.phase) - LEAST_USE.indexOf(right.phase) ||
    (own.get(right.node) ?? 0) - (own.get(left.node) ?? 0) ||
    (load.get(right.node) ?? 0) - (load.get(left.node) ?? 0);
  while (rest.size > 0) {
    const next = [...rest].reduce((best, each) => (less(each, best) < 0 ? each : best));
    rest.delete(next);
    order.push(next);
    own.set(next.node, (own.get(next.node) ?? 0) - 1);
    load.set(next.node, (load.get(next.node) ?? 0) - 1);
  }
  return order;
}

function countBy(instances: readonly PlacedInstance[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of instances) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}
