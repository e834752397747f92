/**
 * The arithmetic of the split bar, in basis points: versions stand side by side, `n` versions have `n − 1` boundaries between them, and a drag moves
 * one boundary.
 *
 * Invariants: weights are whole numbers of 0 to 10 000 and sum to 10 000; moving a boundary pushes the boundaries it meets, so the order of versions
 * never changes; a version never gets more than its `cap` (which is its present weight where more is not safe), and the move stops there.
 */
import { compareVersions, FULL_WEIGHT_BP, type Weights } from "@/lib/model/index.ts";

/** One version's piece of the bar. */
export interface Segment {
  readonly version: string;
  readonly weightBp: number;
}

/** The order of a bar: versions with weight by age, oldest first, then those without, so that each of them is one drag away at the right end. */
export function orderVersions(versions: readonly string[], weights: Weights): string[] {
  return versions.toSorted((left, right) => {
    const leftIdle = (weights[left] ?? 0) === 0;
    const rightIdle = (weights[right] ?? 0) === 0;
    return leftIdle === rightIdle ? compareVersions(left, right) : leftIdle ? 1 : -1;
  });
}

/** The bar's pieces in a given order. */
export function segmentsOf(order: readonly string[], weights: Weights): Segment[] {
  return order.map((version) => ({ version, weightBp: weights[version] ?? 0 }));
}

/** Where the boundary left of segment `index` (1 … n − 1) stands, 0 to 10 000. */
export function boundaryAt(segments: readonly Segment[], index: number): number {
  return segments.slice(0, index).reduce((sum, segment) => sum + segment.weightBp, 0);
}

/** The most that each version may get; versions that are not listed may get everything. */
export type Caps = Readonly<Record<string, number>>;

export interface Move {
  readonly segments: readonly Segment[];
  /** The version whose cap stopped the move short of where it was wanted; null when it got there. */
  readonly stoppedBy: string | null;
}

/** Moves the boundary left of segment `index` to `targetBp` (whole basis points), as far as the caps let it. */
export function moveBoundary(segments: readonly Segment[], index: number, targetBp: number, caps: Caps): Move {
  const bounds = [...segments.map((_, position) => boundaryAt(segments, position)), FULL_WEIGHT_BP];
  const from = bounds[index] ?? 0;
  const wanted = Math.min(FULL_WEIGHT_BP, Math.max(0, Math.round(targetBp)));
  const growing = segments[wanted < from ? index : index - 1];
  if (!growing || wanted === from) return { segments, stoppedBy: null };
  const room = Math.max(0, (caps[growing.version] ?? FULL_WEIGHT_BP) - growing.weightBp);
  const reached = wanted < from ? Math.max(wanted, from - room) : Math.min(wanted, from + room);
  const moved = bounds.map((bound, position) => {
    if (position === 0 || position === segments.length) return bound;
    if (position === index) return reached;
    return position < index ? Math.min(bound, reached) : Math.max(bound, reached);
  });
  return {
    segments: segments.map((segment, position) => ({ ...segment, weightBp: (moved[position + 1] ?? 0) - (moved[position] ?? 0) })),
    stoppedBy: reached === wanted ? null : growing.version,
  };
}

/** Rounds a place on the bar to whole percents, or to basis points where `fine`. */
export function snapBp(bp: number, fine: boolean): number {
  return fine ? Math.round(bp) : Math.round(bp / 100) * 100;
}

/**
 * Gives one version `weightBp`: what it takes or leaves comes from, or goes to, the others, the heaviest first, as far as their caps allow.
 * What finds no taker stays where it was.
 */
export function setWeight(segments: readonly Segment[], version: string, weightBp: number, caps: Caps): Move {
  const present = segments.find((segment) => segment.version === version)?.weightBp ?? 0;
  const wanted = Math.min(FULL_WEIGHT_BP, Math.max(0, Math.round(weightBp)));
  const allowed = Math.min(wanted, Math.max(present, caps[version] ?? FULL_WEIGHT_BP));
  const weights = new Map(segments.map((segment) => [segment.version, segment.weightBp]));
  let missing = allowed - present;
  const others = segments.filter((segment) => segment.version !== version).toSorted((left, right) => right.weightBp - left.weightBp);
  for (const other of others) {
    const room = missing > 0 ? other.weightBp : Math.max(0, (caps[other.version] ?? FULL_WEIGHT_BP) - other.weightBp);
    const part = Math.sign(missing) * Math.min(Math.abs(missing), room);
    weights.set(other.version, other.weightBp - part);
    missing -= part;
  }
  weights.set(version, allowed - missing);
  return {
    segments: segments.map((segment) => ({ ...segment, weightBp: weights.get(segment.version) ?? 0 })),
    stoppedBy: allowed < wanted ? version : null,
  };
}

/** The weights of the bar, zeros left out. */
export function weightsOf(segments: readonly Segment[]): Weights {
  return Object.fromEntries(segments.filter((segment) => segment.weightBp > 0).map((segment) => [segment.version, segment.weightBp]));
}

/** Reads a percentage as an operator types it: `25`, `25%`, `0.05`, `12,5`; null where it is none, or finer than 0.01 %. */
export function parsePercent(text: string): number | null {
  const match = /^\s*(\d{1,3})(?:[.,](\d{1,2}))?\s*%?\s*$/.exec(text);
  if (!match) return null;
  const weightBp = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return weightBp <= FULL_WEIGHT_BP ? weightBp : null;
}

/** `2500` → `25`, `50` → `0.5`, `1` → `0.01`: the shortest exact percentage. */
export function percentText(weightBp: number): string {
  return String(Math.round(weightBp) / 100);
}
