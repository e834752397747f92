import { liveVersions, planProblemOf } from "../../compatibility/index.ts";
import type { LiveSets, MeshState, Plan, PlanCertificate, PlanDirection, Problem, Version, VersionRef } from "../../model/index.ts";
import { checkPlan, type PlanProblem, type PlanWorld } from "../../versions/index.ts";
import type { DecideContext } from "./context.ts";
import { movedServices, type Point, placeAt, versionsOf } from "./plan-walk.ts";
import { isReady } from "./readiness.ts";

type CheckContext = Pick<DecideContext, "state" | "nowIso" | "calls">;

/** Why the rest of a plan's way must not be walked, by the checker that knows nothing of the planner; null where it may. */
export function checkWay(context: CheckContext, plan: Plan, direction: PlanDirection): Problem | null {
  const rest = direction === "forward" ? restForward(context.state, plan) : restBack(context.state, plan);
  const sentence = checkPlan(rest, worldOf(context, rest));
  if (sentence === null) return null;
  const fix = direction === "forward" ? "Make a new plan to the same target, or reverse this one." : "Make a plan to where it came from.";
  return { path: "id", code: "plan.certificate", detail: `The rest of ${plan.id} does not hold on what is known now. ${sentence}`, fix };
}

/** The mesh as the planner and the checker see it, with the versions that have a ready instance to go through. */
export function problemOf(
  context: CheckContext & Pick<DecideContext, "leases" | "whyOut">,
  target: ReadonlyMap<VersionRef["service"], Version>,
): PlanProblem {
  const { calls, nowIso, state } = context;
  const isLive = ({ service, version }: VersionRef) => (state.services.get(service)?.weights[version] ?? 0) > 0;
  return planProblemOf(state, nowIso, { target, calls, candidates: (ref) => isLive(ref) || isReady(context, state, ref) });
}

function restForward(state: MeshState, plan: Plan): PlanCertificate {
  const { certificate, wavesDone } = plan;
  return { ...certificate, start: startAt(state, plan, { wavesDone, laneStage: 0 }), waves: certificate.waves.slice(wavesDone) };
}

/** The waves taken, the last first, as far as there is a way back; a lane wave under way counts as taken. */
function restBack(state: MeshState, plan: Plan): PlanCertificate {
  const taken = plan.wavesDone + (plan.laneStage > 0 ? 1 : 0);
  const first = plan.waves.slice(0, taken).findLastIndex(({ steps }) => steps.some(({ reversible }) => !reversible)) + 1;
  const waves = plan.certificate.waves
    .slice(first, taken)
    .toReversed()
    .map(({ kind, moves }) => ({ kind, moves: moves.map(({ from, service, to }) => ({ service, from: to, to: from })) }));
  const ends = waves.flatMap(({ moves }) => moves.map(({ service, to }) => [service, to] as const));
  return { start: startAt(state, plan, { wavesDone: taken, laneStage: 0 }), target: Object.fromEntries(ends), waves };
}

/** Versions that get requests: of services that the plan moves as it has them at a point, of the others as they are. */
function startAt(state: MeshState, plan: Plan, point: Point): LiveSets {
  const own = movedServices(plan).map((name) => [name, versionsOf(placeAt(plan, name, point))] as const);
  const all = [...state.services.values()].map((service) => [service.name, [...liveVersions(service)]] as const);
  return Object.fromEntries([...all, ...own]) as LiveSets;
}

function worldOf({ calls, nowIso, state }: CheckContext, { start }: PlanCertificate): PlanWorld {
  const { edges, services } = planProblemOf(state, nowIso, { target: new Map(), calls });
  const nameOf = (place: number) => services[place]?.name ?? "";
  const named = edges.map((edge) => ({ ...edge, names: [nameOf(edge.consumer), nameOf(edge.provider)] as const }));
  const byNames = new Map(named.map((edge) => [edge.names.join(">"), edge.allowed]));
  const byName = new Map(services.map((service) => [service.name, service]));
  return {
    live: start,
    edges: named.map(({ names }) => names),
    mayMeet(consumer, consumerVersion, provider, providerVersion) {
      const allowed = byNames.get(`${consumer}>${provider}`);
      const [row, column] = [
        byName.get(consumer)?.order.positionOf(consumerVersion as Version),
        byName.get(provider)?.order.positionOf(providerVersion as Version),
      ];
      return allowed === undefined || (row !== undefined && column !== undefined && allowed.has(row, column));
    },
    mayStep(name, from, to) {
      const service = byName.get(name);
      return service?.steps.has(service.order.positionOf(from as Version), service.order.positionOf(to as Version)) === true;
    },
  };
}
