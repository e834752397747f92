/**
 * A plan walked by releases: each wave as one release per step, the next wave when all of them succeeded.
 *
 *   release.create {plan}  → plan.execute and the releases of the first wave, in one change; later, by the engine, those of the next wave
 *   last release of a wave succeeds → the plan's next place, in the same change
 *   one of them goes back   → the others of its wave too, then the plan (`release-waves.ts` asks for both)
 *
 * Within a wave any mix of versions is proven, so its releases need not wait for each other. A lane wave moves whole requests at once: no weights to ramp.
 */
import {
  type Command,
  FULL_WEIGHT_BP,
  type MeshEvent,
  type MeshState,
  type Plan,
  type PlanStep,
  type Problem,
  type Refusal,
  type Release,
  type Service,
} from "../../model/index.ts";
import { ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { checkWay } from "./plan-check.ts";
import { movedServices } from "./plan-walk.ts";
import { cursorOf, decidePlan } from "./plans.ts";
import { findService, listed, refuse, refuseAll } from "./refusals.ts";
import { busy, type Manner, makeRelease, readManner, releasesDraft, startedRelease } from "./release-create.ts";

type CreateByPlan = Extract<Command, { readonly kind: "release.create"; readonly plan: string }>;

/** The releases of the plan's next wave; the first time the plan is executed too. */
export function decidePlanReleases(context: DecideContext, command: CreateByPlan): Result<Draft, Refusal> {
  const plan = context.state.plans.get(command.plan);
  if (plan === undefined) {
    const known = listed([...context.state.plans.keys()].toReversed());
    const fix = known === "" ? "Make a plan first." : `Take one of: ${known}.`;
    return refuse({ path: "plan", code: "plan.unknown", detail: `There is no plan "${command.plan}".`, fix });
  }
  const lane = plan.waves.findIndex(({ kind }) => kind === "lane");
  if (lane >= 0) {
    const detail = `Wave ${lane + 1} of ${plan.id} is a lane: it moves whole requests at once and has no weights to ramp.`;
    return refuse({ path: "plan", code: "release.invalid", detail, fix: "Execute the plan instead." });
  }
  const isBegun = plan.state === "running" && plan.direction === "forward" && releasesOf(context.state, plan.id).length > 0;
  const begun = isBegun ? ok(null) : decidePlan(context, { kind: "plan.execute", plan: plan.id });
  if (!begun.ok) return begun;
  const manner = isBegun ? mannerOf(context, plan, command) : readManner(context, command);
  if (!manner.ok) return manner;
  const unfit = checkManner(manner.value);
  if (unfit !== null) return refuse(unfit);
  const made = waveReleases(context, plan, manner.value);
  if (!made.ok) return made;
  const draft = releasesDraft(context, made.value);
  if (!draft.ok) return draft;
  const planEvents = begun.value?.events ?? [];
  return ok({ ...draft.value, events: [...planEvents, ...draft.value.events], services: movedServices(plan) });
}

/** A wave moves all of its services to new versions: a strategy that moves nothing, or has room for one service only, is none for it. */
function checkManner({ steps, strategy }: Manner): Problem | null {
  const problem = (detail: string): Problem => ({
    path: "strategy",
    code: "release.invalid",
    detail,
    fix: "Take a strategy that moves weights, such as canary or linear.",
  });
  if (strategy.kind === "blue-green")
    return problem(`${strategy.previewHost} can be the host of one service only, and a plan moves several.`);
  if (steps.at(-1)?.weightBp === FULL_WEIGHT_BP) return null;
  return problem(`A release by ${strategy.kind} moves no traffic, so the plan would be done where it began.`);
}

/** Every release that a plan has made, the oldest first. */
export function releasesOf(state: Pick<MeshState, "releases">, plan: string): readonly Release[] {
  return [...state.releases.values()].filter((release) => release.plan === plan);
}

/** The release of a step as it was made last. */
export function releaseOfStep(state: Pick<MeshState, "releases">, plan: string, { service, to }: PlanStep): Release | undefined {
  return releasesOf(state, plan).findLast((release) => release.service === service && release.version === to);
}

/** The draft of a success, with the plan's next place where it was the last of its wave. */
export function nextWave(context: DecideContext, { id, plan: planId }: Release, draft: Draft): Draft {
  const plan = planId === null ? undefined : context.state.plans.get(planId);
  const steps = plan === undefined ? [] : (plan.waves[plan.wavesDone]?.steps ?? []);
  if (plan === undefined || plan.direction !== "forward" || steps.length === 0) return draft;
  const isDone = steps.every((step) => {
    const release = releaseOfStep(context.state, plan.id, step);
    return release !== undefined && (release.id === id || release.state === "succeeded");
  });
  if (!isDone) return draft;
  const wavesDone = plan.wavesDone + 1;
  const end = wavesDone === plan.waves.length && plan.state === "running" ? ({ state: "done" } as const) : {};
  const event: MeshEvent = { kind: "plan-moved", plan: plan.id, cursor: cursorOf(plan, { wavesDone, lastMove: "forward", ...end }) };
  return { ...draft, events: [...draft.events, event], services: [...new Set([...draft.services, ...movedServices(plan)])] };
}

/** As the releases of the wave before were made. */
function mannerOf(context: DecideContext, plan: Plan, command: CreateByPlan): Result<Manner, Refusal> {
  const last = releasesOf(context.state, plan.id).at(-1);
  if (last === undefined) return readManner(context, command);
  const { judge, steps, strategy, strategyName } = last;
  return ok({ judge, steps, strategy, strategyName });
}

function waveReleases(context: DecideContext, plan: Plan, manner: Manner): Result<Parameters<typeof releasesDraft>[1], Refusal> {
  const unsafe = checkWay(context, plan, "forward");
  if (unsafe !== null) return refuse({ ...unsafe, path: "plan" });
  const steps = plan.waves[plan.wavesDone]?.steps ?? [];
  const open = steps.filter((step) => {
    const state = releaseOfStep(context.state, plan.id, step)?.state;
    return state === undefined || state === "rolled-back" || state === "aborted";
  });
  if (open.length === 0)
    return refuse({
      path: "plan",
      code: "plan.state",
      detail: `Wave ${plan.wavesDone + 1} of ${plan.id} has its releases.`,
      fix: "Wait until they end.",
    });
  const blocked = open.flatMap(({ service }) => busy(context.state, service, { plan: plan.id }));
  if (blocked.length > 0) return refuseAll(blocked.map((problem) => ({ ...problem, path: "plan" })));
  const made: { service: Service; release: Release }[] = [];
  for (const [index, step] of open.entries()) {
    const found = findService(context.state, step.service, "plan");
    if (!found.ok) return found;
    const id = open.length === 1 ? `rel-${context.place.seq}` : `rel-${context.place.seq}-${index + 1}`;
    const release = makeRelease(context, { service: found.value, version: step.to, manner, id, plan: plan.id });
    made.push({ service: found.value, release: startedRelease(context, release) });
  }
  return ok(made);
}
