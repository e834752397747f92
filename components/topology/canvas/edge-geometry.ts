/**
 * The lines between boxes: where they run, how long they are, and which one is under the pointer. Pure.
 *
 * An edge leaves the right side of its source and enters the left side of its target, horizontally at both ends. Where the layout gave it bends, it
 * passes them level, so that it does not run behind boxes. Between boxes of one column it goes from bottom to top. Each line is also kept as a
 * polyline with its running length, which serves dots that travel along it, labels in its middle, and hit-testing.
 */
import type { Point } from "../layout/layout-graph.ts";
import { NODE_WIDTH } from "../node/node-size.ts";

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A cubic curve: end points and their control points. */
export interface Curve {
  readonly from: Point;
  readonly leave: Point;
  readonly arrive: Point;
  readonly to: Point;
}

export interface EdgeLine {
  readonly curves: readonly Curve[];
  /** x, y, x, y, … along the line. */
  readonly points: Float32Array;
  /** Length from the start to each point. */
  readonly lengths: Float32Array;
  readonly length: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const STEPS = 18;
const REACH_MIN = 26;

/** The line from one box to another, through the bends. */
export function createEdgeLine(source: Box, target: Box, bends: readonly Point[] = []): EdgeLine {
  const curves = isSameColumn(source, target) ? [columnCurve(source, target)] : levelCurves(source, target, bends);
  return measure(curves);
}

function isSameColumn(source: Box, target: Box): boolean {
  return Math.abs(source.x + source.width / 2 - target.x - target.width / 2) < Math.min(source.width, target.width) / 2;
}

function columnCurve(source: Box, target: Box): Curve {
  const downwards = target.y > source.y;
  const from = { x: source.x + source.width / 2, y: downwards ? source.y + source.height : source.y };
  const to = { x: target.x + target.width / 2, y: downwards ? target.y : target.y + target.height };
  const reach = (downwards ? 1 : -1) * Math.max(18, Math.abs(to.y - from.y) / 3);
  return { from, leave: { x: from.x, y: from.y + reach }, arrive: { x: to.x, y: to.y - reach }, to };
}

function levelCurves(source: Box, target: Box, bends: readonly Point[]): Curve[] {
  const stops: Point[] = [{ x: source.x + source.width, y: source.y + source.height / 2 }];
  const step = target.x >= source.x ? NODE_WIDTH / 2 : -NODE_WIDTH / 2;
  for (const bend of bends) stops.push({ x: bend.x - step, y: bend.y }, { x: bend.x + step, y: bend.y });
  stops.push({ x: target.x, y: target.y + target.height / 2 });
  return stops.slice(1).map((to, index) => levelCurve(stops[index] ?? to, to));
}

function levelCurve(from: Point, to: Point): Curve {
  const reach = to.x >= from.x ? Math.max(REACH_MIN, (to.x - from.x) / 2) : Math.max(60, (from.x - to.x) / 3);
  if (from.y === to.y && to.x >= from.x) return { from, leave: from, arrive: to, to };
  return { from, leave: { x: from.x + reach, y: from.y }, arrive: { x: to.x - reach, y: to.y }, to };
}

function measure(curves: readonly Curve[]): EdgeLine {
  const count = curves.length * STEPS + 1;
  const points = new Float32Array(count * 2);
  const lengths = new Float32Array(count);
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    const curve = curves[Math.min(curves.length - 1, Math.floor(index / STEPS))];
    if (!curve) break;
    const t = index === count - 1 ? 1 : (index % STEPS) / STEPS;
    const x = cubic(curve.from.x, curve.leave.x, curve.arrive.x, curve.to.x, t);
    const y = cubic(curve.from.y, curve.leave.y, curve.arrive.y, curve.to.y, t);
    points[index * 2] = x;
    points[index * 2 + 1] = y;
    if (index > 0) {
      const distance = Math.hypot(x - (points[index * 2 - 2] ?? x), y - (points[index * 2 - 1] ?? y));
      lengths[index] = (lengths[index - 1] ?? 0) + distance;
    }
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { curves, points, lengths, length: lengths[count - 1] ?? 0, left, top, right, bottom };
}

function cubic(a: number, b: number, c: number, d: number, t: number): number {
  const s = 1 - t;
  return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
}

/** The point at `distance` along the line; its ends beyond it. */
export function pointAt(line: EdgeLine, distance: number): Point {
  let low = 0;
  let high = line.lengths.length - 1;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((line.lengths[middle] ?? 0) <= distance) low = middle;
    else high = middle;
  }
  const span = (line.lengths[high] ?? 0) - (line.lengths[low] ?? 0);
  const part = span === 0 ? 0 : Math.min(1, Math.max(0, (distance - (line.lengths[low] ?? 0)) / span));
  const x0 = line.points[low * 2] ?? 0;
  const y0 = line.points[low * 2 + 1] ?? 0;
  return { x: x0 + ((line.points[high * 2] ?? x0) - x0) * part, y: y0 + ((line.points[high * 2 + 1] ?? y0) - y0) * part };
}

/** Distance from a point to the line. */
export function distanceTo(line: EdgeLine, point: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let index = 0; index + 3 < line.points.length; index += 2) {
    const x0 = line.points[index] ?? 0;
    const y0 = line.points[index + 1] ?? 0;
    const dx = (line.points[index + 2] ?? 0) - x0;
    const dy = (line.points[index + 3] ?? 0) - y0;
    const squared = dx * dx + dy * dy;
    const part = squared === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - x0) * dx + (point.y - y0) * dy) / squared));
    nearest = Math.min(nearest, Math.hypot(point.x - x0 - dx * part, point.y - y0 - dy * part));
  }
  return nearest;
}

/** The key of the line nearest to a point, within `reach`; null where there is none. */
export function findLineAt(lines: ReadonlyMap<string, EdgeLine>, point: Point, reach: number): string | null {
  let found: string | null = null;
  let nearest = reach;
  for (const [key, line] of lines) {
    if (point.x < line.left - reach || point.x > line.right + reach || point.y < line.top - reach || point.y > line.bottom + reach)
      continue;
    const distance = distanceTo(line, point);
    if (distance <= nearest) {
      nearest = distance;
      found = key;
    }
  }
  return found;
}
