/**
 * What the log says of one plan: its transitions in order, and from them how long each wave and the whole took.
 *
 * A wave took from the change that set its weights until the next move of the plan, which is made only once the wave is ready, acknowledged, weighted and drained.
 * Of what the log that is at hand does not reach, nothing is said.
 */
import type { Change } from "@/lib/client/index.ts";
import type { PlanState } from "./plan-view.ts";

/** One entry of the log that moved the plan. */
export interface PlanMove {
  readonly change: Change;
  readonly before: PlanPlace | null;
  readonly after: PlanPlace;
}

interface PlanPlace {
  readonly state: PlanState;
  readonly wavesDone: number;
}

/** The transitions of a plan, oldest first. A change of weights that paused it is one of them. */
export function movesOf(changes: readonly Change[], plan: string): readonly PlanMove[] {
  return changes
    .flatMap((change): PlanMove[] => {
      const after = placeIn(change.after, plan);
      return after === null ? [] : [{ change, before: placeIn(change.before, plan), after }];
    })
    .sort((left, right) => left.change.seq - right.change.seq);
}

/** How long the last pass over each wave took, in ms, by place of the wave; a wave that is not settled, or unknown, is not in it. */
export function waveTimes(moves: readonly PlanMove[]): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const [index, { after, before, change }] of moves.entries()) {
    const wave = waveMoved(before, after);
    if (wave === null) continue;
    times.delete(wave);
    const next = moves[index + 1];
    const span = next?.change.kind === "plan.advance" ? Date.parse(next.change.at) - Date.parse(change.at) : -1;
    if (span >= 0) times.set(wave, span);
  }
  return times;
}

/** Place of the wave whose weights a transition moved, forward or back; null where it moved none. */
export function waveMoved(before: PlanPlace | null, after: PlanPlace): number | null {
  if (before === null || before.wavesDone === after.wavesDone) return null;
  return Math.min(before.wavesDone, after.wavesDone);
}

/** When the last way, there or back, began and ended, in ms since 1970; null where the log does not show both, or the plan is under way. */
export function lastWay(moves: readonly PlanMove[]): { readonly fromMs: number; readonly toMs: number } | null {
  const end = moves.at(-1);
  if (end === undefined || (end.after.state !== "done" && end.after.state !== "reversed")) return null;
  const verb = end.after.state === "done" ? "plan.execute" : "plan.reverse";
  const begin = moves.findLast(({ change }) => change.kind === verb);
  if (begin === undefined) return null;
  const [fromMs, toMs] = [Date.parse(begin.change.at), Date.parse(end.change.at)];
  return toMs >= fromMs ? { fromMs, toMs } : null;
}

function placeIn(side: unknown, plan: string): PlanPlace | null {
  if (typeof side !== "object" || side === null || !Object.hasOwn(side, plan)) return null;
  const place = (side as Readonly<Record<string, unknown>>)[plan];
  if (typeof place !== "object" || place === null) return null;
  const { state, wavesDone } = place as Partial<PlanPlace>;
  return typeof state === "string" && typeof wavesDone === "number" ? { state, wavesDone } : null;
}
