import type { ReleaseSummary } from "./release-view.ts";

/** How a release went, as its history tells. */
export interface Outcome {
  /** Nobody asked for it: the judge, a policy or an alert ended it. */
  readonly isBySelf: boolean;
  readonly startMs: number;
  /** When the way back began; null where there was none, or where the history does not reach so far. */
  readonly turnedMs: number | null;
  /** When the proxies had acknowledged the last weights. */
  readonly endMs: number;
  /** The most that the new version had. */
  readonly peakBp: number;
}

type Told = Pick<ReleaseSummary, "createdAt" | "movedAt" | "movedBy" | "history" | "state" | "weightBp">;

/** Place in its history where its last attempt began; −1 where it was never begun anew. */
function lastAttempt(history: Told["history"]): number {
  return history.findLastIndex(
    (entry, place) => entry.state === "running" && ["rolled-back", "aborted"].includes(history[place - 1]?.state ?? ""),
  );
}

/** When its last attempt began, ms since 1970. */
export function attemptSinceMs({ createdAt, history }: Pick<Told, "createdAt" | "history">): number {
  return Date.parse(history[lastAttempt(history)]?.at ?? createdAt);
}

/** How a release that has ended went; null while it is under way. */
export function outcomeOf({ createdAt, history, movedAt, movedBy, state, weightBp }: Told): Outcome | null {
  if (state !== "succeeded" && state !== "rolled-back" && state !== "aborted") return null;
  // After a retry only the last attempt counts: what came before it has ended once already.
  const last = history.slice(Math.max(0, lastAttempt(history)));
  const turned = last.find((entry) => entry.state === "rolling-back" || entry.state === "aborting");
  return {
    isBySelf: state === "rolled-back" && movedBy !== "operator",
    startMs: attemptSinceMs({ createdAt, history }),
    turnedMs: turned === undefined ? null : Date.parse(turned.at),
    endMs: Date.parse(movedAt),
    peakBp: Math.max(weightBp, ...last.map((entry) => entry.weightBp)),
  };
}
