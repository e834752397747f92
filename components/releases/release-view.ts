import type { CallRequest, ResponseOf } from "@/lib/client/index.ts";

/** A release as the API shows it. */
export type ReleaseView = ResponseOf<"GET /api/v1/releases/{id}">;
export type ReleaseSummary = ResponseOf<"GET /api/v1/releases">["items"][number];
export type ReleaseState = ReleaseSummary["state"];
export type ReleaseStep = ReleaseSummary["steps"][number];
export type ReleaseVerb = ReleaseView["verbs"][number]["verb"];
export type JudgeVerdict = NonNullable<ReleaseSummary["verdict"]>;
export type NamedStrategy = ResponseOf<"GET /api/v1/strategies/{name}">;
export type Strategy = NamedStrategy["strategy"];
export type StrategyStep = NamedStrategy["steps"][number];
export type StrategyKind = Strategy["kind"];
/** Body of a request for a release. */
export type ReleaseRequest = CallRequest<"POST /api/v1/releases">["body"];

const ENDED: ReadonlySet<ReleaseState> = new Set(["succeeded", "rolled-back", "aborted"]);
const MOVING: ReadonlySet<ReleaseState> = new Set(["running", "promoting", "rolling-back", "aborting"]);

/** Whether it has come to its end. */
export function isOver({ state }: { readonly state: ReleaseState }): boolean {
  return ENDED.has(state);
}

/** Whether the engine moves it by itself. */
export function isMoving({ state }: { readonly state: ReleaseState }): boolean {
  return MOVING.has(state);
}

/** Whether its weights go back, or have gone back. */
export function isBack({ state }: { readonly state: ReleaseState }): boolean {
  return state === "rolling-back" || state === "rolled-back" || state === "aborting" || state === "aborted";
}

/** When it ended; null while it is under way. */
export function endedAtMs(release: Pick<ReleaseSummary, "state" | "movedAt">): number | null {
  return isOver(release) ? Date.parse(release.movedAt) : null;
}
