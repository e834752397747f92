/**
 * Where a plan wants the services that it moves at each point of its way, and the facts that lead from one point to the next.
 *
 * A point is (waves done, changes made of the lane wave after them). A shift or a bridge wave is one change: all its splits at once, and the rules that
 * send to versions which are left move along. A lane wave is three, each safe to stay at:
 *   1  rules: within the wave, callers of an old version stay among old ones, callers of a new version among new ones; nobody calls from a new one yet
 *   2  splits: callers from elsewhere get the new versions, so whole requests are new ones, while those under way stay among old versions
 *   3  once no request is under way to an old version, the rules go
 * The rules tell callers by the version that their certificate proves, not by a header that a program would have to pass on.
 * Invariants: the way back passes the same points; at its end weights and rules are as they were when the plan was executed, but for rules that
 * somebody set meanwhile. Pure; who may take a move is decided in `plans.ts`.
 */
import {
  equalWeights,
  FULL_WEIGHT_BP,
  type MeshEvent,
  type MeshState,
  type Plan,
  type PlanCursor,
  type PlanDirection,
  type PlanWave,
  type RouteRule,
  type ServiceName,
  type VersionRange,
  type Weights,
} from "../../model/index.ts";
import { invariant } from "../../std/index.ts";
import { movedRule } from "./rollback.ts";
import { equalRules, normaliseRules } from "./routes.ts";

/** How far along the way. */
export type Point = Pick<PlanCursor, "wavesDone" | "laneStage">;

/** How a service takes requests. */
export interface Place {
  readonly weights: Weights;
  readonly rules: readonly RouteRule[];
}

/** One change of a plan under way. */
export interface Move {
  /** Place of the wave in the plan. */
  readonly wave: number;
  readonly to: Point;
}

/** With rules, with splits; the third change is the wave done. */
const LANE_STAGES = 2;

/** The services that a plan moves, in the order of its waves. */
export function movedServices(plan: Pick<Plan, "waves">): readonly ServiceName[] {
  return [...new Set(plan.waves.flatMap(({ steps }) => steps.map(({ service }) => service)))];
}

/** The next change; null at the end of the way. */
export function nextMove(plan: Pick<Plan, "waves" | "wavesDone" | "laneStage">, direction: PlanDirection): Move | null {
  const { laneStage, waves, wavesDone } = plan;
  const isForward = direction === "forward";
  const wave = isForward || laneStage > 0 ? wavesDone : wavesDone - 1;
  const kind = waves[wave]?.kind;
  if (kind === undefined) return null;
  if (kind !== "lane") return { wave, to: { wavesDone: isForward ? wave + 1 : wave, laneStage: 0 } };
  const stage = isForward ? laneStage + 1 : (laneStage > 0 ? laneStage : LANE_STAGES + 1) - 1;
  return { wave, to: stage > LANE_STAGES ? { wavesDone: wave + 1, laneStage: 0 } : { wavesDone: wave, laneStage: stage } };
}

/** Where the plan wants a service at a point. */
export function placeAt(plan: Plan, service: ServiceName, { laneStage, wavesDone }: Point): Place {
  const base = placeAfter(plan, service, wavesDone);
  const wave = plan.waves[wavesDone];
  if (laneStage === 0 || wave?.steps.some((step) => step.service === service) !== true) return base;
  const { rules, weights } = laneStage < LANE_STAGES ? base : placeAfter(plan, service, wavesDone + 1);
  return { weights, rules: normaliseRules([...rules, ...laneRules(plan, wavesDone, service)]) };
}

/** The facts that lead from where the mesh is to where the plan wants it at `to`. */
export function eventsTo(plan: Plan, state: MeshState, { to, wave }: Move, direction: PlanDirection): readonly MeshEvent[] {
  const services = (plan.waves[wave]?.steps ?? []).map(({ service }) => service);
  return services.flatMap((name): readonly MeshEvent[] => {
    const service = state.services.get(name);
    invariant(service !== undefined, `the plan moves ${name}, which does not exist`);
    const { rules, weights } = placeFrom(plan, service, to);
    const cause = direction === "forward" ? "plan" : "rollback";
    return [
      ...(equalRules(rules, service.rules) ? [] : [{ kind: "rules-set", service: name, rules } as const]),
      ...(equalWeights(weights, service.weights) ? [] : [{ kind: "weights-set", service: name, weights, cause } as const]),
    ];
  });
}

/** The point's place, but for rules that somebody set since: these stay, and move along. */
function placeFrom(plan: Plan, { name, rules }: Place & { readonly name: ServiceName }, to: Point): Place {
  const wanted = placeAt(plan, name, to);
  if (equalRules(rules, placeAt(plan, name, plan).rules)) return wanted;
  const others = rules.filter((rule) => !isLaneRule(plan, rule));
  const ours = wanted.rules.filter((rule) => isLaneRule(plan, rule));
  return { weights: wanted.weights, rules: normaliseRules([...movedTo({ weights: {}, rules: others }, wanted.weights).rules, ...ours]) };
}

/** Whether the rules of a lane wave under way are where they should be. */
export function hasLaneRules(plan: Plan, service: Place & { readonly name: ServiceName }): boolean {
  const wanted = placeAt(plan, service.name, plan).rules.filter((rule) => isLaneRule(plan, rule));
  return equalRules(
    service.rules.filter((rule) => isLaneRule(plan, rule)),
    wanted,
  );
}

/** Versions that get requests at a place, by the split or by a rule. */
export function versionsOf({ rules, weights }: Place): readonly string[] {
  const named = [weights, ...rules.map((rule) => rule.split?.weights ?? {})].flatMap((each) =>
    Object.keys(each).filter((version) => (each[version] ?? 0) > 0),
  );
  return [...new Set(named)].sort();
}

function placeAfter(plan: Plan, service: ServiceName, waves: number): Place {
  let place: Place = plan.start[service] ?? { weights: {}, rules: [] };
  for (const { steps } of plan.waves.slice(0, waves)) {
    const step = steps.find((each) => each.service === service);
    if (step !== undefined) place = movedTo(place, { [step.to]: FULL_WEIGHT_BP });
  }
  return place;
}

function movedTo(place: Place, weights: Weights): Place {
  const left = versionsOf(place).filter((version) => (weights[version] ?? 0) === 0);
  return { weights, rules: place.rules.map((rule) => movedRule(rule, left, weights)) };
}

/** Callers within the wave keep to their own kind, told by their version. */
function laneRules(plan: Plan, wavesDone: number, service: ServiceName): readonly RouteRule[] {
  const wave = plan.waves[wavesDone] as PlanWave;
  const ruleOf = (kind: "old" | "new", waves: number): RouteRule => ({
    name: laneRuleName(plan, kind),
    matches: wave.steps.flatMap((step) =>
      versionsOf({ weights: placeAfter(plan, step.service, waves).weights, rules: [] }).map((version) => ({
        caller: { service: step.service, range: version as VersionRange },
      })),
    ),
    split: { weights: placeAfter(plan, service, waves).weights },
  });
  return [ruleOf("old", wavesDone), ruleOf("new", wavesDone + 1)];
}

function laneRuleName({ id }: Pick<Plan, "id">, kind: "old" | "new"): string {
  return `${id} ${kind}`;
}

function isLaneRule(plan: Plan, { name }: RouteRule): boolean {
  return name === laneRuleName(plan, "old") || name === laneRuleName(plan, "new");
}
