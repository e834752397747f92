import { liveVersions, planProblemOf } from "../../compatibility/index.ts";
import type {
  LiveSets,
  MeshState,
  Plan,
  PlanCertificate,
  PlanDirection,
  Problem,
  ServiceName,
  Version,
  VersionRef,
} from "../../model/index.ts";
import { checkPlan, type PlanProblem, planWorldOf } from "../../versions/index.ts";
import type { DecideContext } from "./context.ts";
import { movedServices, type Point, placeAt, versionsOf } from "./plan-walk.ts";
import { isReady } from "./readiness.ts";

/** A part of a plan's way. */
interface Part {
  readonly way: PlanCertificate;
  /** Waves of the plan that come before its first one. */
  readonly before: number;
}

type CheckContext = Pick<DecideContext, "state" | "nowIso" | "calls">;

/** Why the rest of a plan's way must not be walked, by the checker that knows nothing of the planner; null where it may. */
export function checkWay(context: CheckContext, plan: Plan, direction: PlanDirection): Problem | null {
  const parts = direction === "forward" ? [restForward(context.state, plan)] : restBack(context.state, plan);
  const known = planWorldOf(planProblemOf(context.state, context.nowIso, { target: new Map(), calls: context.calls }));
  const sentences = parts.map(({ before, way }) => numbered(checkPlan(way, { ...known, live: way.start }), before));
  const sentence = sentences.find((each) => each !== null);
  if (sentence === undefined) return null;
  const fix = direction === "forward" ? "Make a new plan to the same target, or reverse this one." : "Make a plan to where it came from.";
  return { path: "id", code: "plan.certificate", detail: `The rest of ${plan.id} does not hold on what is known now. ${sentence}`, fix };
}

/** The checker counts the waves that it is given; people count those of the plan. */
function numbered(sentence: string | null, before: number): string | null {
  return sentence?.replace(/^Wave (\d+):/, (_, wave) => `Wave ${Number(wave) + before}:`) ?? null;
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

function restForward(state: MeshState, plan: Plan): Part {
  const { certificate, wavesDone } = plan;
  const start = startAt(state, plan, { wavesDone, laneStage: 0 });
  return { way: { ...certificate, start, waves: certificate.waves.slice(wavesDone) }, before: wavesDone };
}

/**
 * The waves taken, the last first, as far as there is a way back; a lane wave under way counts as taken. Each is a certificate of its own, because a service
 * may go back to several versions at once, which are then checked one after the other, or to none.
 */
function restBack(state: MeshState, plan: Plan): readonly Part[] {
  const taken = plan.wavesDone + (plan.laneStage > 0 ? 1 : 0);
  const first = plan.waves.slice(0, taken).findLastIndex(({ steps }) => steps.some(({ reversible }) => !reversible)) + 1;
  const parts: Part[] = [];
  for (let wave = taken - 1; wave >= first; wave--) for (const way of waveBack(state, plan, wave)) parts.push({ way, before: wave });
  return parts;
}

function waveBack(state: MeshState, plan: Plan, wave: number): readonly PlanCertificate[] {
  const { kind, steps } = plan.waves[wave] ?? { kind: "shift", steps: [] };
  const start = startAt(state, plan, { wavesDone: wave + 1, laneStage: 0 });
  const ends = steps.map(({ service, to }) => ({ service, from: to, ends: versionsAt(plan, service, { wavesDone: wave, laneStage: 0 }) }));
  const rounds = Math.max(1, ...ends.map((each) => each.ends.length));
  return Array.from({ length: rounds }, (_, round) => {
    const moves = ends.flatMap(({ ends: versions, from, service }) => {
      const to = versions[Math.min(round, versions.length - 1)];
      return to === undefined || to === from ? [] : [{ service, from, to }];
    });
    return { start, target: Object.fromEntries(moves.map(({ service, to }) => [service, to])), waves: [{ kind, moves }] };
  });
}

/** Versions that get requests: of services that the plan moves as it has them at a point, of the others as they are. */
function startAt(state: MeshState, plan: Plan, point: Point): LiveSets {
  const own = movedServices(plan).map((name) => [name, versionsAt(plan, name, point)] as const);
  const all = [...state.services.values()].map((service) => [service.name, [...liveVersions(service)]] as const);
  return Object.fromEntries([...all, ...own]);
}

function versionsAt(plan: Plan, service: ServiceName, point: Point): readonly Version[] {
  return versionsOf(placeAt(plan, service, point)) as readonly Version[];
}
