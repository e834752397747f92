/**
 * The one state machine of a release: every state, every verb of an operator, and what the engine does by itself.
 *
 *   pending ──start──► running ⇄ paused                    running ──last step──► promoting ──settled──► succeeded
 *   running, paused, promoting, succeeded ──rollback, fail──► rolling-back ──settled──► rolled-back
 *   running, paused, promoting, rolling-back ──abort──► aborting ──settled──► aborted;  pending ──abort──► aborted: it has moved nothing
 *   rolling-back ──pause──► paused: who sees that the way back is the wrong one can go on from there
 *   rolled-back, aborted ──retry──► running
 *
 * `VERBS` (`verb-table.ts`) says of each verb in each state whether it is legal, or why not; `transition` makes the new cursor. Invariants:
 * - the strategy moves the step by one, or begins at the first; only the verb jump passes over steps;
 * - the weight of the cursor is the weight that the same change sets (`weights-at.ts`), so no weight is set that nobody recorded;
 * - the ends of what was started are reached by `settled` only: after the proxies acknowledged the final weights;
 * - who was paused because somebody changed weights by hand is moved by nobody but an operator.
 * Pure: the time and the author come from outside; whether the mesh can take the weights is decided where they are set.
 */
import { FULL_WEIGHT_BP, RELEASE_VERBS, type Release, type ReleaseCursor, type ReleaseMover, type ReleaseVerb } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { duration, isGradual, percent } from "./strategy.ts";
import { BACK, VERBS } from "./verb-table.ts";
import { startWeight } from "./weights-at.ts";

/** What the engine does by itself. */
export type ReleaseStimulus =
  /** The step is over. `weightBp`: of a harm budget, which makes its own weights. */
  | { readonly kind: "advance"; readonly weightBp?: number }
  /** The proxies acknowledged the weights of the last move. */
  | { readonly kind: "settled" }
  | { readonly kind: "fail"; readonly by: ReleaseMover; readonly because: string }
  /** It cannot go on by itself. */
  | { readonly kind: "stall"; readonly because: string }
  /** Somebody set weights or rules of the service by hand. */
  | { readonly kind: "taken-over"; readonly because: string };

export type ReleaseRequest =
  | { readonly kind: "verb"; readonly verb: ReleaseVerb; readonly weightBp?: number; readonly by?: ReleaseMover }
  | ReleaseStimulus;

/** Who asks, when and why. */
export interface Moment {
  readonly nowIso: string;
  readonly author: string;
  readonly reason: string;
}

/** The new place of a release, and the sentence for its history. */
export interface Moved {
  readonly cursor: ReleaseCursor;
  readonly sentence: string;
}

/** Why not. `path`: the field at fault; empty where the state is. */
export interface NotMoved {
  readonly path: "" | "weightBp";
  readonly detail: string;
  readonly fix: string;
}

type Movable = Omit<Release, "history">;
/** Where a request leads, or why nowhere. */
export function transition(release: Movable, request: ReleaseRequest, moment: Moment): Result<Moved, NotMoved> {
  if (request.kind === "verb") return byVerb(release, request, moment);
  switch (request.kind) {
    case "advance":
      return advance(release, request.weightBp, moment);
    case "settled":
      return settle(release, moment);
    case "fail":
      return fail(release, request, moment);
    case "stall":
      return release.state === "running"
        ? moved(release, { state: "paused", because: request.because, movedBy: "engine" }, `Paused. ${request.because}`)
        : refusedIn(release, "Only a release that is running can be stopped.");
    case "taken-over":
      return isMoving(release)
        ? moved(release, { state: "paused", because: request.because, movedBy: "operator", wayBackBp: [] }, `Paused. ${request.because}`)
        : refusedIn(release, "It does not move any more.");
  }
}

/** Every verb, and why it is not to be had now. */
export function verbsOf(
  release: Movable,
): readonly { readonly verb: ReleaseVerb; readonly allowed: boolean; readonly why: string | null }[] {
  const moment: Moment = { nowIso: release.movedAt, author: "", reason: "" };
  return RELEASE_VERBS.map((verb) => {
    // Whether one can jump at all; where to is asked for then.
    const weightBp = release.weightBp === FULL_WEIGHT_BP ? FULL_WEIGHT_BP - 1 : FULL_WEIGHT_BP;
    const tried = transition(release, { kind: "verb", verb, weightBp }, moment);
    return { verb, allowed: tried.ok, why: tried.ok ? null : `${tried.error.detail} ${tried.error.fix}` };
  });
}

/** Whether the engine or somebody still moves it. */
export function isUnderWay({ state }: Pick<Release, "state">): boolean {
  return state !== "succeeded" && state !== "rolled-back" && state !== "aborted";
}

/** Whether its weights are its own to set. */
export function isMoving({ state }: Pick<Release, "state">): boolean {
  return state === "running" || state === "promoting" || state === "rolling-back" || state === "aborting";
}

function byVerb(release: Movable, request: Extract<ReleaseRequest, { kind: "verb" }>, moment: Moment): Result<Moved, NotMoved> {
  const { verb, weightBp, by = "operator" } = request;
  const legal = VERBS[verb][release.state];
  if (legal !== true) return refused(`${release.id} is ${release.state}. ${legal[0]}`, legal[1]);
  const said = by === "operator" ? ` by ${moment.author}${because(moment)}` : because(moment);
  switch (verb) {
    case "start":
      return begin(release, moment, by, `Started${said}`);
    case "retry":
      return begin({ ...release, attempt: release.attempt + 1 }, moment, by, `Attempt ${release.attempt + 1}, begun${said}`);
    case "pause":
      if (release.state === "rolling-back" && !isGradual(release.strategy))
        return refused(`${release.id} is rolling-back. It has nothing to stay at.`, "Wait until it has gone back, or abort it.");
      return moved(release, { state: "paused", because: `Paused${said}.`, movedBy: by, wayBackBp: [] }, `Paused${said}.`);
    case "resume":
      return resume(release, moment, by, said);
    case "hold":
      if (release.held) return refused(`${release.id} is held already.`, "Resume it to let it go on.");
      return moved(release, { held: true, movedBy: by }, `Held at ${percent(release.weightBp)}${said}.`);
    case "promote":
      return next(release, moment, by, `Promoted${said}`);
    case "step-back":
      return stepBack(release, moment, by, said);
    case "jump":
      return jump(release, weightBp, moment, by, said);
    case "abort":
      if (release.state === "pending") return leave(release, by, said);
      return wayBack(release, moment, { state: "aborting", movedBy: by, because: `Aborted${said}.` }, `Aborted${said}`);
    case "rollback":
      if (release.state === "rolling-back" && release.wayBackBp.length === 0)
        return refused(`${release.id} is rolling-back. ${BACK[0]}`, BACK[1]);
      return wayBack(release, moment, { state: "rolling-back", movedBy: by, because: `Rolled back${said}.` }, `Rolled back${said}`);
    case "rollback-gradually":
      return gradually(release, moment, by, said);
  }
}

/** The next step, or the end where there is none. */
function next(release: Movable, moment: Moment, by: ReleaseMover, lead: string): Result<Moved, NotMoved> {
  const { step, steps, weightBp } = release;
  if (step + 1 < steps.length) return enter(release, step + 1, moment, by, lead);
  return moved(
    release,
    { state: "promoting", held: false, because: null, movedBy: by },
    `${lead}: ${percent(weightBp)} is the last weight.`,
  );
}

function advance(release: Movable, weightBp: number | undefined, moment: Moment): Result<Moved, NotMoved> {
  if (release.state !== "running") return refusedIn(release, "Only a release that is running goes on.");
  if (release.held) return refused(`${release.id} is held.`, "Resume it to let it go on.");
  if (weightBp === undefined) return next(release, moment, "strategy", "Went on");
  if (weightBp <= release.weightBp) return refused(`${release.id} has ${percent(release.weightBp)} already.`, "Wait for its next step.");
  const sentence = `Went on: ${percent(weightBp)}, as far as the budget allows.`;
  return moved(release, { weightBp, stepSince: moment.nowIso, movedBy: "strategy", because: null }, sentence);
}

/** A step: its weight is set. The last one without a pause and a gate is the end. */
function enter(release: Movable, index: number, moment: Moment, by: ReleaseMover, lead: string): Result<Moved, NotMoved> {
  const { steps } = release;
  const step = steps[index];
  if (step === undefined) return refusedIn(release, "It has no such step.");
  const isEnd = index === steps.length - 1 && step.gate === undefined && step.pauseMs === undefined;
  const place = steps.length === 1 ? "" : `, step ${index + 1} of ${steps.length}`;
  const wait = step.pauseMs === undefined ? "" : ` for ${duration(step.pauseMs)}`;
  const gate =
    step.gate === undefined
      ? ""
      : step.gate === "manual"
        ? ", until somebody promotes"
        : step.gate === "pass"
          ? ", until proven safe"
          : `, until ${step.event}`;
  return moved(
    release,
    {
      state: isEnd ? "promoting" : "running",
      step: index,
      weightBp: step.weightBp,
      stepSince: moment.nowIso,
      held: false,
      because: null,
      movedBy: by,
      attempt: release.attempt,
      wayBackBp: [],
    },
    `${lead}: ${percent(step.weightBp)}${place}${wait}${gate}.`,
  );
}

/** The first step. A harm budget begins before its only one, with the weight that it has: the engine sets the next as soon as it knows the traffic. */
function begin(release: Movable, moment: Moment, by: ReleaseMover, lead: string): Result<Moved, NotMoved> {
  if (release.strategy.kind !== "harm-budget") return enter(release, 0, moment, by, lead);
  const cursor = {
    state: "running",
    step: -1,
    weightBp: startWeight(release),
    stepSince: moment.nowIso,
    held: false,
    because: null,
  } as const;
  return moved(release, { ...cursor, movedBy: by, attempt: release.attempt, wayBackBp: [] }, `${lead}.`);
}

function resume(release: Movable, moment: Moment, by: ReleaseMover, said: string): Result<Moved, NotMoved> {
  if (release.state === "running" && !release.held) return refused(`${release.id} is running.`, "There is nothing to resume.");
  const sentence = `Resumed${said}, at ${percent(release.weightBp)}.`;
  return moved(release, { state: "running", held: false, because: null, stepSince: moment.nowIso, movedBy: by }, sentence);
}

function stepBack(release: Movable, moment: Moment, by: ReleaseMover, said: string): Result<Moved, NotMoved> {
  const to = release.steps[release.step - 1];
  if (to === undefined) return refused(`${release.id} is at its first step.`, "Roll it back to take the version out.");
  const parts: Partial<ReleaseCursor> = { state: "running", step: release.step - 1, weightBp: to.weightBp, stepSince: moment.nowIso };
  const sentence = `Back to step ${release.step} of ${release.steps.length}${said}: ${percent(to.weightBp)}. Held until resumed.`;
  return moved(release, { ...parts, held: true, because: null, movedBy: by }, sentence);
}

function jump(release: Movable, weightBp: number | undefined, moment: Moment, by: ReleaseMover, said: string): Result<Moved, NotMoved> {
  const wrong = (detail: string, fix: string) => err({ path: "weightBp", detail, fix } as const);
  if (!isGradual(release.strategy))
    return refused(`A release by ${release.strategy.kind} has no weights to jump to.`, "Promote it to move all traffic.");
  if (weightBp === undefined) return wrong("A jump needs a weight.", "Give weightBp: 2500 is 25 %.");
  if (!Number.isInteger(weightBp) || weightBp < 1 || weightBp > FULL_WEIGHT_BP)
    return wrong(`${weightBp} is no weight.`, "Give basis points from 1 to 10000: 2500 is 25 %.");
  if (weightBp === release.weightBp) return wrong(`${release.version} has ${percent(weightBp)} already.`, "Give another weight.");
  const step = release.steps.findLastIndex((each) => each.weightBp <= weightBp);
  if (release.steps[step]?.weightBp === weightBp) return enter(release, step, moment, by, `Jumped${said}`);
  const parts: Partial<ReleaseCursor> = { state: "running", step, weightBp, stepSince: moment.nowIso, held: false, because: null };
  return moved(release, { ...parts, movedBy: by }, `Jumped${said}: ${percent(weightBp)}.`);
}

function fail(release: Movable, { because: why, by }: Extract<ReleaseRequest, { kind: "fail" }>, moment: Moment): Result<Moved, NotMoved> {
  if (release.state !== "running" && release.state !== "promoting")
    return refusedIn(release, "Only a release that moves traffic is rolled back by itself.");
  return wayBack(
    release,
    moment,
    { state: "rolling-back", movedBy: by, because: why },
    `Rolled back by ${by === "judge" ? "the judge" : by}: ${why}`,
  );
}

/** The end of what never moved anything: nothing goes back, and there is nothing to acknowledge. */
function leave(release: Movable, by: ReleaseMover, said: string): Result<Moved, NotMoved> {
  return moved(release, { state: "aborted", movedBy: by, because: `Aborted${said}.` }, `Aborted${said}, before it was started.`);
}

/** Everything goes back at once. */
function wayBack(release: Movable, moment: Moment, parts: Partial<ReleaseCursor>, lead: string): Result<Moved, NotMoved> {
  const weightBp = startWeight(release);
  const cursor = { ...parts, step: -1, weightBp, stepSince: moment.nowIso, held: false, wayBackBp: [] };
  return moved(release, cursor, lead.endsWith(".") ? lead : `${lead}.`);
}

function gradually(release: Movable, moment: Moment, by: ReleaseMover, said: string): Result<Moved, NotMoved> {
  const start = startWeight(release);
  const below = release.steps.map(({ weightBp }) => weightBp).filter((weightBp) => weightBp < release.weightBp && weightBp > start);
  const [first, ...rest] = [...below.toReversed(), start];
  const weightBp = first ?? start;
  const parts: Partial<ReleaseCursor> = { state: "rolling-back", step: stepAt(release, weightBp), weightBp, wayBackBp: rest };
  const sentence = `Rolled back in ${rest.length + 1} ${rest.length === 0 ? "step" : "steps"}${said}: ${percent(weightBp)}.`;
  return moved(
    release,
    { ...parts, because: `Rolled back in steps${said}.`, movedBy: by, held: false, stepSince: moment.nowIso },
    sentence,
  );
}

function settle(release: Movable, moment: Moment): Result<Moved, NotMoved> {
  const { state, version, wayBackBp, weightBp: setBp } = release;
  if (state === "promoting") {
    const end = release.strategy.kind === "shadow" ? "It is over; no traffic was moved." : `The weight of ${version} is ${percent(setBp)}.`;
    return moved(release, { state: "succeeded", movedBy: "engine" }, `Succeeded: the proxies acknowledged it. ${end}`);
  }
  if (state === "aborting")
    return moved(release, { state: "aborted", movedBy: "engine" }, "Aborted: the proxies acknowledged the weights from before.");
  if (state !== "rolling-back") return refusedIn(release, "It waits for no acknowledgement.");
  const [weightBp, ...rest] = wayBackBp;
  if (weightBp === undefined)
    return moved(release, { state: "rolled-back" }, "Rolled back: the proxies acknowledged the weights from before.");
  const parts: Partial<ReleaseCursor> = { step: stepAt(release, weightBp), weightBp, wayBackBp: rest, stepSince: moment.nowIso };
  return moved(release, parts, `On the way back: ${percent(weightBp)}.`);
}

function stepAt({ steps }: Movable, weightBp: number): number {
  return steps.findLastIndex((step) => step.weightBp === weightBp);
}

function moved(release: Movable, parts: Partial<ReleaseCursor>, sentence: string): Result<Moved, NotMoved> {
  return ok({ cursor: { ...cursorOf(release), ...parts }, sentence });
}

/** The place of a release, without what it is. */
export function cursorOf(release: ReleaseCursor): ReleaseCursor {
  const { attempt, because: why, held, movedBy, state, step, stepSince, wayBackBp, weightBp } = release;
  return { state, step, weightBp, stepSince, held, because: why, movedBy, attempt, wayBackBp };
}

function because({ reason }: Moment): string {
  return reason.trim() === "" ? "" : `: ${reason.trim().replace(/\.$/, "")}`;
}

function refusedIn({ id, state }: Movable, detail: string): Result<Moved, NotMoved> {
  return refused(`${id} is ${state}. ${detail}`, "Look at it again.");
}

function refused(detail: string, fix: string): Result<Moved, NotMoved> {
  return err({ path: "", detail, fix });
}
