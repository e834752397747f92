/**
 * The verbs of a plan. `plan.create` is in `plan-create.ts`; here a plan is walked.
 *
 *   ready ──execute──► running ──pause / stop──► paused ──resume──► running or reversing
 *   running, paused, done ──reverse──► reversing;  paused on its way back, reversing ──execute──► running
 *   advance: one change with the weights of a whole wave and the plan's new place, or the end of the way
 *
 * Before every move: the mesh stands where the plan left it (`plan.stale`), and the certificate of what is left holds on what is known now
 * (`plan.certificate`). The gate then judges the change like any other.
 */
import type {
  Command,
  MeshEvent,
  MeshState,
  Plan,
  PlanCursor,
  PlanDirection,
  PlanStart,
  Problem,
  Refusal,
  Release,
  ServiceName,
} from "../../model/index.ts";
import { isUnderWay } from "../../release/index.ts";
import { ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { checkWay } from "./plan-check.ts";
import { decidePlanCreate } from "./plan-create.ts";
import { startOf } from "./plan-start.ts";
import { eventsTo, hasLaneRules, type Move, movedServices, nextMove, placeAt, versionsOf } from "./plan-walk.ts";
import { listed, refuse, refuseAll } from "./refusals.ts";
import { checkRuleInput, checkRuleReadiness } from "./routes.ts";
import { checkReadiness } from "./weights.ts";

type PlanCommand = Extract<Command, { readonly kind: `plan.${string}` }>;
type Advance = Extract<Command, { readonly kind: "plan.advance" }>;
type Refused = { readonly ok: false; readonly error: Refusal };

/** Makes plans and walks them. */
export function decidePlan(context: DecideContext, command: PlanCommand): Result<Draft | null, Refusal> {
  if (command.kind === "plan.create") return decidePlanCreate(context, command);
  const plan = context.state.plans.get(command.plan);
  if (plan === undefined) {
    const known = listed([...context.state.plans.keys()].toReversed());
    const fix = known === "" ? "Make a plan first." : `Take one of: ${known}.`;
    return refuse({ path: "id", code: "plan.unknown", detail: `There is no plan "${command.plan}".`, fix });
  }
  switch (command.kind) {
    case "plan.execute":
      return execute(context, plan);
    case "plan.pause":
      return pause(context, plan);
    case "plan.stop":
      return ok(isWalking(plan) ? moved("plan.stop", plan, { state: "paused", pausedBecause: command.because }) : null);
    case "plan.resume":
      return resume(context, plan);
    case "plan.reverse":
      return reverse(context, plan);
    case "plan.advance":
      return advance(context, plan, command);
  }
}

function execute(context: DecideContext, plan: Plan): Result<Draft, Refusal> {
  const isTurn = plan.direction === "back" && (plan.state === "paused" || plan.state === "reversing");
  if (plan.state !== "ready" && !isTurn) return wrongState(plan, "Only a plan that is ready can be executed.", waysOn(plan));
  const blocked = busy(context.state, plan) ?? stale(context.state, plan, "forward") ?? checkWay(context, plan, "forward");
  if (blocked !== null) return refuse(blocked);
  const start = plan.state === "ready" ? startOf(context.state, plan) : undefined;
  const walkedBy = context.author.author;
  return ok(moved("plan.execute", plan, { state: "running", direction: "forward", pausedBecause: null, walkedBy }, start));
}

function pause({ author }: DecideContext, plan: Plan): Result<Draft, Refusal> {
  if (!isWalking(plan)) return wrongState(plan, "Only a plan under way can be paused.", waysOn(plan));
  const why = author.reason === "" ? "" : `: ${author.reason}`;
  return ok(moved("plan.pause", plan, { state: "paused", pausedBecause: `Paused by ${author.author}${why}.`.replace(/\.\.$/, ".") }));
}

function resume(context: DecideContext, plan: Plan): Result<Draft, Refusal> {
  if (plan.state !== "paused") return wrongState(plan, "Only a paused plan can be resumed.", waysOn(plan));
  const { direction } = plan;
  const blocked =
    busy(context.state, plan) ?? stale(context.state, plan, direction) ?? noWayBack(plan, direction) ?? checkWay(context, plan, direction);
  if (blocked !== null) return refuse(blocked);
  const state = direction === "forward" ? "running" : "reversing";
  return ok(moved("plan.resume", plan, { state, pausedBecause: null, walkedBy: context.author.author }));
}

function reverse(context: DecideContext, plan: Plan): Result<Draft, Refusal> {
  const hasMoved = plan.wavesDone + plan.laneStage > 0;
  if (plan.state === "ready" || plan.state === "reversed" || plan.state === "reversing")
    return wrongState(plan, "There is nothing to take back.", waysOn(plan));
  const blocked =
    released(context.state, plan) ??
    busy(context.state, plan) ??
    (hasMoved ? stale(context.state, plan, "back") : null) ??
    noWayBack(plan, "back") ??
    (hasMoved ? checkWay(context, plan, "back") : null);
  if (blocked !== null) return refuse(blocked);
  const notes = stopsAt(plan);
  const walkedBy = context.author.author;
  return ok({ ...moved("plan.reverse", plan, { state: "reversing", direction: "back", pausedBecause: null, walkedBy }), notes });
}

function advance(context: DecideContext, plan: Plan, { from }: Advance): Result<Draft, Refusal> {
  if (!isWalking(plan) || from.wavesDone !== plan.wavesDone || from.laneStage !== plan.laneStage || from.direction !== plan.direction)
    return wrongState(plan, "It has moved on meanwhile.", "Look at it again.");
  const { direction } = plan;
  const move = nextMove(plan, direction);
  const blocked =
    stale(context.state, plan, direction) ?? noWayBack(plan, direction) ?? (move === null ? null : checkWay(context, plan, direction));
  if (blocked !== null) return refuse(blocked);
  if (move === null) return ok(moved("plan.advance", plan, { state: direction === "forward" ? "done" : "reversed" }));
  const events = eventsTo(plan, context.state, move, direction);
  const problems = events.flatMap((event) => ruleProblems(context.state, event));
  if (problems.length > 0) return refuseAll(problems);
  const draft = moved("plan.advance", plan, { ...move.to, lastMove: direction });
  return ok({ ...draft, events: [...events, ...draft.events], conflicts: events.flatMap((event) => unready(context, event)) });
}

/** The draft of a transition: one fact with all of the plan's new place. */
function moved(kind: Draft["kind"], plan: Plan, parts: Partial<PlanCursor>, start?: PlanStart): Draft {
  const event: MeshEvent = { kind: "plan-moved", plan: plan.id, cursor: cursorOf(plan, parts), ...(start === undefined ? {} : { start }) };
  return { kind, subject: plan.id, events: [event], services: movedServices(plan) };
}

/** Where a plan is, with what is different now. */
export function cursorOf(plan: Plan, parts: Partial<PlanCursor>): PlanCursor {
  const { direction, laneStage, lastMove, pausedBecause, state, walkedBy, wavesDone } = plan;
  return { state, walkedBy, direction, wavesDone, laneStage, lastMove, pausedBecause, ...parts };
}

/** Whether the engine moves it by itself. */
export function isWalking({ state }: Pick<Plan, "state">): boolean {
  return state === "running" || state === "reversing";
}

function wrongState(plan: Plan, detail: string, fix: string): Refused {
  return refuse({ path: "id", code: "plan.state", detail: `${plan.id} is ${plan.state}. ${detail}`, fix });
}

function waysOn(plan: Plan): string {
  const ways: Readonly<Record<Plan["state"], string>> = {
    ready: "Execute it first.",
    running: "Pause or reverse it, or wait until it is done.",
    paused: "Resume or reverse it.",
    reversing: "Pause it, or execute it to go forward again.",
    done: "Reverse it, or make a new plan.",
    reversed: "Make a new plan.",
  };
  return ways[plan.state];
}

/** The wave under way is moved by releases: they go back first, and take the plan along. */
function released({ releases }: MeshState, plan: Plan): Problem | null {
  const [open] = openReleases({ releases }, plan);
  if (open === undefined) return null;
  const detail = `${open.id} of ${open.service}, in a wave of ${plan.id}, is ${open.state}.`;
  return { path: "id", code: "plan.state", detail, fix: `Roll ${open.id} back: the others of its wave and the plan follow.` };
}

function openReleases({ releases }: Pick<MeshState, "releases">, plan: Plan): readonly Release[] {
  return [...releases.values()].filter((release) => release.plan === plan.id && isUnderWay(release));
}

/** One plan moves at a time. */
function busy({ plans }: MeshState, plan: Plan): Problem | null {
  const other = [...plans.values()].find((each) => each.id !== plan.id && isWalking(each));
  if (other === undefined) return null;
  return { path: "id", code: "plan.busy", detail: `${other.id} is ${other.state}.`, fix: `Wait until ${other.id} ends, or pause it.` };
}

/** Where the mesh does not stand as the plan left it. */
function stale(state: MeshState, plan: Plan, direction: PlanDirection): Problem | null {
  const problem = (detail: string, fix: string): Problem => ({ path: "id", code: "plan.stale", detail, fix });
  const underWay = new Set(openReleases(state, plan).map(({ service }) => service));
  for (const name of movedServices(plan)) {
    // Between two versions because a release of the plan is: it knows where it stands.
    if (underWay.has(name)) continue;
    const service = state.services.get(name);
    if (service === undefined) return problem(`${name} no longer exists.`, "Make a new plan.");
    const gone = versionsAhead(plan, name, direction).filter((version) => ![...service.versions.keys()].some((known) => known === version));
    if (gone.length > 0) return problem(`${name} ${listed(gone)} is not registered any more.`, "Register it again, or make a new plan.");
    const wanted = versionsOf({ weights: placeAt(plan, name, plan).weights, rules: [] });
    const there = versionsOf({ weights: service.weights, rules: [] });
    if (wanted.join() !== there.join()) {
      const stands = `${name} stands at ${listed(there) || "no version"}, the plan goes on from ${listed(wanted) || "no version"}`;
      return problem(`${stands}.`, `Set ${name} back to ${listed(wanted)}, or make a new plan.`);
    }
    if (!hasLaneRules(plan, service))
      return problem(`The rules of ${plan.id} at ${name} were changed.`, "Undo that change, or make a new plan.");
  }
  return null;
}

/** Every version that the plan will still send a service to. What a way forward has left behind may go; a way back passes all that was before. */
function versionsAhead(plan: Plan, service: ServiceName, direction: PlanDirection): readonly string[] {
  const point = (wavesDone: number) => versionsOf(placeAt(plan, service, { wavesDone, laneStage: 0 }));
  const { laneStage, waves, wavesDone } = plan;
  const taken = wavesDone + (laneStage > 0 ? 1 : 0);
  const end = waves.slice(0, taken).findLastIndex((_, wave) => irreversibleStep(plan, { wave }) !== undefined) + 1;
  const [from, to] = direction === "forward" ? [wavesDone, waves.length] : [end, taken];
  return [...new Set(Array.from({ length: to - from + 1 }, (_, index) => point(from + index)).flat())];
}

/** Where the wave to take back is past the point of no return. */
function noWayBack(plan: Plan, direction: PlanDirection): Problem | null {
  const move = direction === "back" && plan.laneStage === 0 ? nextMove(plan, "back") : null;
  const step = move === null ? undefined : irreversibleStep(plan, move);
  if (step === undefined) return null;
  const detail = `${step.service} cannot go back from ${step.to} to ${step.from}. ${step.irreversible ?? ""}`.trimEnd();
  return { path: "id", code: "plan.no-way-back", detail, fix: "Go on to a later version instead: make a plan to it." };
}

function irreversibleStep(plan: Plan, { wave }: Pick<Move, "wave">) {
  return plan.waves[wave]?.steps.find(({ reversible }) => !reversible);
}

/** Where the way back will end before the start. */
function stopsAt(plan: Plan): readonly string[] {
  for (let wave = plan.wavesDone - 1; wave >= 0; wave--) {
    const step = irreversibleStep(plan, { wave });
    if (step !== undefined) return [`The way back ends after wave ${wave + 1}: ${step.irreversible ?? `${step.service} cannot go back.`}`];
  }
  return [];
}

function ruleProblems(state: MeshState, event: MeshEvent): readonly Problem[] {
  const service = event.kind === "rules-set" ? state.services.get(event.service) : undefined;
  return event.kind !== "rules-set" || service === undefined ? [] : checkRuleInput(state, service, event.rules, "rules");
}

function unready(context: DecideContext, event: MeshEvent): readonly Problem[] {
  if (event.kind !== "weights-set" && event.kind !== "rules-set") return [];
  const service = context.state.services.get(event.service);
  if (service === undefined) return [];
  const { state } = context;
  if (event.kind === "rules-set") return checkRuleReadiness(context, { service, rules: event.rules, path: "rules", state });
  return checkReadiness(context, { service, before: service.weights, weights: event.weights, path: service.name, state });
}
