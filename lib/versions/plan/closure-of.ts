/**
 * What else has to move when one service goes back, in which order, and what could be done instead.
 *
 * Where each service has one version to go back to, the set is the only minimal one: all that transitively cannot stay (the ancestors in the
 * digraph of precedence), found without a choice in O(V + E). In general it is a set of fewest moves. The order is a plan like any other.
 * A step back that is forbidden, because the old version cannot read what the new one stored, lies behind the point of no return: then the answer is
 * the conflict, and the way forward to the nearest newer version, which is told in any case.
 */
import type { Result } from "../../std/index.ts";
import { Bitset } from "../bitset.ts";
import { completionsOf } from "./completion.ts";
import { PlanMesh } from "./plan-mesh.ts";
import { planOf } from "./plan-of.ts";
import type { PlanImpossible, PlannedWay, PlanOptions, PlanOutcome, PlanProblem } from "./plan-problem.ts";

export interface ClosureOptions extends PlanOptions {
  /** Position that each service had before, where that is known: tried first. */
  readonly previous?: ReadonlyMap<number, number>;
}

export interface Closure {
  /** The way back: the service and all that has to come along. */
  readonly back: Result<PlanOutcome, PlanImpossible>;
  /** Of `back`: number of the first wave, from 0, after which its start cannot be come back to; null where there is none. */
  readonly pointOfNoReturn: number | null;
  /** A newer version instead: the one that takes the fewest other services along; null where there is none. */
  readonly forward: { readonly to: number; readonly way: PlannedWay } | null;
}

/** Newer versions that are looked at for the way forward, nearest first. */
const FORWARD_MAX = 8;

export function closureOf(problem: PlanProblem, service: number, to: number, options: ClosureOptions): Closure {
  const question = { ...problem, target: new Map([[service, to]]) };
  const narrowed = options.previous === undefined ? null : planOf(goingBack(question, options.previous), options);
  const back = narrowed?.ok === true ? narrowed : planOf(question, options);
  const closing = back.ok ? back.value.waves.findIndex(({ steps }) => steps.some(({ reversible }) => !reversible)) : -1;
  return { back, pointOfNoReturn: closing === -1 ? null : closing, forward: forwardOf(problem, service, options) };
}

/** The same mesh with the version before as the only choice of each service. */
function goingBack(problem: PlanProblem, previous: ReadonlyMap<number, number>): PlanProblem {
  const services = problem.services.map((service, index) => {
    const before = previous.get(index);
    return { ...service, candidates: Bitset.from(service.order.size, (position) => position === before) };
  });
  return { ...problem, services };
}

function forwardOf(problem: PlanProblem, service: number, options: ClosureOptions): Closure["forward"] {
  const here = problem.services[service];
  const newest = here === undefined ? undefined : here.live.reduce((most, position) => Math.max(most, position), -1);
  if (here === undefined || newest === undefined || newest < 0) return null;
  const mesh = new PlanMesh(problem);
  const ends = [...here.candidates]
    .filter((position) => position > newest)
    .slice(0, FORWARD_MAX)
    .flatMap((to) => completionsOf(mesh, new Map([[service, to]]), 1).found.map((moves) => ({ to, moves: moves.size })))
    .sort((left, right) => left.moves - right.moves || left.to - right.to);
  for (const { to } of ends) {
    const way = planOf({ ...problem, target: new Map([[service, to]]) }, options);
    if (way.ok) return { to, way: way.value };
  }
  return null;
}
