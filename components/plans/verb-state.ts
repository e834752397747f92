/**
 * Which verbs of a plan can act now, and why the others cannot. The engine has the last word: a verb that can act here may still be refused, with its sentence.
 */
import { isWalking, type PlanState, type PlanVerb, type PlanView } from "./plan-view.ts";

/** Why a verb cannot act: a text of the catalogue, or a sentence of the engine. */
export type WhyNot =
  | { readonly key: WhyNotKey }
  | { readonly key: "busy"; readonly plan: string }
  | { readonly key: "said"; readonly sentence: string };

type WhyNotKey = "underWay" | "goingBack" | "resumeInstead" | "ready" | "done" | "reversed" | "notMoving" | "notPaused" | "nothingBack";

type Judged = Pick<PlanView, "id" | "state" | "direction" | "wavesDone" | "laneStage" | "check" | "waves">;

/** Why a verb cannot act on a plan now; null where it can. `others`: every plan. */
export function whyNot(plan: Judged, verb: PlanVerb, others: readonly { readonly id: string; readonly state: PlanState }[]): WhyNot | null {
  const wrong = wrongState(plan, verb);
  if (wrong !== null) return { key: wrong };
  if (verb === "pause") return null;
  const busy = others.find((other) => other.id !== plan.id && isWalking(other));
  if (busy !== undefined) return { key: "busy", plan: busy.id };
  if (verb === "reverse") return noWayBack(plan);
  // The checker speaks of the way that the plan is on; turned round it may say something else.
  const isSameWay = plan.direction === "forward" || verb === "resume";
  return isSameWay && plan.check?.holds === false ? { key: "said", sentence: plan.check.sentence } : null;
}

/** Whether `execute` turns a plan on its way back forward again. */
export function isTurn({ direction, state }: Pick<PlanView, "direction" | "state">): boolean {
  return direction === "back" && (state === "paused" || state === "reversing");
}

/** What each state says of a verb; null: it can act. */
const STATES: Readonly<Record<PlanVerb, Readonly<Record<PlanState, WhyNotKey | null>>>> = {
  execute: { ready: null, running: "underWay", paused: "resumeInstead", reversing: null, done: "done", reversed: "reversed" },
  pause: { ready: "notMoving", running: null, paused: "notMoving", reversing: null, done: "notMoving", reversed: "notMoving" },
  resume: { ready: "notPaused", running: "notPaused", paused: null, reversing: "notPaused", done: "notPaused", reversed: "notPaused" },
  reverse: { ready: "ready", running: null, paused: null, reversing: "goingBack", done: null, reversed: "nothingBack" },
};

function wrongState(plan: Judged, verb: PlanVerb): WhyNotKey | null {
  return verb === "execute" && isTurn(plan) ? null : STATES[verb][plan.state];
}

function noWayBack({ laneStage, waves, wavesDone }: Judged): WhyNot | null {
  const step = laneStage === 0 ? waves[wavesDone - 1]?.steps.find(({ reversible }) => !reversible) : undefined;
  return step === undefined ? null : { key: "said", sentence: step.irreversible ?? `${step.service} ${step.to} → ${step.from}` };
}
