/**
 * The weight of a release over time, as steps: what was set so far, and what is planned from here.
 *
 * Invariants: both are ordered by time and hold one point per change of weight; what is planned never lies before `nowMs`. A step that waits for a gate
 * has no known length: it is drawn as long as `GATE_MS`, and its point says which gate. What no step can tell (a harm budget finds its own weights) is left out.
 */
import { isBack, isOver, type ReleaseSummary } from "./release-view.ts";

/** From `atMs` on this weight. `gate`: it stays until the gate opens. */
export interface WeightPoint {
  readonly atMs: number;
  readonly weightBp: number;
  readonly gate?: "manual" | "pass" | "event" | null | undefined;
}

/** How long a step whose length nobody knows is drawn. */
const GATE_MS = 30_000;

type Drawn = Pick<ReleaseSummary, "history" | "createdAt" | "weightBp" | "movedAt">;

/** The weights that were set, the first at the release's start. */
export function pastCurve({ createdAt, history, movedAt, weightBp }: Drawn): readonly WeightPoint[] {
  const points: WeightPoint[] = [];
  for (const entry of history) {
    if (points.at(-1)?.weightBp !== entry.weightBp) points.push({ atMs: Date.parse(entry.at), weightBp: entry.weightBp });
  }
  // A long history keeps its newest entries only; the weight of now is known all the same.
  if (points.at(-1)?.weightBp !== weightBp) points.push({ atMs: Date.parse(movedAt), weightBp });
  const first = points[0];
  const startMs = Date.parse(createdAt);
  return first !== undefined && first.atMs > startMs + 1 ? [{ atMs: startMs, weightBp: 0 }, ...points] : points;
}

type Ahead = Pick<ReleaseSummary, "steps" | "step" | "state" | "stepSince" | "nextStepAt" | "weightBp">;

/** What is planned from `nowMs` on, the weight of now first; only that one where nothing more is known. */
export function aheadCurve(release: Ahead, nowMs: number): readonly WeightPoint[] {
  const { nextStepAt, state, step, steps, stepSince, weightBp } = release;
  if (isOver(release)) return [];
  const gateNow = steps[step]?.gate ?? null;
  const now: WeightPoint = { atMs: nowMs, weightBp, gate: gateNow };
  if (isBack(release)) return [now, { atMs: nowMs + GATE_MS / 10, weightBp: 0 }];
  if (state === "promoting") return [now];
  const dueMs = nextStepAt === null ? Date.parse(stepSince) + lengthMs(steps[step]) : Date.parse(nextStepAt);
  let atMs = Math.max(nowMs + (gateNow !== null && dueMs < nowMs ? GATE_MS : 0), dueMs);
  const points = [now];
  for (const next of steps.slice(Math.max(0, step + 1))) {
    points.push({ atMs, weightBp: next.weightBp, gate: next.gate ?? null });
    atMs += lengthMs(next);
  }
  return points;
}

function lengthMs(step: { readonly pauseMs?: number | undefined } | undefined): number {
  return step?.pauseMs ?? GATE_MS;
}

/** When what is planned is over, with room for its last step; `nowMs` where nothing is ahead. */
export function plannedEndMs(release: Ahead, nowMs: number): number {
  const last = aheadCurve(release, nowMs).at(-1);
  return last === undefined ? nowMs : last.atMs + (last.atMs > nowMs ? Math.max(GATE_MS / 2, (last.atMs - nowMs) * 0.14) : 0);
}

interface Plane {
  readonly x: (atMs: number) => number;
  readonly y: (weightBp: number) => number;
}

/** An SVG path along the steps up to `toMs`; empty without a point. */
export function stepPath(points: readonly WeightPoint[], toMs: number, { x, y }: Plane): string {
  return points
    .flatMap(({ atMs, weightBp }, place) => {
      const endMs = points[place + 1]?.atMs ?? toMs;
      const [from, to, level] = [x(atMs), x(Math.max(atMs, endMs)), y(weightBp)];
      return [`${place === 0 ? "M" : "L"}${from} ${level}`, `L${to} ${level}`];
    })
    .join("");
}

/** The area beneath such a path. */
export function stepArea(points: readonly WeightPoint[], toMs: number, plane: Plane): string {
  const first = points[0];
  if (first === undefined) return "";
  const floor = plane.y(0);
  return `${stepPath(points, toMs, plane).replace(/^M/, `M${plane.x(first.atMs)} ${floor}L`)}L${plane.x(toMs)} ${floor}Z`;
}
