/**
 * Puts a safe sequence of moves into waves: what depends on nothing in a wave may be under way in it, in any mix.
 *
 * Two moves depend on each other when they are of one service, or when their services meet and not all four mixes of old and new may. A move stands
 * one wave after the last earlier one that it depends on (Foata's normal form of a trace). Where every service moves once these are the arcs of
 * precedence, and the number of waves is that of the longest chain: the fewest there are (Mirsky 1971).
 *
 * Why every mix is safe: two versions that are live together in waves either were so in the sequence, or one service's leaving and the other's
 * arriving were exchanged; then these two moves are independent and the pair is one of their four mixes.
 */
import { type Block, type Move, type PlanMesh, STAY } from "./plan-mesh.ts";

export interface Wave {
  readonly kind: "move" | "lane";
  readonly moves: readonly Move[];
}

/** Moves of one wave by service; a lane has a wave for itself. */
export function wavesOf(mesh: PlanMesh, blocks: readonly Block[]): readonly Wave[] {
  const history = new Map<number, { move: Move; level: number }[]>();
  const levels: Block[][] = [];
  for (const block of blocks) {
    let level = 0;
    for (const move of block.moves) level = Math.max(level, levelOf(mesh, move, history));
    for (const move of block.moves) {
      const past = history.get(move.service);
      if (past === undefined) history.set(move.service, [{ move, level }]);
      else past.push({ move, level });
    }
    const list = levels[level];
    if (list === undefined) levels[level] = [block];
    else list.push(block);
  }
  return levels.flatMap((list) => {
    const singles = list.filter(({ kind }) => kind === "move").flatMap(({ moves }) => moves);
    const lanes: Wave[] = list.filter(({ kind }) => kind === "lane").map(({ moves }) => ({ kind: "lane", moves: byService(moves) }));
    return singles.length === 0 ? lanes : [{ kind: "move", moves: byService(singles) }, ...lanes];
  });
}

function byService(moves: readonly Move[]): readonly Move[] {
  return moves.toSorted((left, right) => left.service - right.service);
}

function levelOf(mesh: PlanMesh, move: Move, history: ReadonlyMap<number, readonly { move: Move; level: number }[]>): number {
  let level = (history.get(move.service)?.at(-1)?.level ?? -1) + 1;
  for (const edge of mesh.edgesOf(move.service)) {
    const past = history.get(mesh.otherEnd(edge, move.service));
    if (past === undefined) continue;
    for (const earlier of past) {
      if (earlier.level >= level && !areIndependent(mesh, edge, move, earlier.move)) level = earlier.level + 1;
    }
  }
  return level;
}

function areIndependent(mesh: PlanMesh, edge: number, one: Move, other: Move): boolean {
  const fits = (value: number, otherValue: number) => mesh.fitsBetween(edge, one.service, value, otherValue);
  return fits(one.from, other.to) && fits(one.to, other.from) && fits(one.to, other.to) && fits(one.from, other.from);
}

/** Where every service stands between waves. */
export type Standing = Map<number, number>;

/** Takes a wave as done. */
export function pass(standing: Standing, wave: Wave): void {
  for (const { service, to } of wave.moves) standing.set(service, to);
}

/** Calls `visit` with every pair that may meet while a move is under way in its wave and did not before it. */
export function eachArrival(
  mesh: PlanMesh,
  standing: ReadonlyMap<number, number>,
  wave: { readonly kind: Wave["kind"]; readonly moving: ReadonlyMap<number, Move> },
  move: Move,
  visit: (edge: number, consumer: number, provider: number) => void,
): void {
  const { service, to } = move;
  const standsAt = (one: number) => mesh.versionsAt(one, standing.get(one) ?? STAY);
  const wasLive = standsAt(service).includes(to);
  const show = (edge: number, isConsumer: boolean, version: number) => (isConsumer ? visit(edge, to, version) : visit(edge, version, to));
  for (const edge of mesh.edgesOf(service)) {
    const isConsumer = mesh.consumerOf(edge) === service;
    const other = mesh.otherEnd(edge, service);
    const next = wave.moving.get(other)?.to;
    const before = standsAt(other);
    const meetsOld = !wasLive && !(wave.kind === "lane" && next !== undefined);
    if (meetsOld) for (const version of before) show(edge, isConsumer, version);
    if (next !== undefined && !((wasLive || meetsOld) && before.includes(next))) show(edge, isConsumer, next);
    if (meetsOld && other === service) for (const version of before) visit(edge, version, to);
  }
}

/** Number of different pairs that meet in these waves, are not proven, and were not live together at the start. */
export function riskOf(mesh: PlanMesh, waves: readonly Wave[]): number {
  const unproven = new Set<number>();
  const standing: Standing = new Map();
  for (const wave of waves) {
    const moving = movingIn(wave);
    for (const move of wave.moves) {
      eachArrival(mesh, standing, { kind: wave.kind, moving }, move, (edge, consumer, provider) => {
        if (mesh.isUnproven(edge, consumer, provider) && !mesh.metBefore(edge, consumer, provider)) {
          unproven.add((edge * PER_EDGE + consumer) * PER_EDGE + provider);
        }
      });
    }
    pass(standing, wave);
  }
  return unproven.size;
}

/** Above the number of versions of a service, and small enough for exact keys of 100 million edges. */
const PER_EDGE = 2 ** 13;

export function movingIn(wave: Wave): ReadonlyMap<number, Move> {
  return new Map(wave.moves.map((move) => [move.service, move]));
}
