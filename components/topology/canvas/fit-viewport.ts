/**
 * Which part of the picture is shown without being asked for: all of it where its words can still be read, else what is in question and its neighbours.
 * What the operator asks for with "Show everything" is shown whole, however small.
 */

import type { Box } from "./edge-geometry.ts";

/** Below this zoom the figures of a service are too small to be read at a glance. */
export const READING_ZOOM = 0.8;
const MAX_ZOOM = 1;
const MIN_ZOOM = 0.08;
/** Free space around what is shown, as a part of the room. */
const PADDING = 0.06;

/** The part of the canvas that nothing lies over, in pixels from its top left corner. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

export interface FittedViewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Everything, as large as the room allows, but never larger than life. */
export function fitAll(boxes: ReadonlyMap<string, Box>, room: Room): FittedViewport {
  return center(boundsOf([...boxes.values()]), room, zoomFor(boundsOf([...boxes.values()]), room));
}

/** Everything where that can be read; else `chosen` with the `near` ones, never too small to be read: what does not fit then lies beyond the edge. */
export function fitToRead(
  boxes: ReadonlyMap<string, Box>,
  room: Room,
  chosen: readonly string[],
  near: ReadonlySet<string>,
): FittedViewport {
  const whole = fitAll(boxes, room);
  const middle = chosen.flatMap((name) => boxes.get(name) ?? []);
  if (whole.zoom >= READING_ZOOM || middle.length === 0) return whole;
  const around = boundsOf([...near].flatMap((name) => boxes.get(name) ?? []).concat(middle));
  const zoom = zoomFor(around, room);
  return zoom >= READING_ZOOM ? center(around, room, zoom) : center(boundsOf(middle), room, READING_ZOOM);
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function boundsOf(boxes: readonly Box[]): Bounds {
  return {
    left: Math.min(...boxes.map(({ x }) => x)),
    top: Math.min(...boxes.map(({ y }) => y)),
    right: Math.max(...boxes.map(({ x, width }) => x + width)),
    bottom: Math.max(...boxes.map(({ y, height }) => y + height)),
  };
}

function zoomFor({ bottom, left, right, top }: Bounds, room: Room): number {
  const part = 1 - PADDING * 2;
  const zoom = Math.min((room.width * part) / Math.max(1, right - left), (room.height * part) / Math.max(1, bottom - top));
  return Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
}

function center({ bottom, left, right, top }: Bounds, room: Room, zoom: number): FittedViewport {
  return { x: room.width / 2 - ((left + right) / 2) * zoom, y: room.height / 2 - ((top + bottom) / 2) * zoom, zoom };
}
