/**
 * The verbs of a release, and what the engine found out about it. Making one is in `release-create.ts`.
 *
 * Each move is one change: the weights and rules that it sets, and the release's new place (`release-events.ts`), so that nothing can come between the two.
 * Which verb is legal when is the state machine's (`lib/release/transition.ts`); here it is checked that the mesh can follow:
 * - a move on from a pause, and a way back, need the versions that they send to (`release.stale`);
 * - beginning (again) needs the weights from before (`release.stale`), and that nothing else moves the service (`release.busy`);
 * - a release that ended can be rolled back as long as the service stands where it left it;
 * - no way back leads to a version without a ready instance: an operator is refused, the engine goes as far as it can and waits for the rest;
 * - an abort always leads out: where the versions from before are gone it ends at the weights that there are.
 */
import { type Command, equalWeights, type MeshState, type Problem, type Refusal, type Release, type Service } from "../../model/index.ts";
import { cursorOf, isUnderWay, type Moved, type ReleaseRequest, transition, weightsAt } from "../../release/index.ts";
import { ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { decidePlanReleases, nextWave } from "./plan-releases.ts";
import { listed, refuse, refuseAll } from "./refusals.ts";
import { busy, decideReleaseCreate } from "./release-create.ts";
import { checkPreviewHost, missingVersions, moveDraft } from "./release-events.ts";

type ReleaseCommand = Extract<Command, { readonly kind: `release.${string}` }>;
type Move = Extract<Command, { readonly kind: "release.move" }>;
type Advance = Extract<Command, { readonly kind: "release.advance" }>;

/** Makes releases and moves them. */
export function decideRelease(context: DecideContext, command: ReleaseCommand): Result<Draft | null, Refusal> {
  if (command.kind === "release.create")
    return "plan" in command ? decidePlanReleases(context, command) : decideReleaseCreate(context, command);
  const release = context.state.releases.get(command.release);
  if (release === undefined) {
    const known = listed([...context.state.releases.keys()].toReversed());
    const fix = known === "" ? "Start a release first." : `Take one of: ${known}.`;
    return refuse({ path: "id", code: "release.unknown", detail: `There is no release "${command.release}".`, fix });
  }
  const service = context.state.services.get(release.service);
  if (service === undefined) return refuse(stale(release, `${release.service} no longer exists.`));
  return command.kind === "release.move" ? move(context, release, service, command) : advance(context, release, service, command);
}

function move(context: DecideContext, release: Release, service: Service, { by, verb, weightBp }: Move): Result<Draft, Refusal> {
  const request: ReleaseRequest = {
    kind: "verb",
    verb,
    ...(weightBp === undefined ? {} : { weightBp }),
    ...(by === undefined ? {} : { by }),
  };
  const { author, reason } = context.author;
  const moved = transition(release, request, { nowIso: context.nowIso, author, reason });
  if (!moved.ok) {
    const { detail, fix, path } = moved.error;
    return refuse({ path, code: path === "" ? "release.state" : "release.invalid", detail, fix });
  }
  const leftover = verb === "abort" ? abandoned(context, release, service, moved.value) : null;
  if (leftover !== null) return ok(leftover);
  const after = { ...release, ...moved.value.cursor };
  const problems = [
    ...checkPlace(context.state, release, service, verb),
    ...checkVersions(release, service),
    ...checkPreviewHost(context.state, service, { before: release, release: after }, "id"),
  ];
  if (problems.length > 0) return refuseAll(problems);
  const isPartial = by !== undefined && by !== "operator";
  const path = verb === "jump" ? "weightBp" : "";
  return ok(moveDraft(context, { kind: "release.move", release, service, moved: moved.value, path, isPartial }));
}

/** The end of an aborted release that was never started, or whose versions from before are gone: nothing is left to go back to. Null where it goes back. */
function abandoned(context: DecideContext, release: Release, service: Service, moved: Moved): Draft | null {
  const draft = { kind: "release.move", release, service, path: "", leavesWeights: true } as const;
  if (release.state === "pending") return moveDraft(context, { ...draft, moved });
  const gone = missingVersions(service, release.start);
  if (gone.length === 0) return null;
  const { step, weightBp, wayBackBp } = release;
  const sentence = `${moved.sentence} ${listed(gone)} of before is not registered any more: the weights stay as they are.`;
  const cursor = { ...moved.cursor, state: "aborted", step, weightBp, wayBackBp, because: sentence } as const;
  return moveDraft(context, { ...draft, moved: { cursor, sentence } });
}

function advance(context: DecideContext, release: Release, service: Service, { finding, from }: Advance): Result<Draft | null, Refusal> {
  const { attempt, state, step, stepSince, weightBp } = release;
  const isSame =
    from.state === state && from.step === step && from.weightBp === weightBp && from.stepSince === stepSince && from.attempt === attempt;
  if (!isSame)
    return refuse({ path: "id", code: "release.state", detail: `${release.id} has moved on meanwhile.`, fix: "Look at it again." });
  const { author, reason } = context.author;
  const moved = transition(release, finding, { nowIso: context.nowIso, author, reason });
  if (!moved.ok) return refuse({ path: "id", code: "release.state", detail: moved.error.detail, fix: moved.error.fix });
  // What has settled sets nothing more, unless it is on a way back in steps.
  const setsNothing = finding.kind === "stall" || (finding.kind === "settled" && release.wayBackBp.length === 0);
  const problems = setsNothing ? [] : checkVersions(release, service);
  if (problems.length > 0) return refuseAll(problems);
  const leavesWeights = setsNothing && checkVersions(release, service).length > 0;
  const next = leavesWeights || !isHalfBack(release, service) ? moved.value : theRest(context, release);
  const isPartial = finding.kind === "fail";
  const draft = moveDraft(context, { kind: "release.advance", release, service, moved: next, path: "", leavesWeights, isPartial });
  return ok(next.cursor.state === "succeeded" ? nextWave(context, release, draft) : draft);
}

/** Whether its way back stopped short of versions without a ready instance. */
function isHalfBack(release: Release, service: Service): boolean {
  const isBack = release.state === "rolling-back" || release.state === "aborting";
  return isBack && !equalWeights(service.weights, weightsAt(release, release.weightBp));
}

/** The same place once more, for what could not go back before. */
function theRest({ nowIso }: DecideContext, release: Release): Moved {
  return { cursor: { ...cursorOf(release), stepSince: nowIso }, sentence: "The rest goes back." };
}

/** Whether the mesh is where the verb begins. */
function checkPlace(state: MeshState, release: Release, service: Service, verb: Move["verb"]): readonly Problem[] {
  const isBegun = verb === "start" || verb === "retry";
  const isLate = release.state === "succeeded" && (verb === "rollback" || verb === "rollback-gradually");
  if (!isBegun && !isLate) return [];
  const plan = isLate ? ownPlan(state, release) : undefined;
  const others = busy(state, service.name, { release: release.id, ...(plan === undefined ? {} : { plan }) });
  if (others.length > 0) return others.map((problem) => ({ ...problem, path: "id" }));
  const wanted = isBegun ? release.start : weightsAt(release, release.weightBp);
  if (equalWeights(service.weights, wanted)) return [];
  const detail = isBegun
    ? `The weights of ${service.name} were changed since it was made.`
    : `The weights of ${service.name} were changed since it ended.`;
  return [stale(release, detail)];
}

/** The plan whose present wave the release is one of: the wave is taken back by it, though it has succeeded. */
function ownPlan({ plans }: MeshState, { plan: id, service, version }: Release): string | undefined {
  const plan = id === null ? undefined : plans.get(id);
  const steps = plan?.waves[plan.wavesDone]?.steps ?? [];
  return steps.some((step) => step.service === service && step.to === version) ? plan?.id : undefined;
}

/** Every version that it may still send to, forward or back. */
function checkVersions(release: Release, service: Service): readonly Problem[] {
  const gone = missingVersions(service, { ...release.start, [release.version]: 1 });
  return gone.length === 0 ? [] : [stale(release, `${service.name} ${listed(gone)} is not registered any more.`)];
}

function stale({ state }: Release, detail: string): Problem {
  const fix = isUnderWay({ state })
    ? "Set the weights as they should be, and start another release."
    : "Start another release, or roll the service back.";
  return { path: "id", code: "release.stale", detail, fix };
}
