import type { Command, MeshState, Plan, Release } from "../model/index.ts";
import { isUnderWay } from "../release/index.ts";
import { releaseOfStep, releasesOf } from "./decide/plan-releases.ts";

/** What a plan that is walked by releases needs next. */
export interface WaveMove {
  readonly plan: string;
  readonly command: Command;
  readonly because: string;
}

/**
 * The moves that plans walked by releases need now. A wave whose releases all succeeded has moved the plan on already: then come those of the next one. Where one
 * of a wave goes back, so do the others, at once; when all of them are back, the plan goes back over the waves before.
 */
export function wavesToMove(state: MeshState): readonly WaveMove[] {
  return [...state.plans.values()].flatMap((plan) => {
    if (plan.state !== "running" || plan.direction !== "forward" || releasesOf(state, plan.id).length === 0) return [];
    return movesOf(state, plan);
  });
}

/** Whether a plan's waves are moved by releases, so that the plan itself does not. */
export function isWalkedByReleases(state: Pick<MeshState, "releases">, { direction, id, state: place }: Plan): boolean {
  return place === "running" && direction === "forward" && releasesOf(state, id).length > 0;
}

/** A release of the plan that still moves; its weights must settle before the plan goes back. */
export function openReleaseOf(state: Pick<MeshState, "releases">, plan: string): Release | undefined {
  return releasesOf(state, plan).find(isUnderWay);
}

function movesOf(state: MeshState, plan: Plan): readonly WaveMove[] {
  const steps = plan.waves[plan.wavesDone]?.steps ?? [];
  const releases = steps.flatMap((step) => releaseOfStep(state, plan.id, step) ?? []);
  const failed = releases.find((release) => goesBack(release));
  const wave = `wave ${plan.wavesDone + 1} of ${plan.waves.length}`;
  if (failed === undefined) {
    const [first] = releasesOf(state, plan.id);
    if (releases.length > 0 || first === undefined) return [];
    const command: Command = { kind: "release.create", plan: plan.id, strategy: first.strategy };
    return [{ plan: plan.id, command, because: wave }];
  }
  const because = `${wave} goes back because ${failed.id} of ${failed.service} does.`;
  const others = releases.filter((release) => !goesBack(release));
  if (others.length > 0)
    return others.map((release) => ({
      plan: plan.id,
      command: { kind: "release.move", release: release.id, verb: verbFor(release), by: "engine" },
      because,
    }));
  if (releases.some(isUnderWay)) return [];
  const command: Command =
    plan.wavesDone > 0
      ? { kind: "plan.reverse", plan: plan.id }
      : { kind: "plan.stop", plan: plan.id, because: `${failed.id} went back: ${failed.because ?? ""}` };
  return [{ plan: plan.id, command, because }];
}

function goesBack({ state }: Release): boolean {
  return state === "rolling-back" || state === "rolled-back" || state === "aborting" || state === "aborted";
}

function verbFor({ state }: Release): "abort" | "rollback" {
  return state === "pending" ? "abort" : "rollback";
}
