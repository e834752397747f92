import type { MeshState, Plan, PlanStep, PlanWave, ServiceName, VersionRef } from "../../model/index.ts";
import { movedServices, nextMove } from "../decide/plan-walk.ts";
import { openPhase } from "../open-phase.ts";
import { versionCapacity } from "../version-capacity.ts";
import type { SplitPhaseView, SplitView } from "../views.ts";

/** A step with what there is to carry it. */
export interface PlanStepView extends PlanStep {
  /** Instances of the new version that take requests. */
  readonly ready: number;
  /** Requests/s that the new version can carry; null where that is not known. */
  readonly capacityRps: number | null;
}

export interface PlanWaveView extends Omit<PlanWave, "steps"> {
  readonly state: "waiting" | "running" | "done";
  readonly steps: readonly PlanStepView[];
}

/** A plan with how it stands now. */
export interface PlanView extends Omit<Plan, "waves"> {
  readonly waves: readonly PlanWaveView[];
  /** What it waits for, in a sentence; null where it waits for nothing. */
  readonly waitingFor: string | null;
  /** Of the wave that was moved last, for each service of it. */
  readonly phases: readonly { readonly service: ServiceName; readonly phases: readonly SplitPhaseView[] }[];
  /** Whether the certificate of what is left holds on what is known now; null where nothing is left. */
  readonly check: { readonly holds: boolean; readonly sentence: string } | null;
}

export interface PlanViewInput {
  readonly state: MeshState;
  readonly split: (service: ServiceName) => SplitView | undefined;
  readonly ready: (ref: VersionRef) => number;
  readonly waitingFor: (plan: Plan) => string | null;
  /** Why the rest of the way must not be walked; null where it may. */
  readonly check: (plan: Plan) => string | null;
}

export function planView(plan: Plan, input: PlanViewInput): PlanView {
  const phases = phasesOf(plan, input);
  const isSettled = phases.every((each) => openPhase(each.phases) === undefined);
  return {
    ...plan,
    waves: plan.waves.map((wave, index) => ({
      ...wave,
      state: stateOf(plan, index, isSettled),
      steps: wave.steps.map((step) => stepView(step, input)),
    })),
    waitingFor: input.waitingFor(plan),
    phases,
    check: checkOf(plan, input),
  };
}

/** The plan under way first, then the newest. */
export function planOrder(left: Plan, right: Plan): number {
  const rank = ({ state }: Plan) => (state === "running" || state === "reversing" ? 0 : state === "paused" ? 1 : 2);
  return rank(left) - rank(right) || seqOf(right) - seqOf(left);
}

function seqOf({ id }: Plan): number {
  return Number(id.slice(id.indexOf("_") + 1));
}

/** Place of the wave that was moved last; null where none was, or the plan is over. */
function lastWave({ laneStage, lastMove, state, wavesDone }: Plan): number | null {
  if (lastMove === null || state === "ready" || state === "reversed") return null;
  return laneStage > 0 || lastMove === "back" ? wavesDone : wavesDone - 1;
}

function phasesOf(plan: Plan, { split }: PlanViewInput): PlanView["phases"] {
  const wave = lastWave(plan);
  const steps = wave === null || plan.state === "done" ? [] : (plan.waves[wave]?.steps ?? []);
  return steps.map(({ service }) => ({ service, phases: split(service)?.phases ?? [] }));
}

function stateOf(plan: Plan, wave: number, isSettled: boolean): PlanWaveView["state"] {
  const isLast = lastWave(plan) === wave;
  if (isLast && plan.state !== "done" && (!isSettled || plan.laneStage > 0)) return "running";
  return wave < plan.wavesDone ? "done" : "waiting";
}

function stepView(step: PlanStep, { ready, state }: PlanViewInput): PlanStepView {
  const to = { service: step.service, version: step.to };
  const count = ready(to);
  return { ...step, ready: count, capacityRps: versionCapacity(state, to, count) ?? null };
}

function checkOf(plan: Plan, { check, state }: PlanViewInput): PlanView["check"] {
  const isGone = movedServices(plan).some((name) => !state.services.has(name));
  if (plan.state === "done" || plan.state === "reversed") return null;
  if (isGone || nextMove(plan, plan.direction) === null) return null;
  const failure = check(plan);
  return failure === null
    ? { holds: true, sentence: "Every pair that may meet on the rest of the way may meet as far as is known now." }
    : { holds: false, sentence: failure };
}
