import type { EdgeShape } from "../live/topology-shape.ts";
import type { Box } from "./canvas/edge-geometry.ts";

export type Direction = "left" | "right" | "up" | "down";

/**
 * The service that an arrow key leads to: right to the nearest one called, left to the nearest caller, up and down to the nearest in that direction.
 * Where no edge leads on, the nearest box in that direction serves; null where there is none.
 */
export function walkGraph(boxes: ReadonlyMap<string, Box>, edges: readonly EdgeShape[], from: string, direction: Direction): string | null {
  const start = boxes.get(from);
  if (!start) return boxes.keys().next().value ?? null;
  const linked = edges.flatMap((edge) =>
    direction === "right" && edge.from === from ? [edge.to] : direction === "left" && edge.to === from ? [edge.from] : [],
  );
  return nearest(boxes, linked, start, direction) ?? nearest(boxes, boxes.keys(), start, direction);
}

function nearest(boxes: ReadonlyMap<string, Box>, names: Iterable<string>, start: Box, direction: Direction): string | null {
  let found: string | null = null;
  let best = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const box = boxes.get(name);
    if (!box || box === start) continue;
    const dx = box.x + box.width / 2 - start.x - start.width / 2;
    const dy = box.y + box.height / 2 - start.y - start.height / 2;
    const ahead = direction === "right" ? dx : direction === "left" ? -dx : direction === "down" ? dy : -dy;
    if (ahead <= 1) continue;
    // What lies aside counts double, so that a column is walked before the next one is entered.
    const aside = direction === "left" || direction === "right" ? Math.abs(dy) : Math.abs(dx);
    const cost = ahead + aside * 2;
    if (cost < best) {
      best = cost;
      found = name;
    }
  }
  return found;
}
