import type { ArmCount } from "../../sequential/index.ts";
import type { TrailPoint } from "./judge-state.ts";

/** Points that are kept. Beyond that neighbours become one, so that what is long past is drawn more coarsely. */
const TRAIL_MAX = 60;

/** The trail with one more block. */
export function withBlock(trail: readonly TrailPoint[], ms: number, candidate: ArmCount, baseline: ArmCount): readonly TrailPoint[] {
  const next: readonly TrailPoint[] = [...trail, [(trail.at(-1)?.[0] ?? 0) + ms, candidate.n, candidate.bad, baseline.n, baseline.bad]];
  return next.length <= TRAIL_MAX ? next : halved(next);
}

function halved(trail: readonly TrailPoint[]): readonly TrailPoint[] {
  return trail.flatMap((point, at) => {
    const after = trail[at + 1];
    if (at % 2 === 1) return [];
    if (after === undefined) return [point];
    return [[after[0], point[1] + after[1], point[2] + after[2], point[3] + after[3], point[4] + after[4]] as const];
  });
}
