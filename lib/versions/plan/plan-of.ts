/**
 * Plans: from the live configuration to the target, every state between them safe.
 *
 * Ways are made in three manners: by what must be, preferring proven pairs where the order alone decides, and through proven pairs only; each for
 * every completion of fewest moves. Of these the ones that no other beats in steps, waves and risk at once are kept. Where each service moves
 * once the preferred way has the fewest waves there can be; over bridges it has the fewest steps, and its waves are those of that sequence.
 *
 * Invariants: the same problem has the same answer; nothing is random and nothing reads a clock. Every way passes `check-plan.ts`.
 * Sources: Reitblatt et al., SIGCOMM 2012; Mirsky 1971; Gopalan et al. 2009 (why the general case needs a bound on the search).
 */
import { err, ok, type Result } from "../../std/index.ts";
import { completionsOf, type Moves } from "./completion.ts";
import { explainImpossible } from "./explain-impossible.ts";
import { findWay } from "./find-way.ts";
import { PlanMesh, rulesOf } from "./plan-mesh.ts";
import type { PlanCost, PlanImpossible, PlanOptions, PlanOutcome, PlanPreference, PlanProblem } from "./plan-problem.ts";
import { renderWay } from "./render-way.ts";
import { riskOf, type Wave, wavesOf } from "./waves.ts";

const MAX_STATES = 100_000;
/** The preferred way and four others: more is no choice. */
const WAYS_MAX = 5;
/** Above this number of edges only the first completion is planned. */
const EDGES_FOR_ALL_COMPLETIONS = 50_000;

interface Candidate {
  readonly waves: readonly Wave[];
  readonly cost: PlanCost;
}

/** The preferred plan with its alternatives, or the reason why there is none. */
export function planOf(problem: PlanProblem, options: PlanOptions): Result<PlanOutcome, PlanImpossible> {
  const avoided = new Set((options.avoid ?? []).map(({ service, position }) => `${service}@${position}`));
  const mesh = new PlanMesh(problem, avoided);
  for (const [service, position] of problem.target) {
    const { live } = mesh.service(service);
    if (mesh.isAvoided(service, position) && !(live.length === 1 && live[0] === position)) {
      return err({ kind: "avoided", conflict: [], minimal: true, resolutions: [], stopped: false });
    }
  }
  const maxStates = options.maxStates ?? MAX_STATES;
  const ends = completionsOf(mesh, problem.target);
  const planned = candidatesOf(mesh, mesh, ends.found, maxStates);
  if (planned.candidates.length === 0) return err(explainImpossible(mesh, ends, planned.stopped, maxStates));
  const candidates = [...planned.candidates];
  if (candidates.some(({ cost }) => cost.risk > 0)) {
    const strict = mesh.under(rulesOf(problem, "proven"));
    candidates.push(...candidatesOf(mesh, strict, completionsOf(strict, problem.target).found, maxStates).candidates);
  }
  // A switch of several services at once is for where nothing else goes, not for saving waves.
  const single = candidates.filter(({ waves }) => waves.every(({ kind }) => kind !== "lane"));
  const [first, ...others] = paretoOf(single.length > 0 ? single : candidates, options.prefer ?? "steps").map(({ waves, cost }) =>
    renderWay(mesh, waves, cost, options),
  );
  if (first === undefined) throw new Error("a set that is not empty has a least member");
  return ok({ ...first, alternatives: others });
}

function candidatesOf(
  mesh: PlanMesh,
  under: PlanMesh,
  ends: readonly Moves[],
  maxStates: number,
): { candidates: readonly Candidate[]; stopped: boolean } {
  const candidates: Candidate[] = [];
  let stopped = false;
  const few = mesh.problem.edges.length > EDGES_FOR_ALL_COMPLETIONS ? ends.slice(0, 1) : ends;
  for (const moves of few) {
    for (const soft of [false, true]) {
      const found = findWay(under, moves, { soft, maxStates });
      stopped ||= found.stopped;
      if (found.blocks === null) break;
      const waves = wavesOf(under, found.blocks);
      const steps = waves.reduce((sum, wave) => sum + wave.moves.length, 0);
      const risk = riskOf(mesh, waves);
      candidates.push({ waves, cost: { steps, waves: waves.length, risk } });
      if (risk === 0) break;
    }
  }
  return { candidates, stopped };
}

const ORDERS: Readonly<Record<PlanPreference, readonly (keyof PlanCost)[]>> = {
  steps: ["steps", "waves", "risk"],
  waves: ["waves", "steps", "risk"],
  risk: ["risk", "steps", "waves"],
};

function paretoOf(candidates: readonly Candidate[], prefer: PlanPreference): readonly Candidate[] {
  const order = ORDERS[prefer];
  const compare = (left: Candidate, right: Candidate) =>
    order.reduce((result, key) => (result === 0 ? left.cost[key] - right.cost[key] : result), 0);
  const kept: Candidate[] = [];
  // In this order nothing later is better in everything, so what is kept stays.
  for (const candidate of candidates.toSorted(compare)) {
    if (!kept.some(({ cost }) => order.every((key) => cost[key] <= candidate.cost[key]))) kept.push(candidate);
  }
  return kept.slice(0, WAYS_MAX);
}
